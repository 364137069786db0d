"""How a loan stands in a calendar."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from discovery_accounts.connectors.api import Loan
from discovery_accounts.services.feed_reading import FeedAnswer, FeedLoan
from discovery_accounts.web.feed import _Calendar

HELSINKI = ZoneInfo("Europe/Helsinki")
CHANGED = datetime(2026, 3, 1, 8, tzinfo=UTC)


def event_of(loan: Loan, language: str = "en") -> Any:
    library = SimpleNamespace(title=lambda _language: "Kirjasto; Äänekoski, itä", timezone=HELSINKI)
    visit: Any = SimpleNamespace(
        house=SimpleNamespace(libraries={"lumme": library}),
        settings=SimpleNamespace(public_url="https://accounts.library.example"),
        url=lambda route, **_more: f"/prefix/{route}",
        root="/prefix",
        zone=HELSINKI,
    )
    card: Any = SimpleNamespace(id="c", label="Elsa", library="lumme")
    told = FeedAnswer(language, None, (FeedLoan(card, loan, "uid", 3, CHANGED),), ())
    text = _Calendar(visit, told).text()
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    [event] = Calendar.from_ical(text).walk("VEVENT")
    return event


def test_a_loan_is_due_on_a_day_of_its_library() -> None:
    """Half past midnight in Helsinki is still the day before in UTC."""
    due = datetime(2026, 6, 5, 0, 30, tzinfo=HELSINKI)
    event = event_of(Loan("1", "Ääkkösten kirja, osa 1; " + "ö" * 80, due))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 6, 5), date(2026, 6, 6))
    assert str(event["SUMMARY"]) == "Due: Ääkkösten kirja, osa 1; " + "ö" * 80 + " (Elsa)"
    assert str(event["LOCATION"]) == "Kirjasto; Äänekoski, itä"
    assert str(event["URL"]) == "https://accounts.library.example/loans"
    assert (event["SEQUENCE"], event["DTSTAMP"].dt) == (3, CHANGED)


def test_a_loan_for_hours_is_due_at_a_time() -> None:
    due = datetime(2026, 6, 5, 15, 0, tzinfo=HELSINKI)
    event = event_of(Loan("1", None, due, checked_out_at=due - timedelta(hours=4)))
    assert event["DTSTART"].dt == due
    assert str(event["SUMMARY"]) == "Due: a loan without a title (Elsa)"
    assert (
        event_of(Loan("1", None, due, checked_out_at=due - timedelta(hours=24)))["DTSTART"].dt == due.date()
    )


def test_a_title_can_not_break_out_of_its_line() -> None:
    due = datetime(2026, 6, 5, 23, 59, tzinfo=HELSINKI)
    event = event_of(Loan("1", "A\r\nBEGIN:VALARM\r\nEND:VALARM", due))
    assert not event.walk("VALARM")
