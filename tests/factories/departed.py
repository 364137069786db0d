"""Patrons left behind: one of a university signs in for the last time, and time ends the account first."""

from datetime import UTC, datetime
from typing import Any

from discovery_accounts.domain.account_ending import Because
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, DepartedPatron
from discovery_accounts.services.endings.erasing import erase
from tests.factories.ending import send
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, rows, write

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
    write(portal.house, "UPDATE link SET proof = 'federation'")
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
