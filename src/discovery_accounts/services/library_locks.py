"""Stored PINs and the library's lock: a check is counted before it is sent, so that all processes
together stay one refusal below the one that locks the card (interface ``lock_after``)."""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from discovery_accounts.models import Throttle
from discovery_accounts.services.counters import LOCK, Counters, count_one, locked_rows
from discovery_accounts.services.house import House


class LibraryLocks:
    """Everything here happens in the caller's transaction, beside the claim of the PIN."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._counters = Counters(house)

    def wait(self, session: Session, library: str, card_number: str) -> timedelta | None:
        """How long a stored PIN of this card must not be sent, because the library would lock the card."""
        if self._counters.lock_after(library) is None:
            return None
        counter = self._counters.lock(library, card_number)
        row = session.get(Throttle, counter.key)
        return counter.wait(row, self._house.now()) if row else None

    def reserve(self, session: Session, asked: Mapping[uuid.UUID, tuple[str, str]]) -> frozenset[uuid.UUID]:
        """Count a check of each stored PIN (link to library and card number) towards its library's lock,
        before it is sent; the links for which there is a try left."""
        now = self._house.now()
        counters = {
            link_id: self._counters.lock(library, number)
            for link_id, (library, number) in asked.items()
            if self._counters.lock_after(library) is not None
        }
        rows = locked_rows(session, list(counters.values()), now) if counters else {}
        free = set(asked)
        for link_id, counter in counters.items():
            if counter.wait(rows[counter.key], now):
                free.discard(link_id)
            else:
                count_one(rows[counter.key], counter, now)
        return frozenset(free)

    def settle(self, session: Session, library: str, card_number: str, *, verified: bool) -> None:
        """A stored PIN that was counted stands, so the library's own counter is reset too; or it was
        neither accepted nor refused, so its try is taken back."""
        row = session.get(Throttle, self._counters.card_key(LOCK, library, card_number), with_for_update=True)
        if row is not None:
            row.count = 0 if verified else max(0, row.count - 1)
