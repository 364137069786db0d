"""Loans of the past of one's own cards: the list, whether it is kept, and its end."""

import uuid
from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import DeletesHistory, HistoryKeeping, ListsHistory
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.history import CardHistory, History, HistoryResult
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.offsets import read_offset
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.list_views import own_cards, past_loan_view
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import field, plain_card
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

_OWN_PAGE = {Code.NO_SUCH_CARD, Code.HOLDER_ONLY, Code.NOT_SUPPORTED}


def show(visit: Visit) -> Response:
    """One card's, the first of one's own where ``?card=`` names none; ``?offset=`` passes that many by."""
    own = own_cards(visit, ListsHistory)
    asked = visit.request.GET.get("card")
    if not asked and not own:
        return visit.render("history.html", section="loans", **_nothing())
    return _page(visit, _card_id(asked) if asked else own[0].id, None)


def change(visit: Visit) -> Response:
    """Keep them or not, or delete them all; the form says which."""
    card_id, history = _card_id(visit.form("card")), History(visit.house)
    try:
        if visit.form("action") == "keep":
            result = history.switch(visit.signed_in, card_id, _keeping(visit))
        elif visit.form("action") == "delete":
            result = history.delete(visit.signed_in, card_id)
        else:
            raise Refusal(400, "bad_request")
    except (Problem, BadShape) as problem:
        if isinstance(problem, Problem) and problem.code in _OWN_PAGE:
            raise
        return _page(visit, card_id, problem)
    return visit.redirect(visit.url("history", _query={"card": str(card_id)}), _notice(result))


def _notice(result: HistoryResult) -> str:
    return f"history_{result.code}"


def _keeping(visit: Visit) -> HistoryKeeping:
    chosen = visit.form("keeping")
    if not chosen:
        raise BadShape("keeping", "missing")
    try:
        return HistoryKeeping(chosen)
    except ValueError:
        raise BadShape("keeping", "unknown") from None


def _page(visit: Visit, card_id: uuid.UUID, problem: Problem | BadShape | None) -> Response:
    """A library that does not answer has its page all the same: the other cards can be chosen there."""
    history = History(visit.house)
    found: CardHistory | None = None
    try:
        found = history.read(visit.signed_in, card_id, read_offset(visit.request.GET.get("offset", "")))
        card = found.card
    except Problem as again:
        if again.code in _OWN_PAGE:
            raise
        card = Cards(visit.house).find(visit.signed_in, card_id)
        problem = problem or again
    chosen = field(visit, "keeping", problem)
    context = _nothing() | {
        "card": plain_card(visit, card),
        "cards": tuple(plain_card(visit, one) for one in own_cards(visit, ListsHistory)),
        "choices": history.choices(card.library),
        "keeping": chosen,
        "may_delete": OwnCards(visit.house).can(card, DeletesHistory),
    }
    if found is not None:
        context |= {
            "loans": tuple(past_loan_view(card.library, loan) for loan in found.page.loans),
            "total": found.page.total,
            "next": found.page.next,
            "offset": read_offset(visit.request.GET.get("offset", "")),
            "keeping": chosen if chosen.value or found.keeping is None else Field(found.keeping.value),
        }
    return form_page(visit, "history.html", problem, section="loans", **context)


def _nothing() -> dict[str, Any]:
    return {
        "card": None,
        "cards": (),
        "loans": None,
        "total": None,
        "next": None,
        "offset": 0,
        "choices": (),
        "keeping": None,
        "may_delete": False,
        "refused": None,
    }


def _card_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refusal(404, Code.NO_SUCH_CARD) from None
