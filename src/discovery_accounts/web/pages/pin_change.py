"""``/cards/{card}/pin``: another PIN by the old one."""

import uuid

from pyramid.response import Response

from discovery_accounts.connectors.api import PinRules
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import NOT_ANSWERED
from discovery_accounts.services.pin_change import CHANGED, PinChanges
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sessions import Sessions
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.own_views import asked_to_prove, own_card_id
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import plain_card
from discovery_accounts.web.visit import Visit

_IN_THE_FORM = {
    Code.PIN_REJECTED,
    Code.CARD_LOCKED,
    Code.TOO_MANY_ATTEMPTS,
    Code.LIBRARY_UNAVAILABLE,
}


def show(visit: Visit) -> Response:
    card, rules = PinChanges(visit.house).rules(visit.signed_in, own_card_id(visit))
    return asked_to_prove(visit, visit.here) or _page(visit, card, rules, None)


def change(visit: Visit) -> Response:
    changes, card_id = PinChanges(visit.house), own_card_id(visit)
    card, rules = changes.rules(visit.signed_in, card_id)
    if (asked := asked_to_prove(visit, visit.here)) is not None:
        return asked
    try:
        outcome = _change(visit, changes, card_id)
    except (Problem, BadShape) as problem:
        if isinstance(problem, Problem) and problem.code not in _IN_THE_FORM:
            raise
        return _page(visit, card, rules, problem)
    if outcome == CHANGED:
        if visit.form("end_others"):
            Sessions(visit.house).end_others(visit.signed_in)
        return visit.redirect(visit.url("card", card=card_id), "pin_set")
    return _page(visit, card, rules, None, unknown=True)


def _change(visit: Visit, changes: PinChanges, card_id: uuid.UUID) -> str:
    old, new, again = (visit.form(name) for name in ("old_pin", "new_pin", "new_pin_again"))
    return changes.change(visit.signed_in, card_id, old, new, again, address=visit.address)


def _page(
    visit: Visit,
    card: AccountCard,
    rules: PinRules,
    problem: Problem | BadShape | None,
    *,
    unknown: bool = False,
) -> Response:
    wrong = isinstance(problem, Problem) and problem.code is Code.PIN_REJECTED
    status = {"status": 503, "refused": NOT_ANSWERED} if unknown else {}
    return form_page(
        visit,
        "card_pin.html",
        problem,
        section="cards",
        at_field=wrong,
        card=plain_card(visit, card),
        rules=rules,
        old_pin=Field("", "old_pin.rejected" if wrong else _error("old_pin", problem)),
        new_pin=Field("", _error("new_pin", problem)),
        new_pin_again=Field("", _error("new_pin_again", problem)),
        **status,
    )


def _error(name: str, problem: Problem | BadShape | None) -> str | None:
    """What is wrong with a PIN; what was typed is never given back."""
    fits = isinstance(problem, BadShape) and problem.field == name
    return f"{name}.{problem.code}" if problem is not None and fits else None
