"""Dates as each language writes them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.domain.money import Money
from discovery_accounts.locale.formats import Formats

HELSINKI = ZoneInfo("Europe/Helsinki")
NOON = datetime(2026, 11, 22, 12, 5, tzinfo=HELSINKI)
END_OF_DAY = NOON.replace(hour=23, minute=59, second=59)


@pytest.mark.parametrize(
    ("language", "day", "moment", "due"),
    [
        ("fi", "22.11.2026", "22.11.2026 klo 12.05", "su 22.11.2026"),
        ("sv", "22 nov. 2026", "22 nov. 2026 kl. 12.05", "sön 22 nov. 2026"),
        ("en", "22 Nov 2026", "22 Nov 2026 12:05", "Sun 22 Nov 2026"),
        ("nb", "22. nov. 2026", "22. nov. 2026 kl. 12.05", "søn. 22. nov. 2026"),
    ],
)
def test_days_and_times(language: str, day: str, moment: str, due: str) -> None:
    formats = Formats(language, HELSINKI)
    assert formats.date(date(2026, 11, 22)) == day
    assert formats.date_time(NOON) == moment
    assert formats.due_date(END_OF_DAY) == due


def test_a_short_loan_shows_its_time_of_day() -> None:
    formats = Formats("fi", HELSINKI)
    assert formats.due_date(NOON) == "su 22.11.2026 klo 12.05"
    assert formats.due_date(NOON, with_time=False) == "su 22.11.2026"


def test_utc_is_shown_in_the_pages_zone_and_a_librarys_zone_is_kept() -> None:
    formats = Formats("en", HELSINKI)
    assert formats.time(datetime(2026, 6, 1, 21, 30, tzinfo=UTC)) == "00:30"
    assert formats.date(datetime(2026, 6, 1, 21, 30, tzinfo=UTC)) == "2 Jun 2026"
    assert formats.time(datetime(2026, 6, 1, 21, 30, tzinfo=ZoneInfo("Europe/Oslo"))) == "21:30"


def test_todays_moments_are_a_time_and_older_ones_a_day_too() -> None:
    formats = Formats("en", HELSINKI, now=NOON)
    assert formats.moment(NOON - timedelta(hours=2)) == "10:05"
    assert formats.moment(NOON - timedelta(hours=13)) == "21 Nov 2026 23:05"


def test_without_a_clock_the_day_is_always_shown() -> None:
    assert Formats("en", HELSINKI).moment(NOON) == "22 Nov 2026 12:05"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-2, "2 days overdue"),
        (-1, "1 day overdue"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
    ],
)
def test_due_in_words(days: int, words: str) -> None:
    assert Formats("en", HELSINKI).due(days, END_OF_DAY) == words


def test_due_today_says_when_and_whether_it_is_past() -> None:
    formats = Formats("fi", HELSINKI)
    assert formats.due(0, NOON) == "tänään klo 12.05"
    assert formats.due(0, NOON, overdue=True) == "eräpäivä oli tänään"


def test_plurals_follow_the_language() -> None:
    formats = Formats("fi", HELSINKI)
    assert formats.due(-1, END_OF_DAY) == "1 päivän myöhässä"
    assert formats.due(-6, END_OF_DAY) == "6 päivää myöhässä"


@pytest.mark.parametrize(
    ("language", "told"),
    [("fi", "marraskuu 2026"), ("sv", "november 2026"), ("en", "November 2026"), ("nb", "november 2026")],
)
def test_a_month_is_named(language: str, told: str) -> None:
    assert Formats(language).month(date(2026, 11, 1)) == told


def test_machines_get_the_offset() -> None:
    assert Formats("fi", HELSINKI).machine(NOON) == "2026-11-22T12:05+02:00"


@pytest.mark.parametrize(
    ("language", "told"), [("fi", "-12,50 €"), ("sv", "-12,50 €"), ("en", "-€12.50"), ("nb", "-12,50 €")]
)
def test_money_is_written_as_in_the_language(language: str, told: str) -> None:
    said = Formats(language).money(Money(-1250, "EUR"))
    assert said.replace("\xa0", " ").replace("\u202f", " ") == told
    assert "100" in Formats(language).money(Money(100, "ISK"))  # has no hundredths


def test_a_day_has_its_weekday() -> None:
    assert Formats("en").weekday(date(2026, 11, 26)) == "Thu 26 Nov 2026"
    assert Formats("fi").weekday(date(2026, 11, 26)) == "to 26.11.2026"
