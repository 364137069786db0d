"""What a university maintains is read-only as long as it does, and not a day longer (rules 5.2, 5.3, 9.2)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from discovery_accounts.models import FeedPatron, LibraryCard, Membership
from tests.factories.ages import HELSINKI, days_pass
from tests.factories.codes import stepped_up
from tests.factories.portal import Browser, Portal
from tests.factories.rows import rows
from tests.factories.stand_in_provider import StandInProvider, stand_in
from tests.factories.university import UNIVERSITY, joins, on, sync, writes
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

pytestmark = ON_SQLITE
Providers = dict[str, StandInProvider]
ADDRESS = {"subject": "ada", "email": "ada.lind@university.example"}


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    return make_portal(**UNIVERSITY, languages="en fi")


def says_to_be_kept(portal: Portal, browser: Browser) -> bool:
    [card] = rows(portal.house, LibraryCard)
    return "change it there" in browser.get(f"/cards/{card.id}/details").text


def corrected(portal: Portal, browser: Browser, address: str = "ada@home.example") -> int:
    [card] = rows(portal.house, LibraryCard)
    stepped_up(portal)
    return browser.post(f"/cards/{card.id}/details", email=address).status_int


def locked(portal: Portal) -> list[str]:
    [row] = rows(portal.house, FeedPatron)
    return list(row.locked)


def test_who_left_the_university_corrects_their_address_and_it_stays(
    portal: Portal, stand_in: Providers
) -> None:
    joins(portal, stand_in["uni"])
    sync(portal, {**ADDRESS, "valid_until": on(portal, 1)})
    days_pass(portal, 3)
    browser = joins(portal, stand_in["uni"])
    browser.post("/language", language="en", return_to="/cards")
    assert not says_to_be_kept(portal, browser)
    assert corrected(portal, browser) == 303
    portal.koha.clear_calls()
    sync(portal, {**ADDRESS, "email": "ada.2@university.example", "valid_until": on(portal, -2)}, sure=True)
    assert (writes(portal), locked(portal)) == (0, [])


def test_who_wants_to_stay_corrects_their_address(portal: Portal, stand_in: Providers) -> None:
    browser = joins(portal, stand_in["uni"])
    browser.post("/language", language="en", return_to="/cards")
    sync(portal, {**ADDRESS, "valid_until": on(portal, 100)})
    assert says_to_be_kept(portal, browser)
    assert corrected(portal, browser) == 422
    [row] = rows(portal.house, Membership)
    browser.post(f"/account/memberships/{row.id}/stay")
    assert not says_to_be_kept(portal, browser)
    assert corrected(portal, browser) == 303


def test_of_whom_the_feed_does_not_tell_any_more_nothing_is_locked(
    portal: Portal, stand_in: Providers
) -> None:
    joins(portal, stand_in["uni"])
    sync(portal, ADDRESS)
    assert locked(portal) == ["email"]
    sync(portal, sure=True)
    assert locked(portal) == []


def test_what_the_library_does_not_take_from_the_feed_is_not_locked(
    portal: Portal, stand_in: Providers
) -> None:
    joins(portal, stand_in["uni"])
    done = sync(portal, {**ADDRESS, "city": "Espoo"})
    assert done.kept == {"the library does not take: city": 1}
    assert locked(portal) == ["email"]


def test_what_a_library_that_is_down_did_not_hear_is_not_locked(portal: Portal, stand_in: Providers) -> None:
    joins(portal, stand_in["uni"])
    sync(portal, ADDRESS)
    portal.koha.stop()
    done = sync(portal, {**ADDRESS, "family_name": "Berg"})
    assert done.kept == {"no_answer": 1}
    assert locked(portal) == ["email"]
    portal.koha.start()


def set_to(portal: Portal, day: date, hour: int) -> None:
    """The clock stands at that hour in Helsinki."""
    then = datetime(day.year, day.month, day.day, hour, 30, tzinfo=HELSINKI)
    portal.clock.advance(seconds=(then - portal.clock()).total_seconds())


def test_the_day_is_the_librarys_and_not_utc(portal: Portal, stand_in: Providers) -> None:
    """Half past midnight in Helsinki is the evening before by UTC."""
    joins(portal, stand_in["uni"])
    joins(portal, stand_in["uni"], "bo")
    last = portal.clock().astimezone(HELSINKI).date() + timedelta(days=10)
    people = [{"subject": name, "valid_until": last.isoformat()} for name in ("ada", "bo")]
    sync(portal, *people)
    set_to(portal, last + timedelta(days=1), 0)
    assert sync(portal, people[0]).failed is None, "both have ended: nobody is missing who is valid"
