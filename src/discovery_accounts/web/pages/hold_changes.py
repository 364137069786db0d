"""Pages about one hold: another place to fetch it, and its suspension."""

from datetime import timedelta
from typing import Any

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.days import read_day
from discovery_accounts.services.hold_changes import HoldChanges, OneHold
from discovery_accounts.services.holds import today
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.holds import told
from discovery_accounts.web.pages.views import field, plain_card
from discovery_accounts.web.visit import Visit


def show_pickup(visit: Visit) -> Response:
    return _pickup_page(visit, None)


def change_pickup(visit: Visit) -> Response:
    """Have it brought to the chosen place."""
    try:
        result = HoldChanges(visit.house).change_pickup(visit.signed_in, _hold(visit), visit.form("pickup"))
    except (Problem, BadShape) as problem:
        return _pickup_page(visit, _unless_gone(problem))
    return told(visit, result) or _pickup_page(visit, None, result.code)


def show_suspend(visit: Visit) -> Response:
    return _suspend_page(visit, None)


def suspend(visit: Visit) -> Response:
    """Until the day that was given, or without end."""
    try:
        until = read_day(visit.form("until"), "until")
        result = HoldChanges(visit.house).suspend(visit.signed_in, _hold(visit), until)
    except (Problem, BadShape) as problem:
        return _suspend_page(visit, _unless_gone(problem))
    return told(visit, result) or _suspend_page(visit, None, result.code)


def _pickup_page(visit: Visit, problem: Problem | BadShape | None, because: str | None = None) -> Response:
    """With the places asked anew; where they can't be had after a refusal, that refusal is told alone."""
    changes = HoldChanges(visit.house)
    try:
        places = changes.pickups(visit.signed_in, _hold(visit))
    except Problem as again:
        raise (problem if isinstance(problem, Problem) else again) from None
    one = changes.one(visit.signed_in, _hold(visit))
    return _page(
        visit,
        "hold_pickup.html",
        problem,
        because or places.because,
        one,
        places=places.pickups,
        pickup=field(visit, "pickup", problem),
    )


def _suspend_page(visit: Visit, problem: Problem | BadShape | None, because: str | None = None) -> Response:
    one = HoldChanges(visit.house).one(visit.signed_in, _hold(visit))
    tomorrow = today(visit.house, one.card) + timedelta(days=1)
    return _page(
        visit,
        "hold_suspend.html",
        problem,
        because,
        one,
        until=field(visit, "until", problem),
        takes_until=one.suspends_until,
        tomorrow=tomorrow.isoformat(),
    )


def _page(
    visit: Visit,
    template: str,
    problem: Problem | BadShape | None,
    because: str | None,
    one: OneHold,
    **context: Any,
) -> Response:
    if because is not None:
        context["status"] = 409
    return form_page(
        visit,
        template,
        problem,
        section="holds",
        hold_id=one.hold_id,
        title=one.hold.title if one.hold else None,
        now_at=one.hold.pickup if one.hold else None,
        card=plain_card(visit, one.card),
        because=because,
        **context,
    )


def _unless_gone(problem: Problem | BadShape) -> Problem | BadShape:
    """A hold that is not there (any more) has no page."""
    if isinstance(problem, Problem) and problem.code is Code.NO_SUCH_HOLD:
        raise problem
    return problem


def _hold(visit: Visit) -> str:
    return str(visit.request.matchdict["hold"])
