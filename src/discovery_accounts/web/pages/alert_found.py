"""``/alerts/{id}/found``: all that an alert found, each ready to be added to the favourites."""

from pyramid.response import Response

from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.domain.record_address import record_address
from discovery_accounts.services.alerts.alerts import Alerts
from discovery_accounts.services.alerts.found import Found
from discovery_accounts.services.alerts.shapes import Match
from discovery_accounts.services.problems import Code
from discovery_accounts.services.record_words import format_in_words
from discovery_accounts.web.pages.alert_shapes import MatchView
from discovery_accounts.web.pages.alerts import alert_view
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    """Looking at it tells that the alert is still wanted."""
    alerts, alert_id = Alerts(visit.house), visit.path_id("alert", Code.NOT_FOUND)
    after = visit.request.GET.get("after")
    info = alerts.show(visit.signed_in, alert_id)
    page = Found(visit.house).page(visit.signed_in, alert_id, after)
    alerts.note_opened(visit.signed_in, alert_id)
    return visit.render(
        "alert_found.html",
        section="alerts",
        alert=alert_view(visit, info),
        matches=tuple(_view(visit, one) for one in page.matches),
        later=bool(after),
        next=page.next,
    )


def _view(visit: Visit, match: Match) -> MatchView:
    facts = (", ".join(match.authors[:3]), match.year, format_in_words(match.format, visit.language))
    return MatchView(
        title=match.title,
        facts=" · ".join(str(one) for one in facts if one),
        address=""
        if match.gone
        else record_address(visit.settings.record_url, match.source, match.record_id),
        matched_at=match.matched_at,
        gone=match.gone,
        record=_as_favourite(match),
    )


def _as_favourite(match: Match) -> str | None:
    if not match.title:
        return None
    record = NewRecord(
        record_id=match.record_id,
        source=match.source,
        title=match.title,
        authors=match.authors,
        year=match.year,
        format=match.format,
    )
    return record.to_json()
