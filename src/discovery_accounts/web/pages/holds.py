"""Every hold of every card; cancelling and resuming are done from the list."""

from collections.abc import Callable

from pyramid.response import Response

from discovery_accounts.services.hold_changes import HoldChanges
from discovery_accounts.services.hold_outcomes import NOT_ANSWERED, HoldResult
from discovery_accounts.services.holds import Holds
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.api.asked import asked_cards, asks_anew
from discovery_accounts.web.pages.list_views import card_filter, hold_limits, hold_views
from discovery_accounts.web.pages.views import card_view, libraries_of
from discovery_accounts.web.problem_answers import with_headers
from discovery_accounts.web.problems import Refusal, refusal_of
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    """The holds of all cards; ``?card=`` asks only of that card, ``?refresh=1`` asks anew. ``?return_to=`` is where
    a portal's reader came from."""
    return _page(visit)


def cancel(visit: Visit) -> Response:
    return _act(visit, lambda changes, hold: changes.cancel(visit.signed_in, hold))


def resume(visit: Visit) -> Response:
    return _act(visit, lambda changes, hold: changes.resume(visit.signed_in, hold))


def to_holds(visit: Visit) -> Response:
    """What only takes forms has nothing to show."""
    return visit.redirect(visit.url("holds"))


def told(visit: Visit, result: HoldResult, back: str | None = None) -> Response | None:
    """On to the list, which says what was done, or that nobody knows; ``None`` where the library said no."""
    if not result.done and result.code != NOT_ANSWERED:
        return None
    return visit.redirect(back or visit.url("holds"), f"hold_{result.code}")


def _act(visit: Visit, act: Callable[[HoldChanges, str], HoldResult]) -> Response:
    try:
        result = act(HoldChanges(visit.house), visit.request.matchdict["hold"])
    except Problem as problem:
        if problem.code is Code.NO_SUCH_HOLD:
            raise
        return _page(visit, refusal=refusal_of(problem))
    return told(visit, result) or _page(visit, because=result.code)


def _page(visit: Visit, *, because: str | None = None, refusal: Refusal | None = None) -> Response:
    """``because`` is why the library refused an act, ``refusal`` why it could not be asked."""
    chosen = asked_cards(visit)
    readings = Holds(visit.house).read(visit.signed_in, only=chosen, refresh=asks_anew(visit))
    visit.about = libraries_of(readings)
    choice = card_filter(visit, readings, chosen)
    if choice.one is not None:
        visit.notice_values = {"label": choice.one.label}
    ages = [reading.as_of for reading in readings if reading.as_of is not None]
    asked_back = visit.request.GET.get("return_to")
    back = visit.return_to(asked_back, "holds")
    response = visit.render(
        "holds.html",
        section="holds",
        status=409 if because else refusal.status if refusal else 200,
        holds=hold_views(visit, readings),
        limits=hold_limits(visit, readings),
        cards=tuple(card_view(visit, reading) for reading in readings),
        filter=choice,
        checked_at=min(ages, default=None),
        because=because,
        refused=str(refusal.code) if refusal else None,
        wait_minutes=refusal.wait_minutes if refusal else None,
        came_from=back if back != visit.url("holds") else None,
    )
    return with_headers(response, refusal)
