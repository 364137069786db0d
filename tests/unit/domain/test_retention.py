"""The decision on a patron's time: what policies say, and what wins over every policy (rules 5.3, 6)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_accounts.domain.retention import (
    Decision,
    Facts,
    Kind,
    Measure,
    Outcome,
    Policy,
    Reason,
    Rule,
    asks_library,
    decide,
    due_day,
    endings_ahead,
    months_around,
    months_later,
    start_of,
)

TODAY = date(2026, 6, 15)
IDLE = Rule(Policy.IDLE_PATRON, Measure.LAST_USE, 36)
UNIVERSITY = Rule(Policy.UNIVERSITY_ENDED, Measure.LAST_VALID_DAY, 12, frozenset({Kind.UNIVERSITY}))
RENEWAL = Rule(
    Policy.MEMBERSHIP_RENEWAL, Measure.MEMBERSHIP_END, 0, frozenset({Kind.ORDINARY}), renews_within=36
)
RULES = (IDLE, UNIVERSITY, RENEWAL)
LONG_AGO = date(2020, 1, 1)


def facts(**told: object) -> Facts:
    given_: dict[str, object] = {"kind": Kind.ORDINARY, "since": LONG_AGO, "obligations": (), **told}
    return Facts(**given_)  # type: ignore[arg-type]


def said(decision: Decision) -> tuple[Outcome, Reason]:
    return decision.outcome, decision.because


def test_nobody_is_removed_before_the_notice_has_run() -> None:
    idle = facts(last_use=date(2023, 6, 1))
    assert said(decide(idle, RULES, TODAY)) == (Outcome.NOTIFY, Reason.NOTICE_DUE)
    told = facts(last_use=date(2023, 6, 1), noticed_on=TODAY)
    assert said(decide(told, RULES, TODAY)) == (Outcome.KEEP, Reason.NOTICE_RUNS)
    assert said(decide(told, RULES, TODAY + timedelta(30))) == (Outcome.KEEP, Reason.NOTICE_RUNS), (
        "of the day it came on there may have been minutes left"
    )
    removed = decide(told, RULES, TODAY + timedelta(31))
    assert (*said(removed), removed.policy) == (Outcome.REMOVE, Reason.TIME_IS_OVER, Policy.IDLE_PATRON)


def test_a_use_after_the_notice_makes_the_notice_void() -> None:
    came_back = facts(last_use=date(2026, 6, 20), noticed_on=TODAY)
    assert said(decide(came_back, RULES, date(2026, 8, 1))) == (Outcome.KEEP, Reason.NOT_YET)
    again = decide(came_back, RULES, date(2029, 6, 20))
    assert said(again) == (Outcome.NOTIFY, Reason.NOTICE_DUE)


def test_the_time_of_the_register_counts_when_no_use_is_known() -> None:
    assert due_day(IDLE, facts(since=date(2024, 2, 29))) == date(2027, 2, 28)


def test_a_university_patron_goes_a_year_after_the_last_valid_day() -> None:
    student = facts(
        kind=Kind.UNIVERSITY,
        valid_until=date(2025, 6, 30),
        last_use=TODAY,
        noticed_on=date(2026, 6, 1),
    )
    assert decide(student, RULES, date(2026, 7, 1)).outcome is Outcome.KEEP
    assert decide(student, RULES, date(2026, 7, 2)).policy is Policy.UNIVERSITY_ENDED
    assert decide(student, RULES, date(2026, 7, 2)).outcome is Outcome.REMOVE


def test_who_wants_to_stay_is_an_ordinary_patron() -> None:
    stays = facts(kind=Kind.UNIVERSITY, stays=True, last_use=TODAY, valid_until=date(2025, 6, 30))
    assert decide(stays, (UNIVERSITY,), TODAY).because is Reason.NO_POLICY
    assert decide(stays, RULES, TODAY).outcome is Outcome.RENEW


def test_a_membership_in_use_is_renewed_and_one_that_is_not_ends() -> None:
    over = {"valid_until": date(2026, 6, 14)}
    assert said(decide(facts(last_use=date(2025, 1, 1), **over), RULES, TODAY)) == (
        Outcome.RENEW,
        Reason.IN_USE,
    )
    unused = facts(since=date(2023, 6, 14), **over)
    assert decide(unused, RULES, TODAY).outcome is Outcome.NOTIFY


@pytest.mark.parametrize("obligation", [Reason.OPEN_LOANS, Reason.UNPAID_FEES, Reason.GUARANTOR])
def test_the_obligation_is_the_reason_why_somebody_was_kept(obligation: Reason) -> None:
    owes = facts(last_use=date(2020, 1, 1), noticed_on=date(2026, 1, 1), obligations=(obligation,))
    assert said(decide(owes, RULES, TODAY)) == (Outcome.KEEP, obligation)


def test_the_library_is_asked_only_when_it_matters() -> None:
    assert asks_library(facts(last_use=date(2020, 1, 1), obligations=None), RULES, TODAY)
    assert not asks_library(facts(last_use=TODAY, obligations=None), RULES, TODAY)


DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
MAYBE = st.none() | DAYS
OBLIGATIONS = st.lists(
    st.sampled_from([Reason.OPEN_LOANS, Reason.OPEN_HOLDS, Reason.UNPAID_FEES, Reason.GUARANTOR]), max_size=2
).map(tuple)
ANYBODY = st.builds(
    Facts,
    kind=st.sampled_from(Kind),
    since=DAYS,
    last_use=MAYBE,
    last_sign_in=MAYBE,
    valid_until=MAYBE,
    stays=st.booleans(),
    noticed_on=MAYBE,
    obligations=st.none() | OBLIGATIONS,
)
ANY_RULES = st.lists(
    st.builds(
        Rule,
        policy=st.sampled_from(Policy),
        measure=st.sampled_from(Measure),
        months=st.integers(0, 60),
        kinds=st.frozensets(st.sampled_from(Kind)),
        notice_days=st.integers(0, 60),
        renews_within=st.none() | st.integers(1, 60),
    ),
    max_size=4,
)


@settings(max_examples=200, deadline=None)
@given(ANYBODY, ANY_RULES, DAYS)
def test_obligations_always_win_and_silence_always_blocks(one: Facts, rules: list[Rule], today: date) -> None:
    decision = decide(one, rules, today)
    if one.obligations is None or one.obligations:
        assert decision.outcome in {Outcome.KEEP, Outcome.RENEW}
    if decision.outcome is Outcome.REMOVE:
        assert one.obligations == ()
        assert one.noticed_on is not None
        rule = next(rule for rule in rules if rule.policy is decision.policy and due_day(rule, one))
        assert decision.due is not None
        assert decision.due <= today
        assert rule.measure is not Measure.LAST_SIGN_IN or one.last_sign_in is not None
    assert decision.look_on is not None


@settings(max_examples=100, deadline=None)
@given(ANYBODY, DAYS, st.integers(0, 60))
def test_without_a_notice_nobody_goes_and_with_one_nobody_goes_early(
    one: Facts, today: date, days: int
) -> None:
    decision = decide(one, [Rule(Policy.IDLE_PATRON, Measure.LAST_USE, 36, notice_days=days)], today)
    if decision.outcome is Outcome.REMOVE:
        assert one.noticed_on is not None
        assert today > one.noticed_on + timedelta(days), "so many whole days"


def month(year: int, number: int) -> date:
    return date(year, number, 1)


def test_groups_end_in_the_months_in_which_their_time_is_over() -> None:
    groups = [
        (month(2016, 6), month(2024, 1), 10),
        (month(2024, 2), month(2025, 6), 12),
        (month(2025, 7), month(2025, 7), 20),
        (month(2025, 8), month(2026, 5), 30),
        (month(2026, 6), month(2026, 6), 40),
    ]
    told = [(one.first, one.last, one.count) for one in endings_ahead(groups, 12, TODAY)]
    assert told == [
        (month(2026, 6), month(2026, 6), 22),
        (month(2026, 7), month(2026, 7), 20),
        (month(2026, 8), month(2027, 5), 30),
        (month(2027, 6), month(2027, 6), 40),
    ]
    assert [(one.first, one.last) for one in endings_ahead(groups[3:], 20, TODAY)] == [(month(2027, 4), None)]
    assert endings_ahead(groups[4:], 13, TODAY) == ()


def test_days_too_far_away_to_matter_are_in_the_first_and_the_last_month() -> None:
    months = months_around(TODAY, to_come=True)
    assert start_of(date(1900, 1, 9), TODAY, to_come=True) == months[0] == month(2016, 6)
    assert start_of(date(9999, 12, 31), TODAY, to_come=True) == months[-1]
    assert endings_ahead([(months[0], months[0], 10)], 120, TODAY)[0].first == month(2026, 6)
    assert endings_ahead([(months[-1], months[-1], 10)], 1, TODAY) == ()
    assert months_around(TODAY, to_come=False)[-1] == month(2026, 6)


def test_a_month_without_the_day_gives_its_last_one() -> None:
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 12, 31), 2) == date(2027, 2, 28)


def test_a_notice_of_the_first_day_lets_it_end_on_the_day_and_tells_that_one() -> None:
    due = months_later(TODAY, 36)
    first = due - timedelta(31)
    assert decide(facts(last_use=TODAY), RULES[:1], first - timedelta(1)).because is Reason.NOT_YET
    assert decide(facts(last_use=TODAY), RULES[:1], first).look_on == due
    told = facts(last_use=TODAY, noticed_on=first)
    assert decide(told, RULES[:1], due).outcome is Outcome.REMOVE


def test_a_day_that_means_never_is_later_than_every_other() -> None:
    assert months_later(date.max, 12) == months_later(date(9998, 6, 1), 36) == date.max
    for last in (date.max, date(9999, 6, 30)):
        student = facts(kind=Kind.UNIVERSITY, valid_until=last, last_use=TODAY)
        assert due_day(UNIVERSITY, student) == date.max
        assert decide(student, (UNIVERSITY,), TODAY).because is Reason.NOT_YET
    first = facts(kind=Kind.UNIVERSITY, valid_until=date.min)
    assert decide(first, (replace(UNIVERSITY, months=0),), TODAY).outcome is Outcome.NOTIFY
    assert endings_ahead([(date(9999, 12, 1), date(9999, 12, 1), 3)], 12, TODAY) == ()


def test_a_rule_that_ends_nobody_renews_who_uses_the_card_and_names_no_day() -> None:
    only = (replace(RENEWAL, ends=False),)
    over = {"valid_until": date(2026, 6, 14)}
    assert decide(facts(last_use=TODAY, **over), only, TODAY).outcome is Outcome.RENEW
    unused = decide(facts(since=date(2023, 6, 14), **over), only, TODAY)
    assert (*said(unused), unused.due) == (Outcome.KEEP, Reason.NO_POLICY, None)
    before = decide(facts(last_use=TODAY, **over), only, date(2026, 6, 10))
    assert (*said(before), before.look_on) == (Outcome.KEEP, Reason.NO_POLICY, date(2026, 6, 15))
