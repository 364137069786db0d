"""Where the chain begins and ends, signed by the vault: cut off or made anew without its keys, it does not fit."""

import hmac
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from discovery_accounts.models import AuditMark, EventSeal
from discovery_accounts.services.audit_chain.digest import START
from discovery_accounts.services.house import House
from discovery_accounts.vault.vault import CannotUnseal, Sealed

ONLY = 1
HOUSE_KEY = ("audit key", "house")


class MarkBroken(Exception):
    """The mark is gone or not signed by this house's keys: nothing is added to such a chain."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The last seal that retention took away and the last one there is, each with its digest; the house's key."""

    first: int
    first_digest: str
    last: int
    last_digest: str
    house_key: bytes = field(repr=False)


def read(session: Session, house: House) -> Mark | None:
    """The mark, ``None`` where no chain was begun. Raises ``MarkBroken``."""
    row = session.get(AuditMark, ONLY, populate_existing=True)
    return _checked(session, house, row)


def take(session: Session, house: House) -> Mark:
    """The mark, begun if there is none, locked until the end of the transaction: one worker at a time adds to the
    chain or takes from it. Raises ``MarkBroken``."""
    row = session.get(AuditMark, ONLY, with_for_update=True, populate_existing=True)
    found = _checked(session, house, row)
    if found is not None:
        return found
    key = house.vault.new_data_key()
    sealed = house.vault.seal(key, HOUSE_KEY)
    session.add(
        AuditMark(
            id=ONLY,
            first=0,
            first_digest=START,
            last=0,
            last_digest=START,
            signature=_signature(house, 0, START, 0, START),
            wrapped=sealed.ciphertext,
            key_id=sealed.key_id,
        )
    )
    session.flush()  # of two that begin it, one fails here and comes again
    return Mark(0, START, 0, START, key)


def write(session: Session, house: House, mark: Mark) -> None:
    row = session.get_one(AuditMark, ONLY)
    row.first, row.first_digest = mark.first, mark.first_digest
    row.last, row.last_digest = mark.last, mark.last_digest
    row.signature = _signature(house, mark.first, mark.first_digest, mark.last, mark.last_digest)


def _checked(session: Session, house: House, row: AuditMark | None) -> Mark | None:
    if row is None:
        if session.scalar(select(func.count()).select_from(EventSeal).limit(1)):
            raise MarkBroken
        return None
    signed = _signature(house, row.first, row.first_digest, row.last, row.last_digest)
    if not hmac.compare_digest(signed, row.signature):
        raise MarkBroken
    try:
        key = house.vault.unseal(Sealed(row.wrapped, row.key_id), HOUSE_KEY)
    except CannotUnseal:
        raise MarkBroken from None
    return Mark(row.first, row.first_digest, row.last, row.last_digest, key)


def _signature(house: House, first: int, first_digest: str, last: int, last_digest: str) -> str:
    return house.vault.keyed_hash("audit mark", str(first), first_digest, str(last), last_digest)
