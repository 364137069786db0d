"""Waits after refused tries, checks of PINs, urgency of due dates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.domain.due import Urgency, days_until, urgency
from discovery_accounts.domain.pin_check import is_due, pause_after_silence
from discovery_accounts.domain.tries import Refusals, wait_for_card, wait_for_library_lock, wait_for_window

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(("count", "minutes"), [(4, None), (5, 1), (6, 5), (7, 15), (8, 60), (30, 60)])
def test_waits_grow_after_five_refused_tries(count: int, minutes: int | None) -> None:
    wait = wait_for_card(Refusals(count, NOW), 5, NOW)
    assert wait == (None if minutes is None else timedelta(minutes=minutes))


def test_a_wait_runs_from_the_last_try_and_ends() -> None:
    refusals = Refusals(6, NOW - timedelta(minutes=4))
    assert wait_for_card(refusals, 5, NOW) == timedelta(minutes=1)
    assert wait_for_card(refusals, 5, NOW + timedelta(minutes=1)) is None


def test_refused_tries_are_forgotten_after_a_day() -> None:
    assert wait_for_card(Refusals(50, NOW - timedelta(hours=24)), 5, NOW) is None


def test_a_window_lets_so_many_through_and_then_closes() -> None:
    start = NOW - timedelta(minutes=10)
    assert wait_for_window(Refusals(9, NOW), 10, 900, start, NOW) is None
    assert wait_for_window(Refusals(10, NOW), 10, 900, start, NOW) == timedelta(minutes=5)
    assert wait_for_window(Refusals(10, NOW), 10, 900, start, NOW + timedelta(minutes=5)) is None


def test_we_stop_one_below_the_librarys_lock_and_let_one_try_through_a_day() -> None:
    assert wait_for_library_lock(Refusals(4, NOW), 6, NOW) is None
    assert wait_for_library_lock(Refusals(5, NOW), 6, NOW) == timedelta(hours=24)
    assert wait_for_library_lock(Refusals(5, NOW - timedelta(hours=24)), 6, NOW) is None
    assert wait_for_library_lock(Refusals(500, NOW), None, NOW) is None


@pytest.mark.parametrize(("minutes_ago", "due"), [(None, True), (14, False), (15, True)])
def test_a_pin_is_checked_again_after_a_quarter_of_an_hour(minutes_ago: int | None, due: bool) -> None:
    checked_at = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    assert is_due(checked_at, 15, NOW) is due


def test_with_zero_minutes_every_reading_checks() -> None:
    assert is_due(NOW, 0, NOW)


def test_silence_pauses_longer_each_time() -> None:
    pauses = [pause_after_silence(count) for count in (1, 2, 3, 9)]
    assert pauses == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 15)]


@pytest.mark.parametrize(
    ("due_at", "expected", "days"),
    [
        (datetime(2026, 11, 20, 23, 59, tzinfo=HELSINKI), Urgency.OVERDUE, -1),
        (datetime(2026, 11, 21, 13, 59, tzinfo=HELSINKI), Urgency.OVERDUE, 0),
        (datetime(2026, 11, 21, 23, 59, tzinfo=HELSINKI), Urgency.TODAY, 0),
        (datetime(2026, 11, 22, 23, 59, tzinfo=HELSINKI), Urgency.SOON, 1),
        (datetime(2026, 11, 24, 23, 59, tzinfo=HELSINKI), Urgency.SOON, 3),
        (datetime(2026, 11, 25, 0, 1, tzinfo=HELSINKI), Urgency.LATER, 4),
    ],
)
def test_urgency_counts_days_in_the_librarys_zone(due_at: datetime, expected: Urgency, days: int) -> None:
    assert urgency(due_at, NOW) is expected
    assert days_until(due_at, NOW) == days


def test_late_at_night_elsewhere_it_is_tomorrow_already() -> None:
    late = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # 00:30 on the 22nd in Helsinki
    assert days_until(datetime(2026, 11, 22, 23, 59, tzinfo=HELSINKI), late) == 0
