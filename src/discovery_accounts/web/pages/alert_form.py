"""``/alerts/new`` and ``/alerts/{id}``: what an alert asks, tried before it is kept; pausing and ending it."""

import uuid
from collections.abc import Mapping

from pyramid.response import Response

from discovery_accounts.domain.alert_filters import FIELDS
from discovery_accounts.domain.alert_times import Frequency
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.days import read_day
from discovery_accounts.domain.last_day import until_of
from discovery_accounts.services.accounts import Accounts
from discovery_accounts.services.alerts.alerts import Alerts, name_of, require_sight
from discovery_accounts.services.alerts.shapes import AlertInfo, Preview, Wish
from discovery_accounts.services.alerts.trying import Trying
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.alert_words import FREQUENCIES
from discovery_accounts.web.pages.alert_form_views import form_of
from discovery_accounts.web.pages.alerts import alert_view
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import field
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

_PASS_ON = {Code.STEP_UP_REQUIRED, Code.NOT_FOUND}
"""Refusals that are a page of their own, not a message in the form."""


def show_new(visit: Visit) -> Response:
    """``query`` in the address fills it in: a catalogue can lead here from a search."""
    require_sight(visit.signed_in)
    account = Accounts(visit.house).info(visit.signed_in)
    asked = visit.request.GET.get("query", "")
    wish = Wish(asked, by_email=account.email_verified, by_feed=not account.email_verified)
    return _page(visit, None, wish, None)


def make(visit: Visit) -> Response:
    require_sight(visit.signed_in)
    try:
        if visit.form("action") == "try":
            wish = _typed(visit, None)
            return _page(visit, None, wish, None, _tried(visit, wish))
        made = Alerts(visit.house).make(visit.signed_in, _typed(visit, None))
    except (BadShape, Problem) as problem:
        return _refused(visit, problem, None)
    return visit.redirect(visit.url("alert_found", alert=made.id), "alert_made")


def show(visit: Visit) -> Response:
    info = _asked(visit)
    return _page(visit, None, _wish_of(info), info)


def change(visit: Visit) -> Response:
    """What the form's button says."""
    info, action = _asked(visit), visit.form("action")
    if action in _ACTS:
        return _ACTS[action](visit, info)
    try:
        if action == "try":
            wish = _typed(visit, info)
            return _page(visit, None, wish, info, _tried(visit, wish))
        if action != "save":
            raise Refusal(400, "bad_request")
        Alerts(visit.house).change(visit.signed_in, info.id, _typed(visit, info))
    except (BadShape, Problem) as problem:
        return _refused(visit, problem, info)
    return visit.redirect(visit.url("alerts"), "alert_changed")


def _pause(visit: Visit, info: AlertInfo) -> Response:
    try:
        day = read_day(visit.form("paused_until"), "paused_until")
        until = until_of(day, visit.now, visit.zone, "paused_until")
        Alerts(visit.house).pause(visit.signed_in, info.id, until)
    except BadShape as problem:
        return _page(visit, problem, _wish_of(info), info)
    return visit.redirect(visit.url("alerts"), "alert_paused")


def _resume(visit: Visit, info: AlertInfo) -> Response:
    Alerts(visit.house).resume(visit.signed_in, info.id)
    return visit.redirect(visit.url("alerts"), "alert_resumed")


def _end(visit: Visit, info: AlertInfo) -> Response:
    Alerts(visit.house).remove(visit.signed_in, info.id)
    return visit.redirect(visit.url("alerts"), "alert_ended")


def _new_feed_address(visit: Visit, info: AlertInfo) -> Response:
    Alerts(visit.house).new_feed_address(visit.signed_in, info.id)
    return visit.redirect(visit.url("alert", alert=info.id), "alert_feed_changed")


_ACTS = {"pause": _pause, "resume": _resume, "end": _end, "feed": _new_feed_address}


def _asked(visit: Visit) -> AlertInfo:
    alert_id: uuid.UUID = visit.path_id("alert", Code.NOT_FOUND)
    info = Alerts(visit.house).show(visit.signed_in, alert_id)
    require_sight(visit.signed_in)
    return info


def _tried(visit: Visit, wish: Wish) -> Preview:
    return Trying(visit.house).preview(visit.signed_in, wish.query, wish.filters, wish.language)


def _refused(visit: Visit, problem: BadShape | Problem, info: AlertInfo | None) -> Response:
    if isinstance(problem, Problem) and problem.code in _PASS_ON:
        raise problem
    return _page(visit, problem, _typed(visit, info, lenient=True), info)


def _page(
    visit: Visit,
    problem: BadShape | Problem | None,
    wish: Wish,
    info: AlertInfo | None,
    preview: Preview | None = None,
) -> Response:
    until = field(visit, "paused_until", problem) if problem is not None else Field()
    return form_page(
        visit,
        "alert_form.html",
        problem,
        section="alerts",
        alert=alert_view(visit, info) if info is not None else None,
        form=form_of(visit, wish, problem),
        frequencies=tuple(FREQUENCIES),
        paused_until=until,
        preview=preview,
    )


def _typed(visit: Visit, info: AlertInfo | None, *, lenient: bool = False) -> Wish:
    """What the posted form asks for; whether it is paused is not among it. ``lenient``: for showing it again."""
    chosen = visit.form("frequency")
    if chosen not in FREQUENCIES:
        if not lenient:
            raise BadShape("frequency", "unknown")
        chosen = Frequency.DAILY.value
    frequency, _, weekday = chosen.partition("-")
    return Wish(
        query=visit.form("query"),
        filters=_typed_filters(visit),
        frequency=Frequency(frequency),
        weekday=int(weekday) if weekday else None,
        name=visit.form("name"),
        language=visit.form("language") or None,
        by_email=visit.form("by_email") == "yes",
        by_feed=visit.form("by_feed") == "yes",
        paused=info.paused if info else False,
        paused_until=info.paused_until if info else None,
    )


def _typed_filters(visit: Visit) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for name in FIELDS:
        ticked = [one for one in visit.request.POST.getall(name) if isinstance(one, str)]
        more = [one.strip() for one in visit.form(f"{name}_more").split(",")]
        found[name] = tuple(dict.fromkeys(one for one in (*ticked, *more) if one))
    return found


def _wish_of(info: AlertInfo) -> Wish:
    """What the alert is now; a name that was made from its query is none of the person's."""
    is_own = info.name != name_of(info.query, info.filters)
    return Wish(
        query=info.query,
        filters=info.filters,
        frequency=info.frequency,
        weekday=info.weekday,
        name=info.name if is_own else None,
        language=info.language,
        by_email=info.by_email,
        by_feed=info.by_feed,
        paused=info.paused,
        paused_until=info.paused_until,
    )
