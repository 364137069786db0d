"""When a young patron's card is theirs to decide about, and what is to be told of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.handover import (
    NOTICE,
    Stage,
    hands_over_at,
    is_in_notice,
    is_minor,
    state_of,
    to_tell,
)

HELSINKI = ZoneInfo("Europe/Helsinki")
AT = datetime(2030, 6, 1, tzinfo=HELSINKI)
LONG_AGO = AT - timedelta(days=900)
SECOND = timedelta(seconds=1)


def test_the_day_begins_in_the_librarys_zone() -> None:
    assert hands_over_at(date(2015, 6, 1), 15, HELSINKI) == datetime(2030, 5, 31, 21, 0, tzinfo=UTC)
    assert hands_over_at(date(2015, 12, 1), 15, HELSINKI) == datetime(2030, 11, 30, 22, 0, tzinfo=UTC)


def test_a_leap_day_comes_on_the_first_of_march() -> None:
    assert hands_over_at(date(2016, 2, 29), 15, HELSINKI) == datetime(2031, 3, 1, tzinfo=HELSINKI)
    assert hands_over_at(date(2016, 2, 29), 16, HELSINKI) == datetime(2032, 2, 29, tzinfo=HELSINKI)


def test_unknown_counts_as_an_adult() -> None:
    assert not is_minor(None, AT)
    assert not is_in_notice(None, AT)
    assert is_minor(AT, AT - SECOND)
    assert not is_minor(AT, AT)


def test_notice_begins_thirty_days_before_and_ends_with_the_day() -> None:
    assert not is_in_notice(AT, AT - NOTICE - SECOND)
    assert is_in_notice(AT, AT - NOTICE)
    assert is_in_notice(AT, AT - SECOND)
    assert not is_in_notice(AT, AT)


@pytest.mark.parametrize(
    ("now", "confirmed", "state"),
    [
        (AT - SECOND, None, LinkState.ACTIVE),
        (AT, None, LinkState.PENDING),
        (AT, AT - NOTICE - SECOND, LinkState.PENDING),
        (AT, AT - NOTICE, LinkState.ACTIVE),
        (AT + 9 * NOTICE, AT - SECOND, LinkState.ACTIVE),
        (AT + 9 * NOTICE, AT + 8 * NOTICE, LinkState.ACTIVE),
    ],
)
def test_a_link_from_before_waits_from_that_second_on(
    now: datetime, confirmed: datetime | None, state: LinkState
) -> None:
    told = state_of(LinkState.ACTIVE, holder=False, since=LONG_AGO, confirmed_at=confirmed, at=AT, now=now)
    assert told is state


@pytest.mark.parametrize("stored", [LinkState.PENDING, LinkState.ENDED])
def test_what_waits_or_ended_stays_so(stored: LinkState) -> None:
    assert state_of(stored, holder=False, since=LONG_AGO, confirmed_at=AT, at=AT, now=AT) is stored


def test_the_young_patrons_own_link_and_one_from_after_the_day_are_ordinary() -> None:
    own = state_of(LinkState.ACTIVE, holder=True, since=LONG_AGO, confirmed_at=None, at=AT, now=AT)
    later = state_of(LinkState.ACTIVE, holder=False, since=AT, confirmed_at=None, at=AT, now=AT + NOTICE)
    unknown = state_of(LinkState.ACTIVE, holder=False, since=LONG_AGO, confirmed_at=None, at=None, now=AT)
    assert {own, later, unknown} == {LinkState.ACTIVE}


@pytest.mark.parametrize(
    ("now", "told", "stage"),
    [
        (AT - NOTICE - SECOND, None, None),
        (AT - NOTICE, None, Stage.AHEAD),
        (AT - SECOND, None, Stage.AHEAD),
        (AT - SECOND, AT - NOTICE, None),
        (AT - SECOND, AT - NOTICE - SECOND, Stage.AHEAD),
        (AT, AT - NOTICE, Stage.DAY),
        (AT, None, Stage.DAY),
        (AT + NOTICE, AT - SECOND, Stage.DAY),
        (AT + NOTICE, AT, None),
    ],
)
def test_each_stage_is_told_once(now: datetime, told: datetime | None, stage: Stage | None) -> None:
    assert to_tell(since=LONG_AGO, confirmed_at=None, told_at=told, at=AT, now=now) is stage


def test_there_is_nothing_to_tell_after_a_yes_nor_of_other_links() -> None:
    def told(**other: datetime | None) -> Stage | None:
        values: dict[str, datetime | None] = {"since": LONG_AGO, "confirmed_at": None, "at": AT} | other
        return to_tell(told_at=None, now=AT, **values)  # type: ignore[arg-type]

    assert told() is Stage.DAY
    assert told(confirmed_at=AT - NOTICE) is None
    assert told(confirmed_at=AT - NOTICE - SECOND) is Stage.DAY
    assert told(since=AT) is None
    assert told(at=None) is None
