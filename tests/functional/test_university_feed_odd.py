"""What is odd in a feed is told of that one row, and takes no more room than is told of it (rules 5)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from discovery_accounts.domain.person import Person
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.login.looking_up import LookedUp, UnreadablePerson
from discovery_accounts.models import Membership
from discovery_accounts.services.university_feed.order import carry_out
from discovery_accounts.services.university_feed.rows import Row
from discovery_accounts.services.university_feed.sync import MOST_BROKEN, PatronSync
from tests.factories.portal import Portal
from tests.factories.rows import rows
from tests.factories.stand_in_provider import StandInProvider, stand_in
from tests.factories.university import UNIVERSITY, joins, sync
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

pytestmark = ON_SQLITE
Providers = dict[str, StandInProvider]


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    return make_portal(**UNIVERSITY)


def test_a_day_that_never_comes_ends_nobody(portal: Portal, stand_in: Providers) -> None:
    joins(portal, stand_in["uni"])
    assert sync(portal, {"subject": "ada", "valid_until": "9999-12-31"}).failed is None
    [membership] = rows(portal.house, Membership)
    assert membership.valid_until is None
    run_job(portal.house, "retire-patrons")


def test_one_entry_of_a_directory_that_cant_be_used_stops_no_other(
    portal: Portal, stand_in: Providers
) -> None:
    ends = {
        "ada": datetime(2040, 7, 31, 12, tzinfo=UTC),
        "bo": datetime(1, 1, 1, tzinfo=UTC),
        "cy": datetime(8999, 12, 31, 23, 59, tzinfo=UTC),  # the next day in Helsinki
    }

    def look_up(subject: str) -> LookedUp | None:
        if subject == "di":
            raise UnreadablePerson("accountExpires: no moment")
        return LookedUp(Person(family_name="Lind"), ends[subject])

    stand_in["uni"].look_up = look_up  # type: ignore[attr-defined]
    for name in (*ends, "di"):
        joins(portal, stand_in["uni"], name)
    done = run_job(portal.house, "sync-patrons", only="uni").done
    assert done.failed is None
    assert done.kept["broken"] == 2
    assert sorted(reason.partition(": ")[2] for reason in done.kept if reason.startswith("line")) == [
        "accountExpires: no moment",
        "valid_until: no day of this calendar",
    ]
    assert sorted(str(one.valid_until) for one in rows(portal.house, Membership)) == [
        "2040-07-31",
        "None",
        "None",
        "None",
    ]


def test_of_very_many_broken_lines_the_first_are_told_and_all_counted(portal: Portal) -> None:
    path = portal.folder / "people.jsonl"
    path.write_text("{\n" * 200)
    told = carry_out(portal.house, str(path), portal.clock(), 1000, sure=False, dry_run=False)
    lines = [reason for reason in told.kept if reason.startswith("line ")]
    assert (told.kept["broken"], len(lines), told.kept["more broken lines"]) == (200, MOST_BROKEN, 150)


def test_broken_lines_take_no_more_room_than_is_told_of_them(portal: Portal) -> None:

    synced = PatronSync(portal.house).run(
        lambda: (Row(number, broken="not JSON") for number in range(1, 1001)), portal.clock(), 1000
    )
    assert (len(synced.broken), synced.kept["broken"]) == (MOST_BROKEN, 1000)
