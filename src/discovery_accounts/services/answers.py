"""Last good answers of libraries, for showing again (for a minute) or instead (dated, for a day).

Every copy is sealed with the link's ``answer_key`` from the database, wherever the cache is. A new
key in the row makes all copies unreadable in the same second, in every process (rules 2.4, 3.4).
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from discovery_accounts.connectors.api import Loan
from discovery_accounts.domain.pin_check import STALE_FOR
from discovery_accounts.services.house import House
from discovery_accounts.vault.vault import CannotUnseal


@dataclass(frozen=True, slots=True)
class KeptLoans:
    """The loans of one link as the library told them at ``as_of``."""

    as_of: datetime
    loans: tuple[Loan, ...] = field(repr=False)


def find_loans(house: House, keys: Mapping[uuid.UUID, bytes]) -> dict[uuid.UUID, KeptLoans]:
    """What is kept for these links (id to answer key) and at most a day old."""
    ids = list(keys)
    found: dict[uuid.UUID, KeptLoans] = {}
    oldest = house.now() - STALE_FOR
    for link_id, sealed in zip(ids, house.cache.get_many([_name(link_id) for link_id in ids]), strict=True):
        if sealed is None:
            continue
        try:
            kept = _read(house.vault.unseal_with(keys[link_id], sealed, _binding(link_id)))
        except (CannotUnseal, ValueError, KeyError):
            continue  # sealed under a key that is gone, or written by another version
        if kept.as_of >= oldest:
            found[link_id] = kept
    return found


def keep_loans(house: House, entries: Sequence[tuple[uuid.UUID, bytes, KeptLoans]]) -> None:
    """Keep what the library told for each (link, answer key)."""
    sealed = {
        _name(link_id): house.vault.seal_with(key, _write(kept), _binding(link_id))
        for link_id, key, kept in entries
    }
    if sealed:
        house.cache.put_many(sealed, int(STALE_FOR.total_seconds()))


def forget(house: House, link_ids: Sequence[uuid.UUID]) -> None:
    """Remove the copies that this process can reach; the others are unreadable once the key is changed."""
    house.cache.forget([_name(link_id) for link_id in link_ids])


def _name(link_id: uuid.UUID) -> str:
    return f"loans:{link_id.hex}"


def _binding(link_id: uuid.UUID) -> tuple[str, str]:
    return ("loans", str(link_id))


def _write(kept: KeptLoans) -> bytes:
    rows = [
        [
            loan.loan_id,
            loan.title,
            loan.due_at.isoformat(),
            loan.author,
            loan.barcode,
            loan.record_id,
            loan.checked_out_at.isoformat() if loan.checked_out_at else None,
            loan.renewals,
            loan.renewable,
            loan.not_renewable_because,
        ]
        for loan in kept.loans
    ]
    return json.dumps([1, kept.as_of.isoformat(), rows], ensure_ascii=False).encode()


def _read(data: bytes) -> KeptLoans:
    version, as_of, rows = json.loads(data)
    if version != 1:
        raise ValueError("another version")
    return KeptLoans(datetime.fromisoformat(as_of), tuple(_loan(row) for row in rows))


def _loan(row: list[Any]) -> Loan:
    return Loan(
        loan_id=row[0],
        title=row[1],
        due_at=datetime.fromisoformat(row[2]),
        author=row[3],
        barcode=row[4],
        record_id=row[5],
        checked_out_at=datetime.fromisoformat(row[6]) if row[6] else None,
        renewals=row[7],
        renewable=row[8],
        not_renewable_because=row[9],
    )
