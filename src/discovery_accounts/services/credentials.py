"""Stored PINs: sealed into their link's row, opened only to be checked, forgotten when refused.

Over all processes only one reading at a time may send a PIN: it claims the row first. So a PIN
that is refused once is never sent again, however many pages are open (rules 2.4). A verdict counts
only while the row is as it was claimed: a new PIN given meanwhile is not judged by the old one's.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import CredentialState
from discovery_accounts.domain.pin_check import CLAIM_FOR
from discovery_accounts.models import Credential, LibraryCard, Link
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.vault.vault import CannotUnseal, Sealed


def binding(library: str, link_id: uuid.UUID) -> tuple[str, str, str]:
    """What a sealed PIN is bound to."""
    return ("pin", library, str(link_id))


def store(session: Session, house: House, link: Link, library: str, pin: str) -> None:
    """Keep a PIN that the library accepted just now."""
    sealed = house.vault.seal(pin, binding(library, link.id))
    credential = session.get(Credential, link.id) or Credential(link_id=link.id)
    credential.ciphertext, credential.key_id = sealed.ciphertext, sealed.key_id
    credential.state = CredentialState.GOOD.value
    credential.checked_at = house.now()
    credential.claim = credential.claimed_at = credential.not_before = None
    credential.unanswered = 0
    session.add(credential)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send the PINs of these links, once."""

    id: uuid.UUID
    links: frozenset[uuid.UUID]


def claim(session: Session, due: Mapping[uuid.UUID, datetime | None], now: datetime) -> Claim:
    """Take the right to send these PINs, where it is free and the PIN is still the one that was read:
    ``due`` is when each (by link) was checked last, as far as the caller knows."""
    mine = uuid.uuid4()
    taken = set()
    for link_id, checked_at in sorted(due.items()):
        result = session.execute(
            update(Credential)
            .where(
                Credential.link_id == link_id,
                Credential.state == CredentialState.GOOD.value,
                Credential.checked_at.is_not_distinct_from(checked_at),
                or_(Credential.claimed_at.is_(None), Credential.claimed_at < now - CLAIM_FOR),
                or_(Credential.not_before.is_(None), Credential.not_before <= now),
            )
            .values(claim=mine, claimed_at=now)
            .execution_options(synchronize_session=False)
        )
        assert isinstance(result, CursorResult)
        if result.rowcount == 1:
            taken.add(link_id)
    return Claim(mine, frozenset(taken))


def release(session: Session, link_ids: Collection[uuid.UUID], claim_id: uuid.UUID) -> None:
    """Give back the right to send these PINs, which were not sent."""
    if link_ids:
        session.execute(
            update(Credential)
            .where(Credential.link_id.in_(link_ids), Credential.claim == claim_id)
            .values(claim=None, claimed_at=None)
            .execution_options(synchronize_session=False)
        )


def unseal(house: House, library: str, link_id: uuid.UUID, ciphertext: bytes, key_id: str) -> str | None:
    """The PIN, or ``None`` when the row was tampered with or its key is gone: then it is asked anew."""
    try:
        return house.vault.unseal_text(Sealed(ciphertext, key_id), binding(library, link_id))
    except CannotUnseal:
        return None


def purge_unwanted(house: House, limit: int, *, dry_run: bool = False) -> Purged:
    """Remove PINs that were stored before their library chose to have none stored (``pin_storage``)."""
    storing_none = [one.name for one in house.libraries.values() if one.pin_storage == "none"]
    theirs = select(Link.id).join(LibraryCard).where(LibraryCard.library.in_(storing_none))
    return purge(house, Credential.link_id, Credential.link_id.in_(theirs), limit, dry_run)
