"""Placing a hold: from a portal's link to a record, by choosing the card and then the place."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import Capability, HoldTarget, NewHold
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.days import read_day
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.holds import MAX_ID, MAX_NOTE, HoldOffer, Holds, clean_note, today
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.holds import told
from discovery_accounts.web.pages.list_shapes import CardChoice
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import field, library_title, plain_card
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

_OWN_PAGE = {Code.NO_SUCH_CARD, Code.HOLDER_ONLY}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the portal's link, or the form it led to, says."""

    record_id: str
    item_id: str | None
    library: str | None
    card: uuid.UUID | None
    return_to: str

    def query(self, **more: str) -> dict[str, str]:
        own = {"record_id": self.record_id, "item_id": self.item_id, "library": self.library}
        back = {"return_to": self.return_to} if self.return_to else {}
        return {name: value for name, value in own.items() if value} | back | more


def show(visit: Visit) -> Response:
    """``?record_id=`` and ``library=``, ``item_id=``, ``card=``, ``return_to=`` if wanted. With only one card there
    is nothing to choose; of several, those that can't be used now say why, so that none is taken for another."""
    asked = _asked(visit)
    if asked.card is not None:
        return _form(visit, asked, asked.card, None)
    choices = _choices(visit, asked)
    able = [choice for choice in choices if choice.why_not != Code.NOT_SUPPORTED]
    if len(able) == 1 and able[0].why_not is None:
        return _form(visit, asked, uuid.UUID(able[0].card.id), None)
    return visit.render(
        "hold_card.html",
        section="holds",
        choices=choices,
        library_title=library_title(visit, asked.library) if asked.library else None,
        back=_back(visit, asked),
    )


def place(visit: Visit) -> Response:
    """Place it, once."""
    asked = _asked(visit)
    if asked.card is None:
        raise Refusal(404, Code.NO_SUCH_CARD)
    try:
        hold = NewHold(
            HoldTarget(asked.record_id, asked.item_id),
            visit.form("pickup"),
            read_day(visit.form("wanted_until"), "wanted_until"),
            clean_note(visit.form("note")),
        )
        result = Holds(visit.house).place(visit.signed_in, asked.card, hold)
    except (Problem, BadShape) as problem:
        return _form(visit, asked, asked.card, problem)
    return told(visit, result, _receipt(visit, asked)) or _form(visit, asked, asked.card, None, result.code)


def _receipt(visit: Visit, asked: _Asked) -> str:
    """The list of holds; where there are several cards, of the one that was chosen."""
    query = {"return_to": asked.return_to} if asked.return_to else {}
    if len(Cards(visit.house).all(visit.signed_in)) > 1:
        query["card"] = str(asked.card)
    return visit.url("holds", _query=query) if query else visit.url("holds")


def _asked(visit: Visit) -> _Asked:
    sent = visit.request.GET if visit.request.method == "GET" else visit.request.POST
    given = {name: sent.get(name, "") for name in ("record_id", "item_id", "library", "card", "return_to")}
    if any(not isinstance(value, str) for value in given.values()):
        raise Refusal(400, "bad_request")
    if not 0 < len(given["record_id"]) <= MAX_ID or len(given["item_id"]) > MAX_ID:
        raise Refusal(400, "bad_request")
    if given["library"] and given["library"] not in visit.house.gateway.states():
        raise Refusal(404, Code.UNKNOWN_LIBRARY)
    try:
        card = uuid.UUID(given["card"]) if given["card"] else None
    except ValueError:
        raise Refusal(404, Code.NO_SUCH_CARD) from None
    home = visit.url("home")
    back = visit.return_to(given["return_to"], "home")
    return _Asked(
        given["record_id"],
        given["item_id"] or None,
        given["library"] or None,
        card,
        "" if back == home else back,
    )


def _choices(visit: Visit, asked: _Asked) -> tuple[CardChoice, ...]:
    """The cards of that library, or of all; those that can't be used say why. No library is asked yet."""
    return tuple(
        CardChoice(
            plain_card(visit, card),
            visit.url("hold_new", _query=asked.query(card=str(card.id))),
            _why_not(visit, card),
        )
        for card in Cards(visit.house).all(visit.signed_in)
        if asked.library in {None, card.library}
    )


def _why_not(visit: Visit, card: AccountCard) -> str | None:
    if Capability.PLACE_HOLDS not in visit.house.gateway.capabilities(card.library):
        return Code.NOT_SUPPORTED
    verdict = authorize(card.access, Action.HOLD, visit.now)
    return None if verdict is Verdict.ALLOWED else verdict


def _form(
    visit: Visit,
    asked: _Asked,
    card_id: uuid.UUID,
    problem: Problem | BadShape | None,
    because: str | None = None,
) -> Response:
    """The form with the library's places as they are now; a refusal in their place. What was typed stays."""
    target = HoldTarget(asked.record_id, asked.item_id)
    try:
        offer = Holds(visit.house).options(visit.signed_in, card_id, target)
    except BadShape:
        raise Refusal(400, "bad_request") from None
    except Problem as again:
        if again.code in _OWN_PAGE:
            raise
        return _without_options(visit, asked, card_id, problem if isinstance(problem, Problem) else again)
    return _page(visit, asked, offer, problem, because)


def _without_options(visit: Visit, asked: _Asked, card_id: uuid.UUID, problem: Problem) -> Response:
    """The library did not say what may be chosen: what was typed waits in the page for another try."""
    return _page(visit, asked, HoldOffer(Cards(visit.house).find(visit.signed_in, card_id)), problem, None)


def _page(
    visit: Visit, asked: _Asked, offer: HoldOffer, problem: Problem | BadShape | None, because: str | None
) -> Response:
    options = offer.options
    because = because or offer.because
    default = (options.default_pickup if options else None) or ""
    if options is not None and len(options.pickups) == 1:
        default = options.pickups[0].location_id
    posted = visit.request.method == "POST"
    pickup = field(visit, "pickup", problem)
    mine = str(offer.card.id)
    others = any(one.why_not is None and one.card.id != mine for one in _choices(visit, asked))
    context: dict[str, Any] = {"status": 409} if because else {}
    return form_page(
        visit,
        "hold_new.html",
        problem,
        section="holds",
        card=plain_card(visit, offer.card),
        asked=asked.query(card=str(offer.card.id)),
        other_cards=visit.url("hold_new", _query=asked.query()) if others else None,
        options=options,
        because=because,
        pickup=pickup if posted else Field(default),
        wanted_until=field(visit, "wanted_until", problem),
        note=field(visit, "note", problem),
        most_note=MAX_NOTE,
        tomorrow=(today(visit.house, offer.card) + timedelta(days=1)).isoformat(),
        back=_back(visit, asked),
        **context,
    )


def _back(visit: Visit, asked: _Asked) -> str:
    return asked.return_to or visit.url("holds")
