"""What is kept of a patron whose account time ends, and what is not: who asks or comes back leaves nothing."""

from collections.abc import Callable
from datetime import date

import pytest

from discovery_accounts.domain.account_ending import Because
from discovery_accounts.domain.cards import LinkProof
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, DepartedPatron, LibraryCard, Link, Membership
from discovery_accounts.services.endings.asked import AskedEndings
from discovery_accounts.services.endings.erasing import erase
from discovery_accounts.services.holding import hold
from tests.factories.codes import stepped_up
from tests.factories.departed import VALID, erased, left, on, retire, university
from tests.factories.ending import send
from tests.factories.kills import COMMIT, STATEMENT, killed
from tests.factories.portal import Portal
from tests.factories.rows import count, rows, statements, write
from tests.fixtures.databases import ON_SQLITE


def test_what_is_kept_is_a_sealed_id_and_days(portal: Portal) -> None:
    university(portal)
    [member] = rows(portal.house, Membership)
    [card] = rows(portal.house, LibraryCard)
    erased(portal)
    [row] = rows(portal.house, DepartedPatron)
    assert (row.kind, row.valid_until, row.since) == ("university", date.fromisoformat(VALID), member.since)
    assert (row.last_use, row.noticed_at) == (date(2025, 12, 15), None)
    assert card.patron_id.encode() not in row.patron_sealed
    assert card.patron_id not in row.patron_hash


@ON_SQLITE
def test_a_notice_of_before_the_end_counts_unless_it_did_not_arrive(portal: Portal) -> None:
    university(portal)
    on(portal, 2026, 12, 3)
    assert retire(portal)[0] == {"noticed": 1}
    send(portal)
    erased(portal)
    [row] = rows(portal.house, DepartedPatron)
    assert row.noticed_at.date() == date(2026, 12, 3)
    on(portal, 2027, 1, 3)
    assert retire(portal) == ({"removed": 1}, {})


@ON_SQLITE
def test_a_notice_that_was_withdrawn_with_the_account_is_written_anew(portal: Portal) -> None:
    university(portal)
    on(portal, 2026, 12, 3)
    assert retire(portal)[0] == {"noticed": 1}
    write(portal.house, "UPDATE outbox_message SET state = 'withdrawn'")
    erased(portal)
    assert retire(portal) == ({"noticed": 1}, {})


def test_who_comes_back_leaves_no_row_and_goes_on_as_they_were(portal: Portal) -> None:
    row = left(portal)
    portal.signed_in_client("lumme", "no_loans")
    assert count(portal.house, DepartedPatron) == 0
    [membership] = rows(portal.house, Membership)
    assert (membership.since, membership.kind) == (row.since, "university")
    assert membership.valid_until == date.fromisoformat(VALID)
    write(portal.house, "UPDATE link SET proof = 'federation'")
    assert retire(portal) == ({"noticed": 1}, {})


@ON_SQLITE
def test_a_membership_that_takes_over_is_looked_at_anew(portal: Portal) -> None:
    left(portal)
    patron = portal.patron("lumme", "no_loans")
    portal.signed_in_client("lumme", "good").link("lumme", patron)
    assert count(portal.house, DepartedPatron) == 1, "who knows the PIN alone is no holder"
    write(portal.house, "UPDATE membership SET look_at = '2030-01-01 00:00:00'")
    [mine] = rows(portal.house, Account)
    [card] = rows(portal.house, LibraryCard, patron_id=patron.patron_id)
    with portal.house.database.writing() as session:
        account, held = session.get_one(Account, mine.id), session.get_one(LibraryCard, card.id)
        hold(session, portal.house, account, held, LinkProof.EMAIL, make=False)
    [membership] = rows(portal.house, Membership)
    assert (membership.kind, count(portal.house, DepartedPatron)) == ("university", 0)
    assert membership.look_at <= portal.clock()


@ON_SQLITE
def test_a_wish_to_stay_is_remembered(portal: Portal) -> None:
    client = university(portal)
    [one] = client.call("GET", "/memberships", status=200).json["memberships"]
    client.call("POST", f"/memberships/{one['id']}/stay", status=200)
    erased(portal)
    portal.signed_in_client("lumme", "no_loans")
    [membership] = rows(portal.house, Membership)
    assert (membership.kind, membership.stay_at is not None) == ("ordinary", True)


@ON_SQLITE
def test_who_came_back_at_the_same_moment_is_found_by_the_job(portal: Portal) -> None:
    university(portal)
    [before] = rows(portal.house, Membership)
    erased(portal)
    kept = {key: value for key, value in vars(rows(portal.house, DepartedPatron)[0]).items() if key[0] != "_"}
    portal.signed_in_client("lumme", "no_loans")
    with portal.house.database.writing() as session:
        session.add(DepartedPatron(**kept))
    assert retire(portal, limit=2)[0]["gone"] == 1
    assert count(portal.house, DepartedPatron) == 0
    assert rows(portal.house, Membership)[0].since == before.since


