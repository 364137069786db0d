"""Patrons whose account time has ended are still told and removed, and nothing of others stays (rules 5.3, 6.1)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from discovery_accounts.domain.account_ending import Because
from discovery_accounts.domain.bounce import BounceKind
from discovery_accounts.domain.retention import Policy
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, DepartedPatron, LibraryCard, Link, Membership, OutboxMessage
from discovery_accounts.services import events
from discovery_accounts.services.bounces import Bounce, Bounces
from discovery_accounts.services.endings.asked import AskedEndings
from discovery_accounts.services.endings.erasing import erase
from discovery_accounts.services.retention.simulation import simulate
from discovery_accounts.services.rotation import Rotation
from discovery_accounts.vault.keyring import KeyRing
from tests.factories.codes import post_office, stepped_up
from tests.factories.ending import did, send
from tests.factories.kills import COMMIT, killed
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, dump, rows, statements, write
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

VALID = "2025-12-31"


def on(portal: Portal, year: int, month: int, day: int) -> None:
    """That day, at noon."""
    portal.clock.advance(
        seconds=(datetime(year, month, day, 12, tzinfo=UTC) - portal.clock()).total_seconds()
    )


def retire(portal: Portal, **options: Any) -> tuple[dict[str, int], dict[str, int]]:
    done = run_job(portal.house, "retire-patrons", **options).done
    return {word: many for word, many in done.did.items() if many}, dict(done.kept)


def is_patron(portal: Portal, kind: str = "no_loans") -> bool:
    return any(one.kind == kind for one in portal.koha.patrons)


def university(portal: Portal, kind: str = "no_loans") -> Client:
    """A university patron signed in for the last time on 15 December 2025."""
    on(portal, 2025, 12, 15)
    client = portal.signed_in_client("lumme", kind)
    write(portal.house, "UPDATE membership SET kind = 'university', valid_until = :day", day=VALID)
    return client


def erased(portal: Portal) -> None:
    """All accounts, as the job does on 30 December 2026."""
    on(portal, 2026, 12, 30)
    ids = [one.id for one in rows(portal.house, Account)]
    with portal.house.database.writing() as session:
        erase(session, portal.house, ids, portal.clock(), Because.TIME, "keep_anonymous")
    assert count(portal.house, Account) == 0


def left(portal: Portal, kind: str = "no_loans") -> DepartedPatron:
    university(portal, kind)
    erased(portal)
    [row] = rows(portal.house, DepartedPatron)
    found: DepartedPatron = row
    return found


def noticed(portal: Portal) -> None:
    assert retire(portal) == ({"noticed": 1}, {})
    send(portal)
    on(portal, 2027, 1, 30)


def test_the_account_ends_first_and_the_patron_is_removed_all_the_same(portal: Portal) -> None:
    university(portal)
    patron = portal.patron("lumme", "no_loans")
    on(portal, 2026, 11, 16)
    assert did(portal) == {"warned": 1}
    send(portal)
    on(portal, 2026, 12, 9)
    assert did(portal) == {"warned": 1}
    send(portal)
    on(portal, 2026, 12, 17)
    assert did(portal) == {"ended": 1}
    assert retire(portal) == ({}, {})
    on(portal, 2027, 1, 1)
    assert did(portal) == {"erased": 1}
    assert count(portal.house, Account) == count(portal.house, LibraryCard) == 0
    assert is_patron(portal)
    assert patron.email.encode() not in dump(portal.house)
    before = len(post_office(portal))
    assert retire(portal, dry_run=True) == ({"noticed": 1}, {})
    assert retire(portal) == ({"noticed": 1}, {})
    send(portal)
    mail = post_office(portal)[before]
    assert mail["To"] == patron.email
    assert "/account/memberships" in mail.get_content()
    on(portal, 2027, 1, 10)
    assert retire(portal) == ({}, {"notice_runs": 1})
    assert retire(portal) == ({}, {})
    on(portal, 2027, 2, 2)
    assert retire(portal, dry_run=True) == ({"removed": 1}, {})
    assert retire(portal) == ({"removed": 1}, {})
    assert not is_patron(portal)
    assert count(portal.house, DepartedPatron) == 0
    assert len(post_office(portal)) == before + 1
    [ended] = events_of(portal.house, events.MEMBERSHIP_ENDED)
    assert (ended.account_id, ended.library, ended.detail) == (None, "lumme", {"because": "time_is_over"})


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
def test_an_idle_patron_is_removed_three_years_after_the_last_use(portal: Portal) -> None:
    on(portal, 2025, 12, 15)
    portal.signed_in_client("lumme", "no_loans")
    erased(portal)
    [row] = rows(portal.house, DepartedPatron)
    assert row.look_at.date() == date(2028, 11, 15), "not looked at before the notice is due"
    on(portal, 2028, 11, 14)
    portal.koha.clear_calls()
    assert retire(portal) == ({}, {})
    assert portal.koha.count() == 0
    on(portal, 2028, 11, 16)
    assert retire(portal) == ({"noticed": 1}, {})
    send(portal)
    on(portal, 2028, 12, 17)
    assert retire(portal) == ({"removed": 1}, {})
    assert not is_patron(portal)


@ON_SQLITE
def test_a_loan_keeps_the_patron_and_nobody_is_written_to(portal: Portal) -> None:
    left(portal, "good")
    assert retire(portal) == ({}, {"open_loans": 1})
    assert retire(portal) == ({}, {}), "looked at in a week"
    on(portal, 2027, 2, 1)
    assert retire(portal) == ({}, {"open_loans": 1})
    assert count(portal.house, OutboxMessage) == 0
    assert is_patron(portal, "good")
    assert count(portal.house, DepartedPatron) == 1


@ON_SQLITE
def test_a_library_that_does_not_answer_keeps_everybody(portal: Portal) -> None:
    left(portal)
    portal.koha.stop()
    assert retire(portal) == ({}, {"unreachable": 1})
    portal.koha.start()
    on(portal, 2027, 1, 1)
    noticed(portal)
    on(portal, 2027, 2, 5)
    portal.koha.stop()
    assert retire(portal) == ({}, {"unreachable": 1})
    portal.koha.start()
    on(portal, 2027, 2, 7)
    assert retire(portal) == ({"removed": 1}, {})


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


@ON_SQLITE
def test_an_address_that_does_not_work_is_noted_and_not_tried_for_ever(portal: Portal) -> None:
    left(portal)
    assert retire(portal) == ({"noticed": 1}, {})
    on(portal, 2027, 1, 1)
    assert retire(portal) == ({}, {"notice_due": 1}), "it waits in the outbox still"
    send(portal)
    [mail] = rows(portal.house, OutboxMessage)
    Bounces(portal.house).hear(Bounce(f"<{mail.id.hex}@library.example>", BounceKind.HARD), portal.clock())
    on(portal, 2027, 1, 3)
    assert retire(portal) == ({"no_address": 1}, {})
    on(portal, 2027, 2, 1)
    assert retire(portal) == ({}, {})
    on(portal, 2027, 2, 3)
    assert retire(portal) == ({"removed": 1}, {})


def test_who_comes_back_leaves_no_row_and_goes_on_as_they_were(portal: Portal) -> None:
    row = left(portal)
    portal.signed_in_client("lumme", "no_loans")
    assert count(portal.house, DepartedPatron) == 0
    [membership] = rows(portal.house, Membership)
    assert (membership.since, membership.kind) == (row.since, "university")
    assert membership.valid_until == date.fromisoformat(VALID)
    assert retire(portal) == ({"noticed": 1}, {})


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
def test_without_rules_nothing_is_written_and_what_was_goes(
    portal: Portal, make_portal: Callable[..., Portal]
) -> None:
    left(portal)
    never = {
        f"library__{name}__{key}_months": "0"
        for name in ("lumme", "helka")
        for key in ("idle_patron", "university", "membership")
    }
    other = make_portal(**never)
    assert retire(other, dry_run=True) == ({"gone": 1}, {})
    assert retire(other) == ({"gone": 1}, {})
    assert count(portal.house, DepartedPatron) == 0
    left_by = rows(other.house, DepartedPatron)
    university(other)
    erased(other)
    assert rows(other.house, DepartedPatron) == left_by == []


@ON_SQLITE
def test_a_fault_in_the_settings_of_the_library_throws_nothing_away(
    portal: Portal, make_portal: Callable[..., Portal]
) -> None:
    left(portal)
    faulty = make_portal(library__lumme__client_secret="env:NOT_THERE_AT_ALL")
    on(faulty, 2026, 12, 31)
    assert retire(faulty) == ({}, {})
    assert count(portal.house, DepartedPatron) == 1
    assert retire(portal) == ({"noticed": 1}, {})


@ON_SQLITE
def test_who_is_erased_while_the_settings_have_a_fault_is_kept_until_the_rules_are_known(
    portal: Portal, make_portal: Callable[..., Portal]
) -> None:
    university(portal)
    erased(make_portal(library__lumme__client_secret="env:NOT_THERE_AT_ALL"))
    on(portal, 2026, 12, 31)
    assert retire(portal) == ({"noticed": 1}, {})


@ON_SQLITE
def test_whoever_no_rule_of_the_library_is_about_any_more_is_forgotten(
    portal: Portal, make_portal: Callable[..., Portal]
) -> None:
    left(portal)
    write(portal.house, "UPDATE departed_patron SET kind = 'ordinary', valid_until = NULL")
    other = make_portal(library__lumme__idle_patron_months="0", library__lumme__membership_months="0")
    on(other, 2026, 12, 31)
    assert retire(other, dry_run=True) == ({"gone": 1}, {})
    assert retire(other) == ({"gone": 1}, {})
    assert count(portal.house, DepartedPatron) == 0


@ON_SQLITE
def test_a_patron_whom_the_library_does_not_know_any_more_is_forgotten(portal: Portal) -> None:
    left(portal)
    portal.koha.delete_patron(portal.patron("lumme", "no_loans").patron_id)
    assert retire(portal, dry_run=True) == ({"gone": 1}, {})
    assert retire(portal) == ({"gone": 1}, {})
    assert count(portal.house, DepartedPatron) == 0


@ON_SQLITE
def test_one_row_that_can_not_be_opened_does_not_stop_the_others(portal: Portal) -> None:
    on(portal, 2025, 12, 15)
    portal.signed_in_client("lumme", "good")
    university(portal)
    erased(portal)
    bad = min(rows(portal.house, DepartedPatron), key=lambda row: row.id)
    write(
        portal.house,
        "UPDATE departed_patron SET patron_sealed = :x WHERE id = :id",
        x=b"x" * 40,
        id=bad.id.hex,
    )
    did_then, kept = retire(portal)
    assert kept["failed"] == 1
    assert sum(did_then.values()) + sum(kept.values()) == 2
    assert "failed" not in retire(portal)[1], "tried again tomorrow"


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
    for where, after in [("before_cursor_execute", number) for number in range(0, 40, 3)] + [(COMMIT, 0)]:
        with killed(portal.house, after, where):
            run_job(portal.house, "expire-accounts")
        write(portal.house, "DELETE FROM job_lock")
        assert count(portal.house, Account) + count(portal.house, DepartedPatron) == 1
    run_job(portal.house, "expire-accounts")
    assert (count(portal.house, Account), count(portal.house, DepartedPatron)) == (0, 1)


@ON_SQLITE
def test_killed_between_the_library_and_our_rows_it_is_done_by_the_next_run(portal: Portal) -> None:
    left(portal)
    noticed(portal)
    patron = portal.patron("lumme", "no_loans")
    portal.house.gateway.remove_patron("lumme", patron.patron_id, deadline=5)
    assert count(portal.house, DepartedPatron) == 1
    assert retire(portal) == ({"gone": 1}, {})
    assert count(portal.house, DepartedPatron) == 0


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
def test_the_key_of_what_is_sealed_rotates(portal: Portal) -> None:
    left(portal)
    ring = KeyRing.open(Path(portal.values["accounts.keys"].removeprefix("file:")))
    first = ring.current
    ring.rotate()
    assert Rotation(portal.house).reseal().unreadable == 0
    assert Rotation(portal.house).keys_in_use() == {ring.current}
    ring.drop(first)
    assert retire(portal) == ({"noticed": 1}, {})


@ON_SQLITE
def test_the_budget_is_one_for_both(portal: Portal) -> None:
    left(portal)
    portal.signed_in_client("helka", "no_loans")
    on(portal, 2030, 1, 5)
    report = run_job(portal.house, "retire-patrons", limit=1).done
    assert (report.did["noticed"], report.left) == (1, 1)


@ON_SQLITE
def test_they_are_in_the_counts_of_what_a_policy_would_end(portal: Portal) -> None:
    left(portal)
    found = simulate(portal.house, Policy.UNIVERSITY_ENDED, 12, "lumme")
    assert (found.of, found.total) == (1, 1)
    assert simulate(portal.house, Policy.IDLE_PATRON, 36, "helka").of == 0
    assert simulate(portal.house, Policy.IDLE_PATRON, 36).of == 1
