"""What patrons want changed of their records and staff have not said yes to yet."""

from typing import Any

from discovery_accounts.simulator.desk.desk import Desk
from discovery_accounts.simulator.koha import records
from discovery_accounts.simulator.koha.patron_changes import details_of, written
from discovery_accounts.simulator.records import Patron

_PAPER = "modification"


def write(store: Desk, patron: Patron, changes: dict[str, Any]) -> None:
    """Changes these fields of the record and no other."""
    body = records.patron(patron, store.details(patron.patron_id)) | changes
    store.replace(written(patron, body), details_of(body))


def propose(store: Desk, patron: Patron, changes: dict[str, Any]) -> None:
    """Lays the changes before the staff, in place of those that lay there."""
    store.keep_paper(patron.patron_id, _PAPER, changes)


def proposed(store: Desk, patron_id: str) -> dict[str, Any]:
    """What waits."""
    waiting: dict[str, Any] = store.paper(patron_id, _PAPER) or {}
    return waiting


def approve(store: Desk, patron_id: str) -> None:
    """Staff say yes to what waits. Raises `UnknownPatronError`."""
    changes = proposed(store, patron_id)
    store.keep_paper(patron_id, _PAPER, None)
    patron = store.patron(patron_id)
    if patron is not None and changes:
        write(store, patron, changes)
