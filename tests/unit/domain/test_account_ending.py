"""When an account is warned about and when it ends: dates by the calendar, and nothing unwarned (rules 1.4)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_accounts.domain.account_ending import (
    NOTICE,
    TRY_AGAIN,
    Act,
    Kept,
    Terms,
    Verdict,
    Warned,
    WarningState,
    ends_at,
    judge,
    signed_in_before,
    told_end,
)

TERMS = Terms(12, (30, 7))
SIGNED_IN = datetime(2026, 3, 15, 9, 30, tzinfo=UTC)
END = datetime(2027, 3, 15, 9, 30, tzinfo=UTC)

moments = st.integers(0, 4400).map(
    lambda days: datetime(2020, 1, 1, 9, 30, tzinfo=UTC) + timedelta(days=days)
)
terms = st.builds(
    Terms,
    st.integers(1, 36),
    st.lists(st.integers(1, 90), min_size=1, max_size=3, unique=True).map(
        lambda days: tuple(sorted(days, reverse=True))
    ),
)


def day(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("signed_in", "months", "end"),
    [
        ("2026-03-15", 12, "2027-03-15"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2027-02-28", 12, "2028-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 13, "2027-12-30"),
    ],
)
def test_months_are_those_of_the_calendar(signed_in: str, months: int, end: str) -> None:
    assert ends_at(day(signed_in), months) == day(end)


@given(moments, terms, st.integers(-40, 200))
@settings(max_examples=200)
def test_whoever_is_to_be_warned_is_among_those_looked_at(
    signed_in: datetime, terms: Terms, off: int
) -> None:
    now = ends_at(signed_in, terms.months) - timedelta(days=max(terms.warn_days) + off)
    verdict = judge(signed_in, now, terms, {}, reachable=True)
    assert (verdict.act is Act.WARN) is (off <= 0)
    if off <= 0:
        assert signed_in <= signed_in_before(now, terms)


@pytest.mark.parametrize(
    ("before", "known", "reachable", "verdict"),
    [
        (timedelta(days=31), {}, True, Verdict(Act.NOTHING)),
        (timedelta(days=30), {}, True, Verdict(Act.WARN, 30)),
        (timedelta(days=30), {}, False, Verdict(Act.NOTE, 30)),
        (timedelta(days=7), {30: "delivered"}, True, Verdict(Act.WARN, 7)),
        (timedelta(days=6), {7: "waiting"}, True, Verdict(Act.NOTHING)),
        (timedelta(0), {7: "delivered"}, True, Verdict(Act.END)),
        (timedelta(0), {7: "delivered"}, False, Verdict(Act.END)),
        (timedelta(0), {30: "delivered"}, True, Verdict(Act.WARN, 7)),
        (timedelta(0), {7: "waiting"}, True, Verdict(Act.NOTHING, kept=Kept.WARNING_WAITS)),
        (timedelta(0), {7: "waiting"}, False, Verdict(Act.NOTHING, kept=Kept.WARNING_WAITS)),
        (timedelta(0), {7: "failed"}, True, Verdict(Act.WARN, 7)),
        (timedelta(0), {7: "failed"}, False, Verdict(Act.END, unreached=True)),
        (timedelta(0), {7: "no_address"}, False, Verdict(Act.END)),
        (timedelta(0), {7: "no_address"}, True, Verdict(Act.WARN, 7)),
    ],
)
def test_what_is_to_be_done(
    before: timedelta, known: dict[int, str], reachable: bool, verdict: Verdict
) -> None:
    warned = {
        days: Warned(WarningState(state), END - before - timedelta(days=8)) for days, state in known.items()
    }
    assert judge(SIGNED_IN, END - before, TERMS, warned, reachable=reachable) == verdict


def test_a_week_s_notice_even_where_the_warning_came_late() -> None:
    late = END + timedelta(days=90)
    assert told_end(SIGNED_IN, TERMS, late) == late + NOTICE
    assert told_end(SIGNED_IN, TERMS, END - timedelta(days=30)) == END
    warned = {7: Warned(WarningState.DELIVERED, late)}
    lately = judge(SIGNED_IN, late + NOTICE - timedelta(seconds=1), TERMS, warned, reachable=True)
    assert lately == Verdict(Act.NOTHING, kept=Kept.WARNED_LATELY)
    assert judge(SIGNED_IN, late + NOTICE, TERMS, warned, reachable=True).act is Act.END


def test_a_warning_that_did_not_arrive_is_tried_again_the_next_day() -> None:
    warned = {7: Warned(WarningState.FAILED, END)}
    early = judge(SIGNED_IN, END + TRY_AGAIN - timedelta(seconds=1), TERMS, warned, reachable=True)
    assert early == Verdict(Act.NOTHING, kept=Kept.WARNING_FAILED)
    assert judge(SIGNED_IN, END + TRY_AGAIN, TERMS, warned, reachable=True) == Verdict(Act.WARN, 7)


states = st.builds(
    Warned, st.sampled_from(WarningState), st.integers(-60, 60).map(lambda days: END + timedelta(days=days))
)


@given(st.dictionaries(st.sampled_from((30, 7)), states), st.integers(-60, 90), st.booleans())
@settings(max_examples=300)
def test_no_account_ends_unwarned_or_before_its_time(
    warned: dict[int, Warned], days: int, reachable: bool
) -> None:
    now = END + timedelta(days=days)
    if judge(SIGNED_IN, now, TERMS, warned, reachable=reachable).act is not Act.END:
        return
    assert now >= END
    last = warned[7]
    delivered = last.state is WarningState.DELIVERED and now - last.since >= NOTICE
    impossible = not reachable and last.state in (WarningState.FAILED, WarningState.NO_ADDRESS)
    assert delivered or impossible
