"""Messages to people: written in the transaction of what they tell about, sent later by ``outbox_sending``.

Recipient and text are sealed in the row and erased when the message is sent; what stays is that it
was sent, and when.
"""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import Scope, write_scopes
from discovery_accounts.models import MessageSubject, OutboxMessage
from discovery_accounts.services.house import House, system_clock
from discovery_accounts.services.upserts import insert_missing
from discovery_accounts.vault.vault import Sealer, Vault

WAITING, SENT, FAILED, WITHDRAWN = "waiting", "sent", "failed", "withdrawn"
UNKNOWN = "unknown"
"""The mail server was about to be given the message, and nobody knows what became of it. Where its text is still
there it goes once more."""
EMAIL, SMS = "email", "sms"
DIGEST, ALERTS = "digest", "alerts"
ONCE_ONLY = frozenset({DIGEST, ALERTS})
"""Kinds that are never sent a second time: they can be missed, and two of them are a nuisance. Of all others, codes
and warnings, one too many does less harm than none."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be written, by mail unless ``channel`` says otherwise; a text message has no subject.
    ``once`` makes a second writing of the same message do nothing. ``about`` are the links it tells of: when one
    of them shows nothing any more the message is not sent; nor when one has not the scopes any more that
    ``needs`` names for it. ``stop`` is the address at which a mail program
    unsubscribes by itself (RFC 8058). ``html`` says the same as ``text``."""

    kind: str
    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    account_id: uuid.UUID | None = None
    once: str | None = None
    channel: str = EMAIL
    about: tuple[uuid.UUID, ...] = ()
    needs: Mapping[uuid.UUID, frozenset[Scope]] = field(default_factory=dict)
    stop: str | None = field(default=None, repr=False)
    not_before: datetime | None = None
    html: str | None = field(default=None, repr=False)


def write(session: Session, house: House, letter: Letter, at: datetime | None = None) -> uuid.UUID | None:
    """Put a letter into the outbox, in the caller's transaction. ``at`` is the time of the job that writes it.
    Gives the message's id; ``None`` where ``once`` says that it was written before."""
    row = _row(house.vault, letter, at or house.now())
    row_id: uuid.UUID = row["id"]
    written = insert_missing(session, OutboxMessage, [row])
    if written and letter.about:
        rows = [
            {"message_id": row_id, "link_id": link_id, "scopes": write_scopes(letter.needs.get(link_id, ()))}
            for link_id in set(letter.about)
        ]
        session.execute(insert(MessageSubject), rows)
    return row_id if written else None


def write_all(
    session: Session, house: House, letters: Sequence[Letter], at: datetime | None = None
) -> list[uuid.UUID]:
    """Put many letters into the outbox by one statement, and give their ids in the same order; none of them may be
    ``about`` a link or have a ``once``."""
    vault, now = house.vault.at_once(), at or house.now()
    rows = [_row(vault, letter, now) for letter in letters]
    if rows:
        session.execute(_INSERT, rows)
    return [row["id"] for row in rows]


def _row(vault: Vault | Sealer, letter: Letter, now: datetime) -> dict[str, Any]:
    row_id = uuid.uuid4()
    content = _JSON.encode([letter.recipient, letter.subject, letter.text, letter.stop, letter.html])
    sealed = vault.seal(content, binding(row_id))
    return {
        "id": row_id,
        "kind": letter.kind,
        "account_id": letter.account_id,
        "once": None if letter.once is None else once_hash(vault, letter.once),
        "channel": letter.channel,
        "sealed": sealed.ciphertext,
        "key_id": sealed.key_id,
        "address_hash": address_hash(vault, letter.recipient) if letter.channel == EMAIL else None,
        "state": WAITING,
        "created_at": now,
        "not_before": letter.not_before or at_once(now),
        "tries": 0,
    }


def at_once(now: datetime) -> datetime:
    """``not_before`` of what waits for nothing. A run whose clock was moved ahead holds no mail back."""
    return min(now, system_clock())


def withdraw(session: Session, link_ids: Collection[uuid.UUID]) -> None:
    """In the transaction that ends these links: what waits to be sent about them is not sent."""
    about = select(MessageSubject.message_id).where(MessageSubject.link_id.in_(link_ids))
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(about), *still_here())
        .values(state=WITHDRAWN, sealed=None, key_id=None)
        .execution_options(synchronize_session=False)
    )


def still_here() -> tuple[ColumnElement[bool], ...]:
    """Messages that wait and are not on their way at this moment."""
    return (
        OutboxMessage.state.in_((WAITING, UNKNOWN)),
        OutboxMessage.sealed.is_not(None),
        OutboxMessage.marked_at.is_(None),
    )


def address_hash(vault: Vault | Sealer, address: str) -> str:
    """By which an address is known again that is not kept."""
    return vault.keyed_hash("mail address", address.casefold())


def once_hash(vault: Vault | Sealer, once: str) -> str:
    """What the row says instead: it names links and cards, and outlives the account that they belong to."""
    return vault.keyed_hash("message once", once)


def binding(row_id: uuid.UUID) -> tuple[str, str]:
    return ("outbox", str(row_id))


_JSON = json.JSONEncoder(ensure_ascii=False)
_INSERT = insert(OutboxMessage.metadata.tables[OutboxMessage.__tablename__])
"""Into the table itself: no objects are made of very many rows."""
