"""Tries at a password of a login: counted by login and user name, by login, and by address."""

from collections.abc import Callable

import pytest

from discovery_accounts.services import events
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.throttles import Attempt, Throttles
from tests.factories.portal import Portal
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


def tries(
    portal: Portal, username: str, times: int, login: str = "campus", address: str = "192.0.2.7"
) -> int:
    """How many of so many tries in a row are let through."""
    let_through = 0
    for _ in range(times):
        try:
            Throttles(portal.house).begin(Attempt.for_login(login, username, address))
        except Problem as problem:
            if problem.code != Code.TOO_MANY_ATTEMPTS or problem.wait is None:
                raise
            return let_through
        let_through += 1
    return let_through


def test_b1_a_user_name_waits_after_five_refused_tries_from_anywhere(portal: Portal) -> None:
    assert sum(tries(portal, "ada", 1, address=f"192.0.2.{n}") for n in range(8)) == 5
    assert tries(portal, "bob", 1) == 1
    assert tries(portal, "ada", 1, login="staff") == 1
    (told,) = events_of(portal.house, events.LIMIT_REACHED)
    assert told.detail == {"limit": "username", "login": "campus"}


@pytest.mark.parametrize("spelling", ["ADA", " ada ", "\uff41da"])
def test_other_spellings_of_a_user_name_are_tries_at_the_same_one(portal: Portal, spelling: str) -> None:
    assert tries(portal, "ada", 5) == 5
    assert tries(portal, spelling, 1) == 0


def test_a_right_password_does_not_forget_what_strangers_tried(portal: Portal) -> None:
    throttles = Throttles(portal.house)
    assert tries(portal, "ada", 4) == 4
    throttles.succeeded(throttles.begin(Attempt.for_login("campus", "ada", None)))
    assert tries(portal, "ada", 3) == 1


def test_b2_one_password_at_many_user_names_is_stopped(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(limits__address="12/15m", limits__library="20/15m")
    assert sum(tries(portal, f"user{n}", 1) for n in range(40)) == 12
    assert sum(tries(portal, f"user{n}", 1, address=f"198.51.100.{n}") for n in range(40)) == 20 - 12
