"""What a digest tells of a loan, and when it goes out: over midnight, and over the changes of the clocks."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.domain.digest import News, Times, is_stuck, is_within, news_of_loan, told_with

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)  # 7.30 in Helsinki


def due(days: int, hour: int = 23, minute: int = 59) -> datetime:
    return datetime(2026, 11, 22, hour, minute, tzinfo=HELSINKI) + timedelta(days)


@pytest.mark.parametrize(
    ("due_at", "days_ahead", "stuck", "news"),
    [
        (due(-1), 0, False, News.OVERDUE),
        (due(-1), 0, True, News.OVERDUE),
        (due(0, 7, 29), 3, False, News.OVERDUE),
        (due(0), 0, False, News.DUE_SOON),
        (due(1), 0, False, None),
        (due(3), 3, False, News.DUE_SOON),
        (due(3), 3, True, News.NOT_RENEWABLE),
        (due(4), 3, True, None),
    ],
)
def test_what_there_is_to_tell_of_a_loan(
    due_at: datetime, days_ahead: int, stuck: bool, news: News | None
) -> None:
    assert news_of_loan(due_at, days_ahead, stuck, NOW) is news


@pytest.mark.parametrize(
    ("renewable", "because", "stuck"),
    [
        (True, None, False),
        (None, None, False),
        (False, None, True),
        (False, "too_many_renewals", True),
        (False, "on_hold_for_another", True),
        (False, "library_says_no", True),
        (False, "too_soon", False),
        (False, "fees", False),
        (False, "card_blocked", False),
        (False, "renewed_automatically", False),
    ],
)
def test_only_a_no_that_stays_is_told(renewable: bool | None, because: str | None, stuck: bool) -> None:
    assert is_stuck(renewable, because) is stuck


def test_what_is_more_urgent_tells_the_less_urgent_with_it() -> None:
    assert told_with(News.OVERDUE) == (News.OVERDUE, News.NOT_RENEWABLE, News.DUE_SOON)
    assert told_with(News.NOT_RENEWABLE) == (News.NOT_RENEWABLE, News.DUE_SOON)
    assert told_with(News.DUE_SOON) == (News.DUE_SOON,)
    assert told_with(News.READY) == (News.READY,)


def times(hour: int, minute: int = 15, quiet: tuple[int, int] | tuple[None, None] = (None, None)) -> Times:
    return Times(hour, minute, *quiet, HELSINKI)


def local(moment: datetime) -> str:
    return moment.astimezone(HELSINKI).strftime("%d.%m. %H:%M %z")


@pytest.mark.parametrize(
    ("now", "hour", "next_at"),
    [
        ("2026-11-22T05:14:00+00:00", 7, "22.11. 07:15 +0200"),
        ("2026-11-22T05:15:00+00:00", 7, "23.11. 07:15 +0200"),
        ("2026-11-22T21:00:00+00:00", 0, "23.11. 00:15 +0200"),
        # the day after, the clocks have changed: the same hour by the clock on the wall
        ("2026-03-28T05:15:00+00:00", 7, "29.03. 07:15 +0300"),
        ("2026-10-24T05:00:00+00:00", 7, "25.10. 07:15 +0200"),
        # an hour that is left out in spring is the one after it
        ("2026-03-28T12:00:00+00:00", 3, "29.03. 04:15 +0300"),
        # one that comes twice in autumn counts once
        ("2026-10-24T12:00:00+00:00", 3, "25.10. 03:15 +0300"),
        ("2026-10-25T00:15:00+00:00", 3, "26.10. 03:15 +0200"),
    ],
)
def test_the_next_time_is_by_the_clock_of_the_library(now: str, hour: int, next_at: str) -> None:
    assert local(times(hour).next_after(datetime.fromisoformat(now))) == next_at


def test_no_day_of_a_year_is_left_out_or_comes_twice() -> None:
    for hour in (2, 3, 4, 7):
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        days = []
        for _ in range(366):
            moment = times(hour).next_after(moment)
            days.append(moment.astimezone(HELSINKI).date())
        assert [(later - earlier).days for earlier, later in pairwise(days)] == [1] * 365


@pytest.mark.parametrize(
    ("hour", "quiet", "inside"),
    [
        (21, (21, 7), True),
        (0, (21, 7), True),
        (6, (21, 7), True),
        (7, (21, 7), False),
        (20, (21, 7), False),
        (12, (9, 17), True),
        (17, (9, 17), False),
        (12, (12, 12), False),
        (12, (None, None), False),
    ],
)
def test_quiet_hours_go_over_midnight(
    hour: int, quiet: tuple[int, int] | tuple[None, None], inside: bool
) -> None:
    assert is_within(hour, *quiet) is inside


def test_quiet_hours_are_by_the_clock_of_the_library_and_end_by_it() -> None:
    late = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)  # 22.00; the clocks change in the night
    night = times(8, quiet=(21, 7))
    assert night.is_quiet(late)
    assert local(night.quiet_ends(late)) == "29.03. 07:15 +0300"
    assert not night.is_quiet(night.quiet_ends(late))
