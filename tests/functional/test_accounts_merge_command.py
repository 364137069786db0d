"""``accounts merge``: two accounts of one person become one by IT, told beforehand and written down."""

import json
import uuid

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from discovery_accounts.cli import main
from discovery_accounts.models import Account, Identity, LibraryCard, Link, SignedInSession, StaffMember
from discovery_accounts.services import events as words
from tests.factories.portal import Portal
from tests.factories.rows import count, events, rows
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
ASKED = ("--reason", "person_asked")
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def two(portal: Portal) -> tuple[str, str]:
    """The ids of two accounts: of a card of Koha, and of one of Alma."""
    portal.signed_in_client("lumme")
    portal.signed_in_client("helka")
    found = {row.issuer: str(row.account_id) for row in rows(portal.house, Identity)}
    return found["lumme"], found["helka"]


def merge(portal: Portal, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["--config", portal.ini(), "accounts", "merge", *arguments], input=typed)


def test_all_of_the_one_comes_into_the_other(portal: Portal, two: tuple[str, str]) -> None:
    ran = merge(portal, *two, *ASKED, "--yes", "--json")
    assert ran.exit_code == 0
    told = json.loads(ran.stdout)
    assert (told["from"], told["into"], told["joined"]) == (*two, True)
    assert (told["ways_to_sign_in"], told["cards"]) == (1, 1)
    assert [str(row.id) for row in rows(portal.house, Account)] == [two[1]]
    assert {str(link.account_id) for link in rows(portal.house, Link)} == {two[1]}
    assert count(portal.house, SignedInSession) == 0
    cards = portal.signed_in_client("lumme").call("GET", "/cards", status=200).json["cards"]
    assert {card["library"] for card in cards} == {"lumme", "helka"}


def test_it_is_written_down_who_did_it_and_why(portal: Portal, two: tuple[str, str]) -> None:
    merge(portal, *two, *ASKED, "--yes")
    (event,) = events(portal.house, words.ACCOUNTS_MERGED)
    assert str(event.account_id) == two[1]
    assert event.detail == {
        "by": "staff",
        "staff": "command line",
        "reason": "person_asked",
        "taken_in": two[0],
    }


def test_it_tells_what_comes_over_and_asks_first(portal: Portal, two: tuple[str, str]) -> None:
    ran = merge(portal, *two, *ASKED, typed="n\n")
    assert ran.exit_code == 1
    assert "ways_to_sign_in 1, cards 1" in ran.output
    assert f"card of lumme …{portal.patron('lumme').card_number[-4:]}" in ran.output
    assert count(portal.house, Account) == 2
    assert merge(portal, *two, *ASKED, typed="y\n").exit_code == 0
    assert count(portal.house, Account) == 1


def test_an_account_is_named_by_its_card_too(portal: Portal, two: tuple[str, str]) -> None:
    number = portal.patron("lumme").card_number
    ran = merge(portal, two[1], "--from-card", "lumme", *ASKED, "--yes", "--json", typed=f"{number}\n")
    assert (ran.exit_code, json.loads(ran.stdout)["from"]) == (0, two[0])


@pytest.mark.parametrize("named", [(), (NOBODY,), (NOBODY,) * 3, (NOBODY, NOBODY, "--into-card", "lumme")])
def test_two_accounts_are_named(portal: Portal, named: tuple[str, ...]) -> None:
    assert merge(portal, *named, *ASKED, "--yes").exit_code == 2
    assert merge(portal, NOBODY, NOBODY, "--yes").exit_code == 2  # no reason


def refused(portal: Portal, before: str, into: str) -> str:
    left = count(portal.house, Account)
    ran = merge(portal, before, into, *ASKED, "--yes")
    assert (ran.exit_code, count(portal.house, Account)) == (1, left)
    assert events(portal.house, words.ACCOUNTS_MERGED) == []
    return ran.output.splitlines()[-1]


def test_what_is_not_two_live_accounts_is_refused(portal: Portal, two: tuple[str, str]) -> None:
    assert "no such account" in refused(portal, two[0], NOBODY)
    assert "no such account" in refused(portal, NOBODY, two[0])
    assert "the same account" in refused(portal, two[0], two[0])
    with portal.house.database.writing() as session:
        session.get_one(Account, uuid.UUID(two[0])).ended_at = portal.clock()
    assert "has ended" in refused(portal, *two)
    assert "has ended" in refused(portal, two[1], two[0])


def test_an_account_of_staff_is_refused_on_either_side(portal: Portal, two: tuple[str, str]) -> None:
    with portal.house.database.writing() as session:
        one = {"id": uuid.uuid4(), "name": "Staff", "email": "staff@library.example"}
        session.add(StaffMember(**one, account_id=uuid.UUID(two[0]), created_at=portal.clock()))
    assert "of staff" in refused(portal, *two)
    assert "of staff" in refused(portal, two[1], two[0])


def test_a_family_is_not_made_one_person(portal: Portal, two: tuple[str, str]) -> None:
    parent = portal.signed_in_client("helka")
    parent.link("lumme", portal.patron("lumme"), relation="looked_after")
    assert "two people" in refused(portal, *two)
    assert "two people" in refused(portal, two[1], two[0])
    with portal.house.database.writing() as session:
        session.execute(update(Link).where(Link.holder.is_(False)).values(relation="own"))
    assert merge(portal, *two, *ASKED, "--yes").exit_code == 0
    assert sorted(row.library for row in rows(portal.house, LibraryCard)) == ["helka", "lumme"]
    assert {link.holder for link in rows(portal.house, Link)} == {True}
