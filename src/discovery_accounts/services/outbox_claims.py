"""Which messages are to be sent, and the right to send one: taken by one worker at a time.

A claim ends after ten minutes; then another worker takes the message over. Before a worker gives a message to the
server it marks the row, which only works while the claim is its own: so nothing is sent by two. A row that
stays marked is one whose worker died with it in hand.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, case, func, select, update

from discovery_accounts.models import OutboxMessage
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox import ONCE_ONLY, UNKNOWN, still_here

CLAIM_FOR = timedelta(minutes=10)
GONE: dict[str, None] = {"sealed": None, "key_id": None}


class ClaimLostError(Exception):
    """The message was withdrawn meanwhile, or another worker has it."""


class Claims:
    def __init__(self, house: House) -> None:
        self._house = house

    def count(self, now: datetime) -> int:
        """How many messages are to be sent now; those put off are not."""
        with self._house.database.reading() as session:
            return session.scalar(select(func.count()).select_from(OutboxMessage).where(*_due(now))) or 0

    def waiting(self) -> int:
        """How many messages are not sent yet, those put off among them."""
        with self._house.database.reading() as session:
            return session.scalar(select(func.count()).select_from(OutboxMessage).where(*still_here())) or 0

    def take(self, now: datetime, count: int) -> Sequence[OutboxMessage]:
        """Claim at most ``count`` messages: those that somebody waits for first, then the oldest."""
        last = case((OutboxMessage.kind.in_(ONCE_ONLY), 1), else_=0)
        with self._house.database.writing() as session:
            query = select(OutboxMessage).where(*_due(now)).order_by(last, OutboxMessage.created_at)
            rows = session.scalars(query.limit(count).with_for_update(skip_locked=True)).all()
            for row in rows:
                row.claimed_at = now
                row.tries += 1
        return rows

    def give_back(self, rows: Sequence[OutboxMessage]) -> None:
        """What was claimed and not tried."""
        for row in rows:
            self.change(row, claimed_at=None, tries=row.tries - 1)

    def mark(self, row: OutboxMessage, now: datetime) -> None:
        """The message is about to be given to the server. Raises ``ClaimLostError``."""
        mine = (OutboxMessage.id == row.id, OutboxMessage.tries == row.tries, *still_here())
        with self._house.database.writing() as session:
            marked = session.execute(update(OutboxMessage).where(*mine).values(marked_at=now, claimed_at=now))
            assert isinstance(marked, CursorResult)
            if marked.rowcount != 1:
                raise ClaimLostError

    def change(self, row: OutboxMessage, **values: Any) -> None:
        with self._house.database.writing() as session:
            session.execute(update(OutboxMessage).where(OutboxMessage.id == row.id).values(**values))

    def settle(self, now: datetime) -> int:
        """What workers had in hand when they died is unknown: digests for good, anything else goes once more. How
        many messages that was."""
        with self._house.database.writing() as session:
            query = select(OutboxMessage).where(
                OutboxMessage.marked_at.is_not(None),
                OutboxMessage.sealed.is_not(None),
                OutboxMessage.claimed_at < now - CLAIM_FOR,
            )
            rows = session.scalars(query.limit(1000).with_for_update(skip_locked=True)).all()
            for row in rows:
                for name, value in doubtful(row).items():
                    setattr(row, name, value)
        return len(rows)


def goes_once_more(row: OutboxMessage) -> bool:
    """Whether a message of which nobody knows what became of it is sent a second time; a third there never is."""
    return row.kind not in ONCE_ONLY and row.state != UNKNOWN


def doubtful(row: OutboxMessage) -> dict[str, Any]:
    """What its row says from now on."""
    if goes_once_more(row):
        return {"state": UNKNOWN, "marked_at": None, "claimed_at": None}
    return {"state": UNKNOWN, "claimed_at": None, **GONE}


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        *still_here(),
        OutboxMessage.not_before <= now,
        (OutboxMessage.claimed_at.is_(None)) | (OutboxMessage.claimed_at < now - CLAIM_FOR),
    )
