"""When the mails of alerts are due: by the clock of a place, over changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_accounts.domain.alert_times import Frequency, SlotTimes

HELSINKI = ZoneInfo("Europe/Helsinki")
MOMENTS = st.integers(0, 2 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI).astimezone(UTC)


@pytest.mark.parametrize(
    ("frequency", "now", "struck"),
    [
        (Frequency.DAILY, "2026-11-22T07:00", "2026-11-22T07:00"),
        (Frequency.DAILY, "2026-11-22T06:59", "2026-11-21T07:00"),
        (Frequency.WEEKLY, "2026-11-22T12:00", "2026-11-20T07:00"),
        (Frequency.WEEKLY, "2026-11-20T06:00", "2026-11-13T07:00"),
        (Frequency.DAILY, "2026-03-29T12:00", "2026-03-29T07:00"),
        (Frequency.INSTANT, "2026-11-22T12:34", "2026-11-22T12:34"),
    ],
)
def test_the_last_time_that_was_due(frequency: Frequency, now: str, struck: str) -> None:
    assert SlotTimes(frequency, 4, 7, HELSINKI).struck_at(at(now)) == at(struck)


def test_an_instant_alert_waits_for_no_time() -> None:
    assert SlotTimes(Frequency.INSTANT, -1, -1, HELSINKI).next_after(at("2026-11-22T12:00")) is None


@settings(max_examples=60)
@given(MOMENTS, st.integers(0, 6), st.integers(0, 23), st.sampled_from([Frequency.DAILY, Frequency.WEEKLY]))
def test_times_come_one_after_the_other_and_none_is_left_out(
    now: datetime, weekday: int, hour: int, frequency: Frequency
) -> None:
    slot = SlotTimes(frequency, weekday, hour, HELSINKI)
    struck, following = slot.struck_at(now), slot.next_after(now)
    assert following is not None
    assert struck <= now < following
    assert slot.struck_at(following) == following
    assert slot.next_after(struck) == following
    apart = following - struck
    assert abs(apart - timedelta(days=7 if frequency is Frequency.WEEKLY else 1)) <= timedelta(hours=1)
