"""Patrons whose account time has ended are told, kept and removed as everybody (rules 5.3, 6.1, 6.2)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from discovery_accounts.domain.bounce import BounceKind
from discovery_accounts.domain.retention import Policy
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, DepartedPatron, LibraryCard, OutboxMessage
from discovery_accounts.services import events
from discovery_accounts.services.bounces import Bounce, Bounces
from discovery_accounts.services.retention.simulation import simulate
from discovery_accounts.services.rotation import Rotation
from discovery_accounts.vault.keyring import KeyRing
from tests.factories.codes import post_office
from tests.factories.departed import erased, is_patron, left, noticed, on, retire, university
from tests.factories.ending import did, send
from tests.factories.portal import Portal
from tests.factories.rows import count, dump, rows, write
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE


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


@ON_SQLITE
def test_an_idle_patron_is_removed_three_years_after_the_last_use(portal: Portal) -> None:
    on(portal, 2025, 12, 15)
    portal.signed_in_client("lumme", "no_loans")
    erased(portal)
    [row] = rows(portal.house, DepartedPatron)
    assert row.look_at.date() == date(2028, 11, 14), "not looked at before the notice is due"
    on(portal, 2028, 11, 13)
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


@ON_SQLITE
def test_killed_between_the_library_and_our_rows_it_is_done_by_the_next_run(portal: Portal) -> None:
    left(portal)
    noticed(portal)
    patron = portal.patron("lumme", "no_loans")
    portal.house.gateway.remove_patron("lumme", patron.patron_id, deadline=5)
    assert count(portal.house, DepartedPatron) == 1
    assert retire(portal) == ({"gone": 1}, {})
    assert count(portal.house, DepartedPatron) == 0


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
    settings = portal.house.settings
    each = replace(portal.house, settings=replace(settings, insight=replace(settings.insight, threshold=1)))
    found = simulate(each, Policy.UNIVERSITY_ENDED, 12, None, "lumme")
    assert (found.of, found.total) == (1, 1)
    assert simulate(each, Policy.IDLE_PATRON, 36, None, "helka").of == 0
    assert simulate(each, Policy.IDLE_PATRON, 36, None).of == 1
