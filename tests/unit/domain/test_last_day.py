"""The last day of a link belongs to it, in the library's own zone, also when clocks are set."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.last_day import FURTHEST, last_day_of, until_of

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
TODAY = date(2026, 11, 21)
"""In Helsinki it is half past midnight already."""


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (TODAY, datetime(2026, 11, 21, 22, 0, tzinfo=UTC)),
        (date(2027, 6, 30), datetime(2027, 6, 30, 21, 0, tzinfo=UTC)),
        (date(2027, 3, 27), datetime(2027, 3, 27, 22, 0, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 21, 0, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2026, 12, 31, 22, 0, tzinfo=UTC)),
    ],
)
def test_the_link_is_over_when_the_last_day_is(day: date, until: datetime) -> None:
    found = until_of(day, NOW, HELSINKI)
    assert found == until
    assert last_day_of(found, HELSINKI) == day
    assert last_day_of(until, HELSINKI) == day


def test_no_day_is_no_end() -> None:
    assert until_of(None, NOW, HELSINKI) is None
    assert last_day_of(None, HELSINKI) is None


@pytest.mark.parametrize(
    ("day", "code"), [(TODAY - timedelta(days=1), "past"), (TODAY + FURTHEST + timedelta(days=1), "too_far")]
)
def test_yesterday_and_the_far_future_are_slips(day: date, code: str) -> None:
    with pytest.raises(BadShape) as refused:
        until_of(day, NOW, HELSINKI)
    assert (refused.value.field, refused.value.code) == ("until", code)
