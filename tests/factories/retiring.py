"""Patrons whose time goes by, and the job that retires them."""

from typing import Any

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Membership
from tests.factories.ages import days_pass
from tests.factories.portal import Client, Portal
from tests.factories.rows import rows, write

YEARS = 3 * 365 + 5
Retired = tuple[dict[str, int], dict[str, int]]


def retire(portal: Portal, **options: Any) -> Retired:
    """What a run did, and why others were kept."""
    done = run_job(portal.house, "retire-patrons", **options).done
    return {word: count for word, count in done.did.items() if count}, dict(done.kept)


def is_patron(portal: Portal, library: str, kind: str) -> bool:
    return any(one.kind == kind for one in (portal.koha if library == "lumme" else portal.alma).patrons)


def idle(portal: Portal, library: str = "lumme", kind: str = "no_loans") -> None:
    """Somebody signed in once, and never again."""
    portal.signed_in_client(library, kind)
    days_pass(portal, YEARS)


def noticed(portal: Portal) -> None:
    assert retire(portal)[0] == {"noticed": 1}
    run_job(portal.house, "send-mail")
    days_pass(portal, 32)


def membership(portal: Portal) -> Membership:
    """The only one there is."""
    [row] = rows(portal.house, Membership)
    assert isinstance(row, Membership)
    return row


def student(portal: Portal, *others: str) -> Client:
    """Signed in, no loans, and of a university since a day long past; holder of ``others``' cards by their PINs."""
    client = portal.signed_in_client("lumme", "no_loans")
    for kind in others:
        client.link("lumme", portal.patron("lumme", kind), relation="looked_after")
    write(portal.house, "UPDATE link SET holder = true, state = 'active'")
    write(
        portal.house, "UPDATE membership SET kind = 'university', valid_until = '2020-06-30', look_at = since"
    )
    by_university(portal, "no_loans")
    return client


def by_university(portal: Portal, *kinds: str) -> None:
    for kind in kinds:
        write(
            portal.house,
            "UPDATE link SET proof = 'federation' WHERE card_id IN"
            " (SELECT id FROM library_card WHERE patron_id = :patron)",
            patron=str(portal.patron("lumme", kind).patron_id),
        )
