"""Patrons end in time: told ahead, removed by the library, kept by what they owe (rules 5.3, 6.1, 6.2)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from discovery_accounts.connectors.api import Capability
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import CardActivity, LibraryCard, Membership, OutboxMessage
from discovery_accounts.services import events
from discovery_accounts.services.endings.protecting import protect, unprotect
from tests.factories.ages import days_pass
from tests.factories.portal import Portal
from tests.factories.retiring import YEARS, idle, is_patron, membership, noticed, retire
from tests.factories.rows import count, rows, write
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

MakePortal = Callable[..., Portal]


def ends_of(portal: Portal) -> list[bool]:
    return [row.ended_at is not None for row in rows(portal.house, Membership)]


def test_a_sign_in_begins_a_membership_and_is_a_use(portal: Portal) -> None:
    portal.signed_in_client("lumme")
    [row] = rows(portal.house, Membership)
    assert (row.library, row.kind, row.since.date()) == ("lumme", "ordinary", portal.clock().date())
    assert row.valid_until is not None
    assert {one.kind for one in rows(portal.house, CardActivity)} >= {"sign_in"}


def test_loans_and_holds_that_a_library_tells_of_are_uses(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    client.call("GET", "/loans", status=200)
    client.call("GET", "/holds", status=200)
    assert {one.kind for one in rows(portal.house, CardActivity)} == {"sign_in", "loan", "hold"}
    before = {(one.kind, one.last_at) for one in rows(portal.house, CardActivity)}
    client.call("GET", "/loans?refresh=1", status=200)
    assert {(one.kind, one.last_at) for one in rows(portal.house, CardActivity)} == before


@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_an_unused_patron_is_told_and_then_removed(portal: Portal, library: str) -> None:
    idle(portal, library)
    assert is_patron(portal, library, "no_loans")
    assert retire(portal, dry_run=True) == ({"noticed": 1}, {})
    noticed(portal)
    [mail] = [one for one in portal.mails() if "Subject" in one]
    assert "/account/memberships" in mail
    assert retire(portal, dry_run=True) == ({"removed": 1}, {})
    assert is_patron(portal, library, "no_loans")
    assert retire(portal) == ({"removed": 1}, {})
    assert not is_patron(portal, library, "no_loans")
    assert ends_of(portal) == [True]
    [card] = rows(portal.house, LibraryCard)
    assert card.gone_at is not None, "the account and its card stay (rules 1.7)"
    [ended] = events_of(portal.house, events.MEMBERSHIP_ENDED)
    assert ended.detail == {"because": "time_is_over"}
    assert retire(portal) == ({}, {})


@ON_SQLITE
def test_who_comes_back_after_the_notice_stays(portal: Portal) -> None:
    idle(portal)
    noticed(portal)
    portal.signed_in_client("lumme", "no_loans")
    assert retire(portal) == ({"renewed": 1}, {})
    assert is_patron(portal, "lumme", "no_loans")
    days_pass(portal, YEARS)
    assert retire(portal)[0] == {"noticed": 1}, "the notice of before was about another day"


@ON_SQLITE
@pytest.mark.parametrize(("library", "kind"), [("lumme", "good"), ("helka", "good")])
def test_whoever_owes_something_is_kept_and_the_reason_is_told(
    portal: Portal, library: str, kind: str
) -> None:
    idle(portal, library, kind)
    assert retire(portal) == ({}, {"open_loans": 1})
    assert count(portal.house, OutboxMessage) == 0
    [row] = rows(portal.house, Membership)
    assert (row.kept_because, row.noticed_at) == ("open_loans", None)
    assert row.look_at > portal.clock()


@ON_SQLITE
def test_the_patron_of_a_protected_account_is_kept(portal: Portal) -> None:
    idle(portal)
    [membership] = rows(portal.house, Membership)
    protect(portal.house, membership.account_id, "legal_hold")
    assert retire(portal) == ({}, {"protected": 1})
    unprotect(portal.house, membership.account_id)
    days_pass(portal, 8)
    assert retire(portal)[0] == {"noticed": 1}


@ON_SQLITE
def test_a_library_that_does_not_answer_keeps_everybody(portal: Portal) -> None:
    idle(portal)
    noticed(portal)
    portal.koha.stop()
    assert retire(portal) == ({}, {"unreachable": 1})
    portal.koha.start()
    days_pass(portal, 2)
    assert retire(portal) == ({"removed": 1}, {})


@ON_SQLITE
def test_a_notice_that_did_not_leave_is_none(portal: Portal) -> None:
    idle(portal)
    assert retire(portal)[0] == {"noticed": 1}
    days_pass(portal, 40)
    assert retire(portal) == ({}, {"notice_due": 1}), "it waits in the outbox still"
    write(portal.house, "UPDATE outbox_message SET state = 'failed'")
    days_pass(portal, 40)
    assert retire(portal)[0] == {"noticed": 1}, "it is written anew"
    assert is_patron(portal, "lumme", "no_loans")


@ON_SQLITE
def test_who_has_no_address_is_reported_and_not_kept_for_ever(portal: Portal) -> None:
    idle(portal)
    write(portal.house, "UPDATE account SET email = NULL, email_paused_at = '2026-01-01 00:00:00'")
    assert retire(portal) == ({"no_address": 1}, {})
    days_pass(portal, 30)
    assert retire(portal) == ({}, {}), "not thirty whole days yet"
    days_pass(portal, 1)
    assert retire(portal) == ({"removed": 1}, {})


@ON_SQLITE
def test_killed_between_the_library_and_our_rows_it_is_done_by_the_next_run(portal: Portal) -> None:
    idle(portal)
    noticed(portal)
    patron = portal.patron("lumme", "no_loans")
    portal.house.gateway.remove_patron("lumme", patron.patron_id, deadline=5)
    assert ends_of(portal) == [False]
    retire(portal)
    days_pass(portal, 3)
    retire(portal)
    assert ends_of(portal) == [True]


@ON_SQLITE
def test_a_membership_in_use_is_renewed(make_portal: MakePortal) -> None:
    portal = make_portal(library__lumme__idle_patron_months="0", library__lumme__membership_months="12")
    portal.signed_in_client("lumme")
    days_pass(portal, 200)
    portal.signed_in_client("lumme")
    days_pass(portal, 170)
    assert retire(portal) == ({"renewed": 1}, {})
    [row] = rows(portal.house, Membership)
    assert row.valid_until > (portal.clock() + timedelta(days=360)).date()
    assert is_patron(portal, "lumme", "good")


@ON_SQLITE
def test_nothing_ends_where_the_settings_say_never(make_portal: MakePortal) -> None:
    portal = make_portal(library__lumme__idle_patron_months="0", library__lumme__membership_months="0")
    idle(portal)
    assert retire(portal) == ({}, {"no_policy": 1})


@ON_SQLITE
def test_holders_from_before_there_were_memberships_get_one(portal: Portal) -> None:
    portal.signed_in_client("lumme")
    write(portal.house, "DELETE FROM membership")
    retire(portal)
    [row] = rows(portal.house, Membership)
    assert row.since.date() == portal.clock().date()


@ON_SQLITE
def test_a_run_does_as_many_as_it_may_and_tells_what_is_left(portal: Portal) -> None:
    portal.signed_in_client("lumme", "no_loans")
    portal.signed_in_client("helka", "no_loans")
    days_pass(portal, YEARS)
    report = run_job(portal.house, "retire-patrons", limit=1).done
    assert (report.did["noticed"], report.left) == (1, 1)


@ON_SQLITE
def test_one_that_breaks_is_counted_looked_at_tomorrow_and_stops_nobody(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    portal.signed_in_client("lumme", "no_loans")
    portal.signed_in_client("helka", "no_loans")
    days_pass(portal, YEARS)
    write(portal.house, "UPDATE membership SET kind = 'strange' WHERE library = 'lumme'")
    assert retire(portal, dry_run=True) == ({"noticed": 1}, {"failed": 1})
    assert retire(portal) == ({"noticed": 1}, {"failed": 1})
    assert "retire.failed" in caplog.text
    [broken] = rows(portal.house, Membership, library="lumme")
    assert timedelta(hours=23) < broken.look_at - portal.clock() < timedelta(hours=25)


@ON_SQLITE
def test_whoever_adds_the_card_again_is_a_patron_again(portal: Portal) -> None:
    client = portal.signed_in_client("lumme", "no_loans")
    client.link("helka", portal.patron("helka"))
    [card] = [one for one in client.call("GET", "/cards").json["cards"] if one["library"] == "lumme"]
    client.call("DELETE", f"/cards/{card['id']}", status=204)
    days_pass(portal, YEARS)
    assert retire(portal)[0] == {"gone": 1}
    assert retire(portal) == ({}, {})
    client.link("lumme", portal.patron("lumme", "no_loans"))
    retire(portal)
    row = membership(portal)
    assert (row.ended_at, row.since.date()) == (None, portal.clock().date())


@ON_SQLITE
def test_a_patron_whom_the_library_brings_back_is_one_again(portal: Portal) -> None:
    idle(portal)
    noticed(portal)
    assert retire(portal)[0] == {"removed": 1}
    assert retire(portal) == ({}, {})
    write(portal.house, "UPDATE library_card SET gone_at = NULL")
    retire(portal)
    assert membership(portal).ended_at is None


@ON_SQLITE
def test_where_nobody_can_be_removed_a_membership_in_use_is_renewed_all_the_same(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = portal.signed_in_client("lumme", "no_loans")
    able = portal.house.gateway.capabilities
    monkeypatch.setattr(
        portal.house.gateway, "capabilities", lambda library: able(library) - {Capability.REMOVE_PATRONS}
    )
    write(portal.house, "UPDATE membership SET valid_until = '2026-01-01', look_at = since")
    [one] = client.call("GET", "/memberships", status=200).json["memberships"]
    assert (one["kept_because"], one["ends_on"]) == ("in_use", None)
    assert retire(portal) == ({"renewed": 1}, {})
    days_pass(portal, 2 * YEARS)
    assert retire(portal) == ({}, {"no_policy": 1})
    [one] = client.call("GET", "/memberships", status=200).json["memberships"]
    assert (one["kept_because"], one["policy"], one["ends_on"]) == ("no_policy", None, None)
