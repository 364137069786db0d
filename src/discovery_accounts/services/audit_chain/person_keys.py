"""The keys that the seals of each person are under. A key goes with its account, and its seals become unreadable."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from discovery_accounts.models import Account, PersonKey
from discovery_accounts.services.house import House
from discovery_accounts.vault.vault import CannotUnseal, Sealed


def binding(key: PersonKey) -> Sequence[str]:
    """What a wrapped key is bound to: itself, and how many seals are under it."""
    return ("audit key", str(key.id), str(key.seals))


def unwrap(house: House, key: PersonKey) -> bytes | None:
    """The key, ``None`` where it can't be had: its row was changed behind our back."""
    try:
        return house.vault.unseal(Sealed(key.wrapped, key.key_id), binding(key))
    except CannotUnseal:
        return None


def keys_of(session: Session, accounts: Collection[uuid.UUID]) -> Mapping[uuid.UUID, list[PersonKey]]:
    """The keys of these accounts, the first made first; more than one where an account took others in."""
    found: dict[uuid.UUID, list[PersonKey]] = {}
    rows = select(PersonKey).where(PersonKey.account_id.in_(accounts)).order_by(PersonKey.id)
    for row in session.scalars(rows):
        found.setdefault(row.account_id, []).append(row)
    return found


class Writing:
    """The keys of one batch of seals: found or made, and wrapped once more with the new number of seals."""

    def __init__(self, session: Session, house: House, accounts: Collection[uuid.UUID]) -> None:
        self._session = session
        self._house = house
        self._rows: dict[uuid.UUID, PersonKey] = {}
        self._keys: dict[uuid.UUID, bytes] = {}
        for account_id, keys in keys_of(session, accounts).items():
            for row in keys:
                key = unwrap(house, row)
                if key is not None:
                    self._rows[account_id], self._keys[account_id] = row, key
                    break

    def key(self, account_id: uuid.UUID) -> bytes:
        """The key for one more seal of this person."""
        if account_id not in self._rows:
            self._rows[account_id] = PersonKey(id=uuid.uuid4(), account_id=account_id, seals=0)
            self._keys[account_id] = self._house.vault.new_data_key()
        self._rows[account_id].seals += 1
        return self._keys[account_id]

    def finish(self) -> None:
        for account_id, row in self._rows.items():
            wrap(self._house, row, self._keys[account_id])
            self._session.add(row)
        self._session.flush()


def wrap(house: House, row: PersonKey, key: bytes) -> None:
    sealed = house.vault.seal(key, binding(row))
    row.wrapped, row.key_id = sealed.ciphertext, sealed.key_id


def destroy(session: Session, _house: House, accounts: Sequence[uuid.UUID], _now: datetime) -> None:
    """What happens before accounts are erased: nobody can read again what is sealed under their keys."""
    first = select(Account.id).where(Account.id.in_(accounts)).order_by(Account.id)
    session.execute(first.with_for_update()).all()  # as sealing does: the account first, then its keys
    session.execute(delete(PersonKey).where(PersonKey.account_id.in_(accounts)))
