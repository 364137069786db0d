"""When a library is left alone, and when it is tried again."""

import pytest

from discovery_accounts.connectors.api import BreakerOpen
from discovery_accounts.connectors.breaker import FAILURES, Breaker, Outcome
from discovery_accounts.connectors.health import BreakerState


def fail(breaker: Breaker, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        breaker.report(breaker.admit(now), Outcome.FAILED, now)


def state(breaker: Breaker) -> BreakerState:
    return breaker.state


def opened(cool_down: float = 20.0) -> Breaker:
    breaker = Breaker(cool_down)
    fail(breaker, FAILURES)
    assert state(breaker) == "open"
    return breaker


def test_it_opens_after_five_failures_in_a_row() -> None:
    breaker = Breaker(20)
    fail(breaker, 4)
    breaker.report(breaker.admit(0), Outcome.ANSWERED, 0)
    fail(breaker, 4)
    assert state(breaker) == "closed"
    fail(breaker, 1)
    assert state(breaker) == "open"


def test_calls_without_a_verdict_count_neither_way() -> None:
    breaker = Breaker(20)
    fail(breaker, 4)
    breaker.report(breaker.admit(0), Outcome.NO_VERDICT, 0)
    assert state(breaker) == "closed"
    fail(breaker, 1)
    assert state(breaker) == "open"


def test_while_open_it_says_how_long() -> None:
    with pytest.raises(BreakerOpen) as caught:
        opened().admit(5)
    assert caught.value.retry_after == 15
    assert not caught.value.sent


def test_one_trial_at_a_time_and_an_answer_closes_it() -> None:
    breaker = opened()
    trial = breaker.admit(20)
    assert trial.trial
    assert state(breaker) == "half_open"
    with pytest.raises(BreakerOpen):
        breaker.admit(21)
    breaker.report(trial, Outcome.ANSWERED, 22)
    assert state(breaker) == "closed"
    assert not breaker.admit(22).trial


@pytest.mark.parametrize(
    ("cool_down", "waits"), [(5.0, [10, 20, 40, 60, 60]), (20.0, [40, 60, 60]), (90.0, [90, 90])]
)
def test_failed_trials_wait_longer_up_to_a_minute_but_never_less_than_configured(
    cool_down: float, waits: list[float]
) -> None:
    breaker, now = opened(cool_down), cool_down
    for wait in waits:
        breaker.report(breaker.admit(now), Outcome.FAILED, now)
        with pytest.raises(BreakerOpen):
            breaker.admit(now + wait - 0.1)
        now += wait
    assert breaker.admit(now).trial


def test_after_recovery_the_wait_is_short_again() -> None:
    breaker = opened(5)
    breaker.report(breaker.admit(5), Outcome.FAILED, 5)
    breaker.report(breaker.admit(15), Outcome.ANSWERED, 15)
    fail(breaker, FAILURES, 20)
    assert breaker.admit(25).trial


def test_a_trial_without_a_verdict_leaves_the_next_call_to_try() -> None:
    breaker = opened()
    breaker.report(breaker.admit(20), Outcome.NO_VERDICT, 20)
    assert state(breaker) == "open"
    assert breaker.admit(20).trial


def test_an_answer_to_an_early_call_proves_the_library_alive() -> None:
    breaker = Breaker(20)
    early = breaker.admit(0)
    fail(breaker, FAILURES)
    breaker.report(early, Outcome.ANSWERED, 1)
    assert state(breaker) == "closed"


def test_failures_of_calls_from_before_the_opening_are_old_news() -> None:
    breaker = Breaker(20)
    early = [breaker.admit(0) for _ in range(50)]
    for admission in early[:20]:
        breaker.report(admission, Outcome.FAILED, 2)
    breaker.report(breaker.admit(22), Outcome.ANSWERED, 22)
    for admission in early[20:]:
        breaker.report(admission, Outcome.FAILED, 23)
    assert state(breaker) == "closed"


def test_changes_are_told_once_each() -> None:
    told: list[BreakerState] = []
    breaker = Breaker(20, told.append)
    fail(breaker, FAILURES)
    breaker.report(breaker.admit(20), Outcome.ANSWERED, 20)
    breaker.report(breaker.admit(20), Outcome.ANSWERED, 20)
    assert told == ["open", "half_open", "closed"]
