"""The last hour by the minute: what is counted, how times are told, and that it never grows."""

import sys

import pytest

from discovery_accounts.telemetry.recent import BOUNDS, MINUTES, Recent, Span, together


class Clock:
    def __init__(self) -> None:
        self.seconds = 6_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recent(clock: Clock) -> Recent:
    return Recent(clock)


def test_each_minute_has_its_own_counts_the_oldest_first(recent: Recent, clock: Clock) -> None:
    recent.note(True, 0.1)
    clock.seconds += 60
    recent.note(True, 0.1)
    recent.note(False, 2.0)
    hour = recent.hour()
    assert len(hour) == MINUTES
    assert [(span.answered, span.failed) for span in hour[-2:]] == [(1, 0), (1, 1)]
    assert all(span.asked == 0 for span in hour[:-2])


def test_what_is_older_than_an_hour_is_forgotten(recent: Recent, clock: Clock) -> None:
    recent.note(True, 0.1)
    clock.seconds += 59 * 60
    assert together(recent.hour()).asked == 1
    clock.seconds += 60
    assert together(recent.hour()).asked == 0
    recent.note(True, 0.1)
    assert together(recent.hour()).asked == 1


def test_a_pause_of_days_leaves_nothing_behind(recent: Recent, clock: Clock) -> None:
    recent.note(True, 0.1)
    clock.seconds += 3 * 24 * 3600
    assert together(recent.hour()) == Span()


@pytest.mark.parametrize("seconds", [0.006, 0.05, 0.31, 1.7, 12.0, 50.0])
def test_times_are_told_within_a_quarter(recent: Recent, seconds: float) -> None:
    for _ in range(100):
        recent.note(True, seconds)
    hour = together(recent.hour())
    for share in (0.5, 0.95):
        assert hour.quantile(share) == pytest.approx(seconds, rel=0.25)


def test_half_and_most_are_told_apart(recent: Recent) -> None:
    for step in range(100):
        recent.note(True, 0.1 if step < 90 else 3.0)
    hour = together(recent.hour())
    half, most = hour.quantile(0.5), hour.quantile(0.95)
    assert half == pytest.approx(0.1, rel=0.25)
    assert most == pytest.approx(3.0, rel=0.25)


def test_what_takes_very_long_is_told_as_the_longest_there_is(recent: Recent) -> None:
    recent.note(True, 4000.0)
    assert together(recent.hour()).quantile(0.5) == BOUNDS[-1]


def test_failures_say_nothing_of_the_times(recent: Recent) -> None:
    recent.note(False, 30.0)
    hour = together(recent.hour())
    assert hour.quantile(0.5) is None
    assert (hour.asked, hour.failed_share) == (1, 1.0)


def test_nothing_asked_is_no_share(recent: Recent) -> None:
    assert together(recent.hour()).failed_share == 0.0
    assert together(()) == Span()


def test_it_is_as_large_after_many_questions_as_after_an_hour(recent: Recent, clock: Clock) -> None:
    def size() -> int:
        return sum(
            sys.getsizeof(minute) + sys.getsizeof(minute.times)
            for minute in recent._ring
            if minute is not None
        )

    for _ in range(MINUTES):
        recent.note(True, 0.1)
        clock.seconds += 60
    full = size()
    for step in range(200_000):
        recent.note(step % 7 != 0, step % 90 / 10)
        clock.seconds += 1
    assert size() == full
    assert len(recent._ring) == MINUTES
    assert full < 64 * 1024
