"""``/alerts``: what a person wants to hear of when it is new, and what was found for them."""

from collections.abc import Mapping
from typing import Any

from pyramid.response import Response

from discovery_accounts.domain.alert_times import Frequency
from discovery_accounts.domain.last_day import read_until
from discovery_accounts.services.alerts.alerts import Alerts, require_sight
from discovery_accounts.services.alerts.found import Found
from discovery_accounts.services.alerts.shapes import AlertInfo, Match, Preview, Wish
from discovery_accounts.services.alerts.trying import Trying
from discovery_accounts.services.problems import Code
from discovery_accounts.web.alert_feed import feed_address
from discovery_accounts.web.api.answers import answer, nothing, utc
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    found = Alerts(visit.house).list(visit.signed_in)
    return answer({"alerts": [_alert(visit, one) for one in found]})


def make(visit: Visit) -> Response:
    made = Alerts(visit.house).make(visit.signed_in, _wish(visit, None))
    return answer(_alert(visit, made), 201)


def show(visit: Visit) -> Response:
    alert_id = visit.path_id("alert", Code.NOT_FOUND)
    return answer(_alert(visit, Alerts(visit.house).show(visit.signed_in, alert_id)))


def change(visit: Visit) -> Response:
    """What is not named stays as it is."""
    alerts, alert_id = Alerts(visit.house), visit.path_id("alert", Code.NOT_FOUND)
    now = alerts.show(visit.signed_in, alert_id)
    require_sight(visit.signed_in)
    changed = alerts.change(visit.signed_in, alert_id, _wish(visit, now))
    return answer(_alert(visit, changed))


def remove(visit: Visit) -> Response:
    Alerts(visit.house).remove(visit.signed_in, visit.path_id("alert", Code.NOT_FOUND))
    return nothing()


def matches(visit: Visit) -> Response:
    """All that was found; looking at it says that the alert is still wanted."""
    alert_id = visit.path_id("alert", Code.NOT_FOUND)
    page = Found(visit.house).page(visit.signed_in, alert_id, visit.request.GET.get("after"))
    Alerts(visit.house).note_opened(visit.signed_in, alert_id)
    return answer({"matches": [_match(one) for one in page.matches], "next": page.next})


def preview(visit: Visit) -> Response:
    body = visit.body
    tried = Trying(visit.house).preview(
        visit.signed_in, body["query"], _filters(body.get("filters")), body.get("language")
    )
    return answer(preview_json(tried))


def preview_json(tried: Preview) -> dict[str, Any]:
    return {
        "count": tried.count,
        "at_least": tried.at_least,
        "days": tried.days,
        "newest": list(tried.newest),
    }


def _wish(visit: Visit, now: AlertInfo | None) -> Wish:
    """What is asked for, over what there is now."""
    body = visit.body
    until = now.paused_until if now else None
    if "paused_until" in body:
        until = read_until(body["paused_until"], visit.now, visit.zone, "paused_until")
    paused = body.get("paused", until is not None or (now.paused if now else False))
    return Wish(
        query=body.get("query", now.query if now else ""),
        filters=_filters(body.get("filters")) if "filters" in body or now is None else now.filters,
        frequency=Frequency(body.get("frequency", now.frequency if now else Frequency.DAILY)),
        weekday=body.get("weekday", now.weekday if now else None),
        name=body.get("name", now.name if now else None),
        language=body.get("language", now.language if now else None),
        by_email=body.get("by_email", now.by_email if now else None),
        by_feed=body.get("by_feed", now.by_feed if now else None),
        paused=paused,
        paused_until=until if paused else None,
    )


def _filters(given: Mapping[str, Any] | None) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in (given or {}).items()}


def _alert(visit: Visit, info: AlertInfo) -> dict[str, Any]:
    return {
        "id": str(info.id),
        "name": None if info.masked else info.name,
        "query": None if info.masked else info.query,
        "filters": None if info.masked else {name: list(values) for name, values in info.filters.items()},
        "frequency": info.frequency.value,
        "weekday": info.weekday,
        "language": info.language,
        "by_email": info.by_email,
        "by_feed": info.by_feed,
        "feed": feed_address(visit, info.feed) if info.feed else None,
        "paused": info.paused,
        "paused_until": utc(info.paused_until),
        "created_at": utc(info.created_at),
        "found": info.found,
        "found_at": utc(info.found_at),
        "masked": info.masked,
    }


def _match(match: Match) -> dict[str, Any]:
    return {
        "record_id": match.record_id,
        "source": match.source,
        "title": match.title or None,
        "matched_at": utc(match.matched_at),
        "gone": match.gone,
    }
