"""Last good answers of libraries, for showing again (for a minute) or instead (dated, for a day).

Every copy is sealed with the link's ``answer_key`` from the database, wherever the cache is. A new
key in the row makes all copies unreadable in the same second, in every process (rules 2.4, 3.4).
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.pin_check import STALE_FOR
from discovery_accounts.models import Link
from discovery_accounts.services.answer_codecs import KEPT_WANTS, read_answer, write_answer
from discovery_accounts.services.house import House
from discovery_accounts.services.row_locks import lock_links
from discovery_accounts.vault.vault import CannotUnseal


@dataclass(frozen=True, slots=True)
class Kept:
    """What the library told at ``as_of``: the whole list, or for ``Want.OWED`` the sums."""

    as_of: datetime
    records: tuple[Any, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer of one link to keep; it is sealed with ``key``, the link's of when it was asked."""

    link_id: uuid.UUID
    key: bytes = field(repr=False)
    want: Want
    kept: Kept


def find(
    house: House, keys: Mapping[uuid.UUID, bytes], wants: Collection[Want]
) -> dict[uuid.UUID, dict[Want, Kept]]:
    """What is kept for these links (id to answer key), at most a day old; no entry where nothing is."""
    asked = [(link_id, want) for link_id in keys for want in KEPT_WANTS if want in wants]
    found: dict[uuid.UUID, dict[Want, Kept]] = {}
    oldest = house.now() - STALE_FOR
    copies = house.cache.get_many([_name(link_id, want) for link_id, want in asked])
    for (link_id, want), sealed in zip(asked, copies, strict=True):
        if sealed is None:
            continue
        try:
            data = house.vault.unseal_with(keys[link_id], sealed, _binding(link_id, want))
            kept = Kept(*read_answer(want, data))
        except (CannotUnseal, ValueError, TypeError, KeyError):
            continue  # sealed under a key that is gone, or written by another version
        if kept.as_of >= oldest:
            found.setdefault(link_id, {})[want] = kept
    return found


def keep(house: House, entries: Sequence[KeptAnswer]) -> None:
    """Keep what libraries told."""
    sealed = {
        _name(one.link_id, one.want): house.vault.seal_with(
            one.key,
            write_answer(one.want, one.kept.as_of, one.kept.records),
            _binding(one.link_id, one.want),
        )
        for one in entries
    }
    if sealed:
        house.cache.put_many(sealed, int(STALE_FOR.total_seconds()))


def forget(house: House, link_ids: Sequence[uuid.UUID]) -> None:
    """Remove the copies that this process can reach; the others are unreadable once the key is changed."""
    house.cache.forget([_name(link_id, want) for link_id in link_ids for want in KEPT_WANTS])


def renew_keys(session: Session, house: House, link_ids: Collection[uuid.UUID]) -> None:
    """From the end of this transaction on no process can show what is kept of these links: something
    happened that it does not tell of."""
    lock_links(session, link_ids)
    for link_id in link_ids:
        session.get_one(Link, link_id).answer_key = house.vault.new_data_key()


def _name(link_id: uuid.UUID, want: Want) -> str:
    return f"{want}:{link_id.hex}"


def _binding(link_id: uuid.UUID, want: Want) -> tuple[str, str]:
    return (want.value, str(link_id))
