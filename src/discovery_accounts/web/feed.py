"""``/loans/calendar.ics``: due dates as iCalendar (RFC 5545, 7986), for programs that read it again and again.

The secret in the address is the only proof; see decision 23 for what that asks of everything around it.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from pyramid.response import Response

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.formats import Formats
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.feed_reading import FeedAnswer, FeedLoan, FeedReading
from discovery_accounts.telemetry.redaction import confidential
from discovery_accounts.web.feed_answers import feed_answer
from discovery_accounts.web.visit import Visit
from discovery_accounts.web.whole_address import whole_address

REFRESH = timedelta(hours=1)
SHORT = timedelta(days=1)
"""A loan for less than this is due at a time; any other on a day."""

_SUMMARY = _("Due: %(title)s (%(card)s)")
_UNTITLED = _("a loan without a title")
_ALL = _("Library loans")
_OF_CARD = _("Library loans: %(card)s")
_OLD = _("%(library)s did not answer. What it told is of %(time)s.")


def show(visit: Visit) -> Response:
    token = visit.request.GET.get("token", "")
    with confidential(token):
        told = FeedReading(visit.house).read(token, visit.address)
        response = feed_answer(_Calendar(visit, told).text(), "text/calendar")
        response.content_disposition = 'inline; filename="loans.ics"'
        return response


def address_of(visit: Visit, token: str) -> str:
    return whole_address(visit, visit.url("api_loans_calendar", _query={"token": token}))


class _Calendar:
    def __init__(self, visit: Visit, told: FeedAnswer) -> None:
        self._visit = visit
        self._told = told
        self._say = translations(told.language).gettext

    def text(self) -> bytes:
        calendar = Calendar()
        calendar.add("prodid", f"-//discovery-accounts//loans//{self._told.language.upper()}")
        calendar.add("version", "2.0")
        name = self._name()
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
        if old := self._old():
            calendar.add("description", old)
            calendar.add("x-wr-caldesc", old)
        for loan in self._told.loans:
            calendar.add_component(self._event(loan))
        return bytes(calendar.to_ical())

    def _name(self) -> str:
        if self._told.card is None:
            return self._say(_ALL)
        return self._say(_OF_CARD) % {"card": self._told.card.label}

    def _old(self) -> str:
        lines = []
        for card, as_of in self._told.old:
            formats = Formats(self._told.language, self._zone(card.library))
            library = self._library(card.library)
            lines.append(self._say(_OLD) % {"library": library, "time": formats.date_time(as_of)})
        return " ".join(lines)

    def _event(self, told: FeedLoan) -> Event:
        loan, event = told.loan, Event()
        event.add("uid", f"{told.uid}@discovery-accounts")
        event.add("dtstamp", told.changed_at)
        event.add("last-modified", told.changed_at)
        event.add("sequence", told.sequence)
        values = {"title": loan.title or self._say(_UNTITLED), "card": told.card.label}
        event.add("summary", self._say(_SUMMARY) % values)
        if loan.author:
            event.add("description", loan.author)
        due = loan.due_at
        if loan.checked_out_at is not None and due - loan.checked_out_at < SHORT:
            event.add("dtstart", due.astimezone(ZoneInfo("UTC")))
        else:
            event.add("dtstart", due.date())  # the day as the library's clock has it
            event.add("dtend", due.date() + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("location", self._library(told.card.library))
        event.add("url", self._loans(told))
        return event

    def _loans(self, told: FeedLoan) -> str:
        path = self._visit.url("loans", _query={"card": str(told.card.id)})
        return self._visit.settings.public_url + path[len(self._visit.root) :]

    def _library(self, name: str) -> str:
        library = self._visit.house.libraries.get(name)
        return library.title(self._told.language) if library else name

    def _zone(self, name: str) -> ZoneInfo:
        library = self._visit.house.libraries.get(name)
        return library.timezone if library else self._visit.zone
