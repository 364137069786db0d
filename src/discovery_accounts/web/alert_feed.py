"""``/alerts/feed/{token}``: what an alert found, as Atom (RFC 4287), for programs that read it again and again.

The secret in the address is the only proof, as of calendars; see decision 23.
"""

import uuid
from datetime import UTC, datetime
from html import escape
from typing import Any

from feedgenerator import Atom1Feed
from pyramid.response import Response

from discovery_accounts.domain.record_address import record_address
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.alerts.feeds import AlertFeed, AlertFeeds
from discovery_accounts.services.alerts.shapes import Match
from discovery_accounts.telemetry.redaction import confidential
from discovery_accounts.web.feed_answers import feed_answer, xml_text
from discovery_accounts.web.visit import Visit
from discovery_accounts.web.whole_address import whole_address

_TITLE = _("New items: %(name)s")
_UNTITLED = _("A record that is no longer known")


def show(visit: Visit) -> Response:
    token = visit.request.matchdict["token"]
    with confidential(token):
        told = AlertFeeds(visit.house).read(token, visit.address)
        return feed_answer(_written(visit, told, token), "application/atom+xml")


def feed_address(visit: Visit, token: str) -> str:
    return whole_address(visit, visit.url("alert_feed", token=token))


class _Atom(Atom1Feed):  # type: ignore[misc]  # the library has no types
    """Said to have changed when it did, not when it was asked for."""

    changed_at: datetime = datetime.min.replace(tzinfo=UTC)

    def latest_post_date(self) -> datetime:
        return self.changed_at


def _written(visit: Visit, told: AlertFeed, token: str) -> bytes:
    say = translations(told.language).gettext
    page = whole_address(visit, visit.url("alert_found", alert=told.alert_id))
    feed = _Atom(
        title=say(_TITLE) % {"name": xml_text(told.name)},
        link=page,
        description=None,
        language=told.language,
        author_name=say(_("My library")),
        feed_url=feed_address(visit, token),
        feed_guid=f"urn:uuid:{told.alert_id}",
    )
    feed.changed_at = told.changed_at
    for match in told.matches:
        feed.add_item(**_entry(visit, told, match, page, say(_UNTITLED)))
    text: str = feed.writeString("utf-8")
    return text.encode()


def _entry(visit: Visit, told: AlertFeed, match: Match, page: str, untitled: str) -> dict[str, Any]:
    facts = [*match.authors[:3], str(match.year or "")]
    return {
        "title": xml_text(match.title) or untitled,
        "link": record_address(visit.settings.record_url, match.source, match.record_id) or page,
        "description": xml_text(escape(", ".join(fact for fact in facts if fact))) or None,
        "unique_id": f"urn:uuid:{uuid.uuid5(told.alert_id, f'{match.source}/{match.record_id}')}",
        "pubdate": match.matched_at,
        "updateddate": match.matched_at,
    }
