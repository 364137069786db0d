"""Mail that came back: whose address does not work, and what follows.

A bounce is known by the id of our message alone, which nobody can guess but who was sent it: an address that stands in
a bounce is never looked at, for anybody can write one. Told twice is told once.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.bounce import KNOWN_FOR, BounceKind, Outcome, is_given_up, kind_of
from discovery_accounts.models import Account, OutboxMessage
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox import (
    EMAIL,
    FAILED,
    ONCE_ONLY,
    SENT,
    UNKNOWN,
    WITHDRAWN,
    address_hash,
)
from discovery_accounts.services.outbox import still_here as waits
from discovery_accounts.services.row_locks import NO_KEY

_MESSAGE_ID = re.compile(r"<?([0-9a-f]{32})@[A-Za-z0-9.-]{1,255}>?")
_LOOKED_AT = 20  # messages to an account, of which some went to other addresses


class Heard(StrEnum):
    """What was done about a bounce: ``NOTED``, ``PAUSED`` the address besides, or nothing."""

    NOTED = "noted"
    PAUSED = "paused"
    KNOWN = "known"
    NOT_OURS = "not_ours"


class Because(StrEnum):
    """Why nothing is sent to an address; ``Account.email_paused_because``."""

    HARD = "hard_bounce"
    SOFT = "soft_bounces"


@dataclass(frozen=True, slots=True)
class Bounce:
    """``message_id`` as it stood in the mail that came back."""

    message_id: str
    kind: BounceKind


class Bounces:
    def __init__(self, house: House) -> None:
        self._house = house

    def hear(self, bounce: Bounce, now: datetime) -> Heard:
        """A mail of ours came back, somebody says."""
        row_id = _row_id(bounce.message_id)
        return Heard.NOT_OURS if row_id is None else self._hear(row_id, bounce.kind, now)

    def refused(self, row_id: uuid.UUID, code: int | None, status: str | None, now: datetime) -> Heard:
        """The mail server did not take a message for its recipient."""
        return self._hear(row_id, kind_of(code, status), now)

    def _hear(self, row_id: uuid.UUID, kind: BounceKind, now: datetime) -> Heard:
        with self._house.database.writing() as session:
            row = session.get(OutboxMessage, row_id, with_for_update=True)
            if row is None or not _may_bounce(row, now):
                return Heard.NOT_OURS
            if row.bounced_at is not None and (kind is BounceKind.SOFT or row.error == _error(kind)):
                return Heard.KNOWN
            row.bounced_at, row.error = row.bounced_at or now, _error(kind)
            if row.account_id is None:
                return Heard.NOTED
            session.flush()
            account = session.get_one(Account, row.account_id, with_for_update=NO_KEY)
            return self._weigh(session, account, row, kind, now)

    def _weigh(
        self, session: Session, account: Account, row: OutboxMessage, kind: BounceKind, now: datetime
    ) -> Heard:
        """Pause the account's address, if it is that one which does not work: meanwhile there may be another."""
        of_today = address_hash(self._house.vault, account.email) if account.email else None
        if account.email_paused_at is not None or row.address_hash != of_today or _is_older(row, account):
            return Heard.NOTED
        if kind is BounceKind.SOFT and not is_given_up(_outcomes(session, account.id, of_today)):
            return Heard.NOTED
        because = Because.HARD if kind is BounceKind.HARD else Because.SOFT
        account.email_paused_at, account.email_paused_because = now, because.value
        events.record(session, events.EMAIL_PAUSED, now, account_id=account.id, because=because.value)
        _withdraw_digests(session, account.id)
        return Heard.PAUSED


def is_dead(account: Account) -> bool:
    """Whether the account's address is known not to exist: no code can be asked of it. A mailbox that is only full may
    be filled by somebody else, so its codes are still asked for."""
    return account.email_paused_because == Because.HARD


def _may_bounce(row: OutboxMessage, now: datetime) -> bool:
    sent_at = row.sent_at or row.created_at
    return row.channel == EMAIL and row.state in (SENT, FAILED, UNKNOWN) and now - sent_at <= KNOWN_FOR


def _is_older(row: OutboxMessage, account: Account) -> bool:
    """Whether the address was proved after the mail was written: then it works again."""
    return account.email_verified_at is not None and row.created_at < account.email_verified_at


def _outcomes(session: Session, account_id: uuid.UUID, hashed: str | None) -> list[Outcome]:
    query = (
        select(OutboxMessage)
        .where(
            OutboxMessage.account_id == account_id,
            OutboxMessage.address_hash == hashed,
            (OutboxMessage.state == SENT) | OutboxMessage.bounced_at.is_not(None),
        )
        .order_by(OutboxMessage.created_at.desc())
        .limit(_LOOKED_AT)
    )
    return [
        Outcome(row.created_at, BounceKind.SOFT if row.bounced_at is not None else None)
        for row in session.scalars(query)
    ]


def _withdraw_digests(session: Session, account_id: uuid.UUID) -> None:
    """They would come back, too; what they tell is told when there is an address again."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.account_id == account_id, OutboxMessage.kind.in_(ONCE_ONLY), *waits())
        .values(state=WITHDRAWN, sealed=None, key_id=None)
        .execution_options(synchronize_session=False)
    )


def _row_id(message_id: str) -> uuid.UUID | None:
    found = _MESSAGE_ID.fullmatch(message_id.strip().lower())
    return uuid.UUID(hex=found.group(1)) if found else None


def _error(kind: BounceKind) -> str:
    return f"bounced_{kind.value}"
