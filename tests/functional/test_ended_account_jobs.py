"""An account that ended is hidden until it comes back: no job writes to it, or asks a library with its
PIN (rules 1.4)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Alert, Link, OutboxMessage
from discovery_accounts.services.job_table import JOBS
from tests.factories.ages import days_pass, parent_of, reaches_age_in
from tests.factories.found import account_of, alert, found, records
from tests.factories.portal import Portal
from tests.factories.reminders import switch_on, wait_for_next
from tests.factories.rows import count, rows, write
from tests.fixtures.databases import ON_SQLITE


def reminders(portal: Portal) -> None:
    switch_on(portal.signed_in_client())
    wait_for_next(portal)


def found_something(portal: Portal) -> None:
    portal.signed_in_client()
    found(portal.house, alert(portal.house, account_of(portal)), records(portal.house, 2))
    portal.clock.advance(hours=1)


def never_looked(portal: Portal) -> None:
    found_something(portal)
    with portal.house.database.writing() as session:
        session.query(Alert).update({"opened_at": portal.clock() - timedelta(days=400)})


def pins_to_check(portal: Portal) -> None:
    portal.signed_in_client()
    portal.clock.advance(days=1)
    with portal.house.database.writing() as session:
        session.query(Link).update({"mail_due_at": portal.clock()})


def childs_card(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    parent_of(portal)


def idle_for_years(portal: Portal) -> None:
    portal.signed_in_client("lumme", "no_loans")
    days_pass(portal, 3 * 365 + 5)


HIDDEN_FROM: tuple[tuple[str, Callable[[Portal], None]], ...] = (
    ("send-mail", reminders),
    ("send-mail", found_something),
    ("remind-due", reminders),
    ("remind-due", found_something),
    ("ask-about-alerts", never_looked),
    ("verify-cards", pins_to_check),
    ("hand-over-cards", childs_card),
    ("retire-patrons", idle_for_years),
)
NOTHING_TO_SAY = {
    "expire-accounts": "warns before the end, and erases after the grace",
    "match-alerts": "notes what alerts found; it is there when the account comes back",
    "sync-patrons": "tells libraries, of accounts that are there (test_university_feed_killed)",
    "check-guarantors": "ends links by what the library says; who lost one is told as by everybody else",
    "end-links": "tells nobody",
    "read-bounces": "reads",
    "seal-audit": "seals",
    "purge-sessions": "purges",
    "check-libraries": "tells staff",
    "harvest": "reads",
    "import-counts": "reads",
    "refresh-metadata": "reads",
}


def test_every_job_was_thought_of() -> None:
    assert set(JOBS) == {job for job, _ in HIDDEN_FROM} | set(NOTHING_TO_SAY)


@ON_SQLITE
@pytest.mark.parametrize("ended", [False, True], ids=["live", "ended"])
@pytest.mark.parametrize(("job", "furnish"), HIDDEN_FROM)
def test_a_job_does_for_an_account_what_it_does_not_for_one_that_ended(
    portal: Portal, job: str, furnish: Callable[[Portal], None], ended: bool
) -> None:
    furnish(portal)
    if ended:
        write(portal.house, "UPDATE account SET ended_at = last_sign_in_at, ended_because = 'time'")
    before, mails = count(portal.house, OutboxMessage), len(portal.mails())
    portal.koha.clear_calls()
    portal.alma.clear_calls()
    run_job(portal.house, job)
    calls = len(portal.koha.calls) + len(portal.alma.calls)
    did = count(portal.house, OutboxMessage) - before + len(portal.mails()) - mails
    if job == "verify-cards":
        did += calls
    if ended:
        assert (did, calls) == (0, 0)
    else:
        assert did > 0


@ON_SQLITE
def test_what_was_put_off_is_told_when_the_account_comes_back(portal: Portal) -> None:
    reminders(portal)
    write(portal.house, "UPDATE account SET ended_at = last_sign_in_at, ended_because = 'time'")
    run_job(portal.house, "send-mail")
    portal.signed_in_client()
    run_job(portal.house, "send-mail")
    assert [row.kind for row in rows(portal.house, OutboxMessage)] == ["digest"]