@pytest.mark.parametrize("how", ["own", "desk"])
def test_who_asks_to_be_forgotten_leaves_nothing(portal: Portal, how: str) -> None:
    client = university(portal)
    if how == "own":
        stepped_up(portal)
        client.call("DELETE", "/account", {"reviews": "delete"}, status=204)
    else:
        [mine] = rows(portal.house, Account)
        AskedEndings(portal.house).end_by_staff(mine.id, "delete", "person_asked")
    assert count(portal.house, Account) == count(portal.house, DepartedPatron) == 0


@ON_SQLITE
@pytest.mark.parametrize("why", ["other_holder", "ended", "gone", "not_a_holder"])
def test_nothing_is_kept_of_a_patron_who_is_not_left_behind(portal: Portal, why: str) -> None:
    university(portal)
    [mine] = rows(portal.house, Account)
    if why == "other_holder":
        portal.signed_in_client("helka").link("lumme", portal.patron("lumme", "no_loans"))
        write(portal.house, "UPDATE link SET holder = :yes, state = 'active'", yes=True)
    change = {
        "ended": "UPDATE membership SET ended_at = since",
        "gone": "UPDATE library_card SET gone_at = created_at",
        "not_a_holder": "UPDATE link SET state = 'ended'",
    }
    if why in change:
        write(portal.house, change[why])
    on(portal, 2026, 12, 30)
    with portal.house.database.writing() as session:
        erase(session, portal.house, [mine.id], portal.clock(), Because.TIME, "keep_anonymous")
    assert count(portal.house, DepartedPatron) == 0


def test_two_accounts_of_one_card_that_end_together_leave_one_row(portal: Portal) -> None:
    university(portal)
    portal.signed_in_client("helka").link("lumme", portal.patron("lumme", "no_loans"))
    write(portal.house, "UPDATE link SET holder = :yes, state = 'active'", yes=True)
    retire(portal)  # who has no membership gets one
    assert count(portal.house, Link) == 3
    erased(portal)
    assert sorted(row.library for row in rows(portal.house, DepartedPatron)) == ["helka", "lumme"]


@ON_SQLITE
def test_who_is_erased_while_the_settings_have_a_fault_is_kept_until_the_rules_are_known(
    portal: Portal, make_portal: Callable[..., Portal]
) -> None:
    university(portal)
    erased(make_portal(library__lumme__client_secret="env:NOT_THERE_AT_ALL"))
    on(portal, 2026, 12, 31)
    assert retire(portal) == ({"noticed": 1}, {})


def test_killed_at_any_point_nothing_is_lost(portal: Portal) -> None:
    university(portal)
    write(
        portal.house,
        "UPDATE account SET ended_at = :at, ended_because = 'time'",
        at="2026-12-15 12:00:00"
        if "sqlite" in portal.values["accounts.database_url"]
        else "2026-12-15 12:00:00+00",
    )
    on(portal, 2026, 12, 30)
    for where, after in [(COMMIT, 0), (COMMIT, 1), *((STATEMENT, number) for number in range(0, 40, 3))]:
        with killed(portal.house, after, where):
            run_job(portal.house, "expire-accounts")
        write(portal.house, "DELETE FROM job_lock")
        assert count(portal.house, Account) + count(portal.house, DepartedPatron) == 1
    run_job(portal.house, "expire-accounts")
    assert (count(portal.house, Account), count(portal.house, DepartedPatron)) == (0, 1)


def test_a_batch_is_written_by_as_many_statements_as_one(portal: Portal) -> None:
    university(portal)
    kinds = ("good", "child", "many_loans")

    def by_time() -> None:
        erased(portal)

    one = statements(portal.house, by_time)
    on(portal, 2025, 12, 15)
    for kind in kinds:
        portal.signed_in_client("lumme", kind)
    assert statements(portal.house, by_time) == one
    assert count(portal.house, DepartedPatron) == 1 + len(kinds)


@ON_SQLITE
def test_whom_no_university_proved_is_left_behind_as_an_ordinary_patron(portal: Portal) -> None:
    """It may be a child's card, and a removal is for good."""
    university(portal)
    write(portal.house, "UPDATE link SET proof = 'pin'")
    erased(portal)
    [row] = rows(portal.house, DepartedPatron)
    assert (row.kind, row.valid_until) == ("ordinary", None)
    on(portal, 2027, 3, 1)
    assert retire(portal) == ({}, {})
