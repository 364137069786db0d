"""An account ends twelve months after its last sign-in, and nobody's does unwarned (rules 1.4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from discovery_accounts.domain.bounce import BounceKind
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, AccountWarning, Erasure, OutboxMessage, SignedInSession
from discovery_accounts.services import events
from discovery_accounts.services.bounces import Bounce, Bounces
from tests.factories.ending import account, did, ended_by_time, expire, send, to_day
from tests.factories.portal import Portal
from tests.factories.rows import count, rows, write
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(languages="en fi")


def states(portal: Portal) -> dict[int, str]:
    return {row.days: row.state for row in rows(portal.house, AccountWarning)}


def bounce(portal: Portal, kind: str) -> None:
    """The newest mail comes back."""
    newest = max(rows(portal.house, OutboxMessage), key=lambda row: row.created_at)
    Bounces(portal.house).hear(Bounce(f"<{newest.id.hex}@library.example>", BounceKind(kind)), portal.clock())


def test_warned_a_month_and_a_week_before_then_ended_then_erased(portal: Portal) -> None:
    client = portal.signed_in_client()
    to_day(portal, 330)
    assert did(portal) == {}
    to_day(portal, 336, 330)
    assert did(portal) == {"warned": 1}
    assert did(portal) == {}
    send(portal)
    to_day(portal, 357, 336)
    assert did(portal) == {}
    assert states(portal) == {30: "delivered"}
    to_day(portal, 359, 357)
    assert did(portal) == {"warned": 1}
    send(portal)
    to_day(portal, 364, 359)
    assert did(portal) == {}
    to_day(portal, 367, 364)
    assert did(portal) == {"ended": 1}
    assert client.call("GET", "/account").status_int == 401
    assert (account(portal).ended_because, account(portal).reviews_at_end) == ("time", "keep_anonymous")
    assert count(portal.house, SignedInSession) == 0
    [ended] = events_of(portal.house, events.ACCOUNT_ENDED)
    assert (ended.account_id, ended.detail) == (account(portal).id, {"because": "time"})
    to_day(portal, 380, 367)
    assert did(portal) == {}
    to_day(portal, 382, 380)
    assert did(portal) == {"erased": 1}
    assert count(portal.house, Account) == 0
    [erasure] = rows(portal.house, Erasure)
    assert (erasure.because, erasure.counts) == ("time", {"accounts": 1, "cards": 1})
    [erased] = events_of(portal.house, events.ACCOUNT_ERASED)
    assert (erased.account_id, erased.detail) == (None, {"because": "time", "accounts": 1})
    first, last = portal.mails()
    assert all("Your library account ends soon" in mail for mail in (first, last))


@ON_SQLITE
def test_a_sign_in_restarts_the_twelve_months(portal: Portal) -> None:
    portal.signed_in_client()
    to_day(portal, 359)
    assert did(portal) == {"warned": 1}
    send(portal)
    portal.signed_in_client()
    to_day(portal, 330)
    assert did(portal) == {}
    to_day(portal, 336, 330)
    assert did(portal) == {"warned": 1}
    assert account(portal).ended_at is None


@ON_SQLITE
def test_reading_is_no_sign_in(portal: Portal) -> None:
    client = portal.signed_in_client()
    before = account(portal).last_sign_in_at
    portal.clock.advance(hours=3)
    client.call("GET", "/cards", status=200)
    assert account(portal).last_sign_in_at == before


@ON_SQLITE
def test_without_an_address_it_ends_unwarned_and_that_is_reported(portal: Portal) -> None:
    portal.signed_in_client()
    write(portal.house, "UPDATE account SET email = NULL")
    to_day(portal, 336)
    assert did(portal) == {"no_address": 1}
    to_day(portal, 359, 336)
    assert did(portal) == {"no_address": 1}
    assert states(portal) == {30: "no_address", 7: "no_address"}
    to_day(portal, 364, 359)
    assert did(portal) == {}
    to_day(portal, 367, 364)
    assert did(portal) == {"ended": 1}
    assert portal.mails() == []


@ON_SQLITE
def test_who_gets_an_address_in_time_is_warned_after_all(portal: Portal) -> None:
    portal.signed_in_client()
    email = account(portal).email
    write(portal.house, "UPDATE account SET email = NULL")
    to_day(portal, 360)
    assert did(portal) == {"no_address": 1}
    write(portal.house, "UPDATE account SET email = :email", email=email)
    to_day(portal, 367, 360)
    assert did(portal) == {"warned": 1}
    send(portal)
    to_day(portal, 373, 367)
    assert expire(portal).kept == {"the last warning was delivered less than 7 days ago": 1}
    to_day(portal, 375, 373)
    assert did(portal) == {"ended": 1}


@ON_SQLITE
def test_a_warning_that_waits_for_the_mail_server_holds_the_end_up(portal: Portal) -> None:
    portal.signed_in_client()
    to_day(portal, 359)
    assert did(portal) == {"warned": 1}
    to_day(portal, 400, 359)
    report = expire(portal)
    assert report.did["ended"] == 0
    assert report.kept == {"the last warning is not delivered yet": 1}
    send(portal)
    to_day(portal, 406, 400)
    assert did(portal) == {}
    to_day(portal, 408, 406)
    assert did(portal) == {"ended": 1}


@ON_SQLITE
def test_a_warning_that_came_back_for_now_is_sent_again(portal: Portal) -> None:
    portal.signed_in_client()
    to_day(portal, 359)
    assert did(portal) == {"warned": 1}
    send(portal)
    bounce(portal, "soft")
    assert did(portal) == {}
    assert states(portal) == {7: "failed"}
    to_day(portal, 367, 359)
    assert did(portal) == {"warned": 1}
    send(portal)
    assert len(portal.mails()) == 2
    to_day(portal, 375, 367)
    assert did(portal) == {"ended": 1}


@ON_SQLITE
def test_an_address_that_does_not_exist_is_none(portal: Portal) -> None:
    portal.signed_in_client()
    to_day(portal, 336)
    assert did(portal) == {"warned": 1}
    send(portal)
    bounce(portal, "hard")
    assert account(portal).email_paused_because == "hard_bounce"
    to_day(portal, 359, 336)
    assert did(portal) == {"no_address": 1}
    to_day(portal, 367, 359)
    assert did(portal) == {"ended": 1}
    assert len(portal.mails()) == 1


@ON_SQLITE
def test_an_end_of_which_the_last_warning_told_nobody_is_reported(portal: Portal) -> None:
    portal.signed_in_client()
    to_day(portal, 359)
    assert did(portal) == {"warned": 1}
    send(portal)
    bounce(portal, "hard")
    to_day(portal, 367, 359)
    assert did(portal) == {"ended": 1, "no_address": 1}


@ON_SQLITE
def test_where_nothing_ran_for_long_there_is_a_week_s_notice(portal: Portal) -> None:
    portal.signed_in_client()
    to_day(portal, 500)
    assert did(portal) == {"warned": 1}
    send(portal)
    to_day(portal, 506, 500)
    assert did(portal) == {}
    to_day(portal, 508, 506)
    assert did(portal) == {"ended": 1}


@pytest.mark.parametrize("how", ["protected", "staff"])
@ON_SQLITE
def test_protected_accounts_and_those_of_staff_stay(portal: Portal, how: str) -> None:
    portal.signed_in_client()
    if how == "protected":
        write(portal.house, "UPDATE account SET protected_at = created_at, protected_because = 'asked'")
    else:
        write(
            portal.house,
            "INSERT INTO staff_member (id, name, email, account_id, created_at)"
            " SELECT id, 'Somebody', 's@library.example', id, created_at FROM account",
        )
    to_day(portal, 359)
    assert did(portal) == {}
    to_day(portal, 500, 359)
    report = expire(portal)
    assert not any(report.did.values())
    assert report.kept == {"protected" if how == "protected" else "belongs to staff": 1}
    assert count(portal.house, AccountWarning) == 0


def test_a_dry_run_counts_and_changes_nothing(portal: Portal) -> None:
    portal.signed_in_client()
    to_day(portal, 336)
    would = expire(portal, dry_run=True)
    assert (would.did["warned"], would.left) == (1, 0)
    assert count(portal.house, AccountWarning) == count(portal.house, OutboxMessage) == 0
    assert expire(portal).did == would.did
    send(portal)
    to_day(portal, 500, 336)
    assert expire(portal, dry_run=True).did["warned"] == 1
    assert did(portal) == {"warned": 1}
    send(portal)
    to_day(portal, 510, 500)
    assert expire(portal, dry_run=True).did["ended"] == 1
    assert account(portal).ended_at is None
    assert did(portal) == {"ended": 1}
    to_day(portal, 530, 510)
    assert expire(portal, dry_run=True).did["erased"] == 1
    assert count(portal.house, Account) == 1


@ON_SQLITE
def test_a_budget_leaves_the_rest_to_the_next_run(portal: Portal) -> None:
    for kind in ("good", "expired", "blocked"):
        portal.signed_in_client(kind=kind)
    to_day(portal, 336)
    report = expire(portal, limit=2)
    assert (report.did["warned"] + report.did["no_address"], report.left) == (2, 1)
    report = expire(portal, limit=2)
    assert (report.did["warned"] + report.did["no_address"], report.left) == (1, 0)


@ON_SQLITE
def test_months_and_days_are_settings(make_portal: object) -> None:
    portal = make_portal(retention__account_months="6", retention__warn_days="14")  # type: ignore[operator]
    portal.signed_in_client()
    to_day(portal, 160)
    assert did(portal) == {}
    to_day(portal, 180, 160)
    assert did(portal) == {"warned": 1}
    send(portal)
    to_day(portal, 190, 180)
    assert did(portal) == {"ended": 1}


@ON_SQLITE
def test_a_warning_about_an_earlier_end_is_none_about_the_one_that_the_settings_tell_of_now(
    portal: Portal,
) -> None:
    portal.signed_in_client()
    to_day(portal, 359)
    assert did(portal) == {"warned": 1}
    send(portal)
    terms = replace(portal.house.settings.retention, account_months=24)
    longer = replace(portal.house, settings=replace(portal.house.settings, retention=terms))
    to_day(portal, 740, 359)
    now = run_job(longer, "expire-accounts").done.did
    assert (now["warned"], now["ended"]) == (1, 0), "what was told a year ago was another day"
    send(portal)
    to_day(portal, 748, 740)
    assert run_job(longer, "expire-accounts").done.did["ended"] == 1


@ON_SQLITE
def test_an_ended_account_gets_no_more_of_the_mail_that_waits(portal: Portal) -> None:
    portal.signed_in_client()
    ended_by_time(portal)
    states_now = {row.state for row in rows(portal.house, OutboxMessage)}
    assert states_now == {"sent"}
    assert account(portal).ended_at is not None
    assert portal.clock() - account(portal).ended_at < timedelta(minutes=5)
