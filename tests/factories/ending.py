"""Accounts on their way to the end: the job by a moved clock, mail, and what it did."""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import insert

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, FavouriteList
from discovery_accounts.services.job_table import Done
from tests.factories.portal import Portal
from tests.factories.rows import rows

NOTHING = {"warned": 0, "ended": 0, "erased": 0, "no_address": 0}


def expire(portal: Portal, *, limit: int | None = None, dry_run: bool = False) -> Done:
    """The job, once."""
    return run_job(portal.house, "expire-accounts", limit=limit, dry_run=dry_run).done


def did(portal: Portal) -> Mapping[str, int]:
    """What the job does now, without what it does nothing of."""
    return {word: count for word, count in expire(portal).did.items() if count}


def send(portal: Portal) -> None:
    run_job(portal.house, "send-mail")


def to_day(portal: Portal, day: int, since: int = 0) -> None:
    """On from ``since`` days after the sign-in to ``day``, and an hour."""
    portal.clock.advance(days=day - since, hours=0 if since else 1)


def ended_by_time(portal: Portal) -> None:
    """From a sign-in to the end of the account: both warnings, each sent at once."""
    to_day(portal, 336)
    assert did(portal) == {"warned": 1}
    send(portal)
    to_day(portal, 359, 336)
    assert did(portal) == {"warned": 1}
    send(portal)
    to_day(portal, 367, 359)
    assert did(portal) == {"ended": 1}


def many(portal: Portal, count: int, *, days_ago: int) -> list[uuid.UUID]:
    """So many accounts, each with an address of its own and a list."""
    at = portal.clock() - timedelta(days=days_ago)
    ids = [uuid.UUID(int=number + 1) for number in range(count)]
    accounts = [
        {
            "id": one,
            "created_at": at,
            "last_sign_in_at": at,
            "email": f"reader{number}@library.example",
            "email_source": "library",
        }
        for number, one in enumerate(ids)
    ]
    lists = [
        {
            "id": uuid.uuid4(),
            "account_id": one,
            "name": "Sea",
            "description": "",
            "public": False,
            "ordering": "position",
            "created_at": at,
            "changed_at": at,
        }
        for one in ids
    ]
    with portal.house.database.writing() as session:
        session.execute(insert(Account), accounts)
        session.execute(insert(FavouriteList), lists)
    return ids


def account(portal: Portal) -> Account:
    """The only one there is."""
    [one] = rows(portal.house, Account)
    found: Account = one
    return found
