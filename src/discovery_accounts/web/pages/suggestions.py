"""``/suggestions``: what a person has suggested their libraries to buy, and suggesting more."""

import uuid

from pyramid.response import Response

from discovery_accounts.connectors.api import NewSuggestion, TakesSuggestions
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.acts import NOT_ANSWERED
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.suggestions import SuggestionResult, Suggestions
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.own_shapes import SuggestionForm, SuggestionView
from discovery_accounts.web.pages.own_views import troubled
from discovery_accounts.web.pages.shapes import CardView, Field
from discovery_accounts.web.pages.views import field, plain_card
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

FIELDS = ("card", "title", "author", "publisher", "year", "isbn", "note")


def show(visit: Visit) -> Response:
    return _page(visit, None)


def suggest(visit: Visit) -> Response:
    try:
        result = Suggestions(visit.house).suggest(visit.signed_in, _card_id(visit), _typed(visit))
    except (Problem, BadShape) as problem:
        if isinstance(problem, Problem) and problem.code in {Code.NO_SUCH_CARD, Code.HOLDER_ONLY}:
            raise
        return _page(visit, problem)
    if result.done:
        return visit.redirect(visit.url("suggestions"), "suggested")
    return _page(visit, None, result)


def _card_id(visit: Visit) -> uuid.UUID:
    if not visit.form("card"):
        raise BadShape("card", "missing")
    try:
        return uuid.UUID(visit.form("card"))
    except ValueError:
        raise Refusal(404, Code.NO_SUCH_CARD) from None


def _typed(visit: Visit) -> NewSuggestion:
    year = visit.form("year").strip()
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise BadShape("year", "bad_characters")
    told = {name: visit.form(name) for name in FIELDS[1:] if name != "year"}
    return NewSuggestion(**told, year=int(year) if year else None)


def _page(
    visit: Visit, problem: Problem | BadShape | None, result: SuggestionResult | None = None
) -> Response:
    parts = Suggestions(visit.house).read_all(visit.signed_in)
    views = [
        SuggestionView(
            plain_card(visit, part.card), one.title, one.author, one.state.value, one.suggested_on, one.reason
        )
        for part in parts
        for one in part.told or ()
    ]
    silent = troubled(visit, parts)
    form = {name: field(visit, name, problem) for name in FIELDS}
    for name in result.fields if result is not None else ():
        if name in form:
            form[name] = Field(form[name].value, f"{name}.library")
    unknown = result is not None and result.code == NOT_ANSWERED
    status = {"status": 503, "refused": NOT_ANSWERED} if unknown else {"status": 409} if result else {}
    return form_page(
        visit,
        "suggestions.html",
        problem,
        section="account",
        suggestions=tuple(sorted(views, key=lambda one: str(one.suggested_on or ""), reverse=True)),
        silent=tuple(one for one in silent if one.because != Code.NOT_SUPPORTED),
        missing=tuple(one.card for one in silent if one.because == Code.NOT_SUPPORTED),
        choices=_choices(visit),
        form=SuggestionForm(form),
        reason=result.code if result is not None and not unknown else None,
        **status,
    )


def _choices(visit: Visit) -> tuple[CardView, ...]:
    """The cards with which something may be suggested now."""
    own = OwnCards(visit.house)
    return tuple(
        plain_card(visit, card)
        for card in own.all(visit.signed_in)
        if own.can(card, TakesSuggestions)
        and authorize(card.access, Action.SUGGEST, visit.now) is Verdict.ALLOWED
    )
