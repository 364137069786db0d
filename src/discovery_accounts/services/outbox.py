"""Messages to people: written in the transaction of what they tell about, sent later by a job.

Recipient and text are sealed in the row and erased when the message is sent; what stays is that it
was sent, and when.
"""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import LinkState, Scope, read_scopes, write_scopes
from discovery_accounts.mail.api import (
    MailDelayed,
    MailNotSent,
    MailRejected,
    MailUndeliverable,
    Message,
    Sends,
)
from discovery_accounts.mail.texts import SendsTexts, TextMessage
from discovery_accounts.models import Link, MessageSubject, OutboxMessage
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import state_now
from discovery_accounts.services.upserts import insert_missing
from discovery_accounts.telemetry.metrics import metrics
from discovery_accounts.vault.vault import CannotUnseal, Sealed

WAITING, SENT, FAILED, WITHDRAWN = "waiting", "sent", "failed", "withdrawn"
EMAIL, SMS = "email", "sms"

MAX_TRIES = 8
_ERROR_LENGTH = 64  # characters, as in the table
_CLAIM_FOR = timedelta(minutes=10)
_FIRST_PAUSE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be written, by mail unless ``channel`` says otherwise; a text message has no subject.
    ``once`` makes a second writing of the same message do nothing. ``about`` are the links it tells of: when one
    of them shows nothing any more the message is not sent; nor when one has not the scopes any more that
    ``needs`` names for it. ``stop`` is the address at which a mail program
    unsubscribes by itself (RFC 8058)."""

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


def write(session: Session, house: House, letter: Letter, at: datetime | None = None) -> uuid.UUID | None:
    """Put a letter into the outbox, in the caller's transaction. ``at`` is the time of the job that writes it.
    Gives the message's id; ``None`` where ``once`` says that it was written before."""
    row = _row(house, letter, at or house.now())
    row_id: uuid.UUID = row["id"]
    written = insert_missing(session, OutboxMessage, [row])
    if written and letter.about:
        rows = [
            {"message_id": row_id, "link_id": link_id, "scopes": write_scopes(letter.needs.get(link_id, ()))}
            for link_id in set(letter.about)
        ]
        session.execute(insert(MessageSubject), rows)
    return row_id if written else None


def write_all(session: Session, house: House, letters: Sequence[Letter]) -> None:
    """Put many letters into the outbox by one statement; none of them may be ``about`` a link or have a ``once``."""
    if letters:
        session.execute(insert(OutboxMessage), [_row(house, letter, house.now()) for letter in letters])


def _row(house: House, letter: Letter, now: datetime) -> dict[str, Any]:
    row_id = uuid.uuid4()
    content = json.dumps([letter.recipient, letter.subject, letter.text, letter.stop], ensure_ascii=False)
    sealed = house.vault.seal(content, binding(row_id))
    return {
        "id": row_id,
        "kind": letter.kind,
        "account_id": letter.account_id,
        "once": letter.once,
        "channel": letter.channel,
        "sealed": sealed.ciphertext,
        "key_id": sealed.key_id,
        "state": WAITING,
        "created_at": now,
        "not_before": letter.not_before or now,
        "tries": 0,
    }


def withdraw(session: Session, link_ids: Collection[uuid.UUID]) -> None:
    """In the transaction that ends these links: what waits to be sent about them is not sent."""
    about = select(MessageSubject.message_id).where(MessageSubject.link_id.in_(link_ids))
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(about), OutboxMessage.state == WAITING)
        .values(state=WITHDRAWN, sealed=None, key_id=None)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class SendingReport:
    """How many were sent, put off, given up, and how many are left waiting."""

    sent: int = 0
    delayed: int = 0
    failed: int = 0
    left: int = 0

    def counts(self) -> Mapping[str, int]:
        return {"sent": self.sent, "delayed": self.delayed, "failed": self.failed}

    def __add__(self, later: "SendingReport") -> "SendingReport":
        return SendingReport(
            self.sent + later.sent, self.delayed + later.delayed, self.failed + later.failed, later.left
        )


@dataclass(frozen=True, slots=True)
class Senders:
    """What messages leave by in one run; ``texts`` is ``None`` where the portal sends no text messages."""

    mailer: Sends
    texts: SendsTexts | None

    def send_text(self, message: TextMessage) -> None:
        if self.texts is None:
            raise MailUndeliverable("no_text_messages_here")
        self.texts.send(message)


class Outbox:
    def __init__(self, house: House) -> None:
        self._house = house

    def due(self, now: datetime) -> int:
        """How many messages are to be sent now; those put off are not."""
        with self._house.database.reading() as session:
            return len(session.scalars(select(OutboxMessage.id).where(*_due(now))).all())

    def send(self, now: datetime, limit: int) -> SendingReport:
        """Send what is due, at most ``limit``. Each message is claimed first, so two senders never
        send the same one; a sender that dies leaves its claim to another after ten minutes."""
        counts = {"sent": 0, "delayed": 0, "failed": 0}
        with self._house.mailer.session() as mailer, self._texts() as texts:
            for _ in range(limit):
                message = self._claim_next(now)
                if message is None:
                    break
                if self._is_over(message, now):
                    self._end(message.id, WITHDRAWN, now, None)
                    continue
                counts[self._send_one(Senders(mailer, texts), message, now)] += 1
        metrics.outbox_waiting(self._waiting())
        return SendingReport(**counts, left=self.due(now))

    def _waiting(self) -> int:
        """How many messages are not sent yet, those put off among them."""
        with self._house.database.reading() as session:
            query = select(func.count()).where(OutboxMessage.state == WAITING)
            return session.scalar(query) or 0

    def _claim_next(self, now: datetime) -> OutboxMessage | None:
        with self._house.database.writing() as session:
            query = select(OutboxMessage).where(*_due(now)).order_by(OutboxMessage.created_at).limit(1)
            message = session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
            if message is not None:
                message.claimed_at = now
                message.tries += 1
            return message

    def _is_over(self, message: OutboxMessage, now: datetime) -> bool:
        """Whether it tells of a link that shows nothing now, because its last day is over or it waits again, or
        that does not show all of that any more."""
        subjects = select(Link, MessageSubject.scopes).join(MessageSubject)
        query = subjects.where(MessageSubject.message_id == message.id)
        with self._house.database.reading() as session:
            return not all(_still_shows(link, scopes, now) for link, scopes in session.execute(query))

    def _texts(self) -> AbstractContextManager[SendsTexts | None]:
        return nullcontext() if self._house.texts is None else self._house.texts.session()

    def _send_one(self, senders: "Senders", row: OutboxMessage, now: datetime) -> str:
        try:
            assert row.sealed is not None
            assert row.key_id is not None
            content = self._house.vault.unseal_text(Sealed(row.sealed, row.key_id), binding(row.id))
            recipient, subject, text, *more = json.loads(content)
            if row.channel == SMS:
                senders.send_text(TextMessage(recipient, text, row.id.hex))
            else:
                message_id = f"<{row.id.hex}@{self._host()}>"
                stop = more[0] if more else None  # written by the version before this one
                headers = _unsubscribing(stop) if stop else {}
                senders.mailer.send(Message(recipient, subject, text, message_id=message_id, headers=headers))
        except MailDelayed as problem:
            return self._put_off(row, _code_of(problem), now)
        except (MailUndeliverable, MailRejected, CannotUnseal) as problem:
            self._end(row.id, FAILED, now, _code_of(problem))
            return FAILED
        self._end(row.id, SENT, now, None)
        return SENT

    def _put_off(self, row: OutboxMessage, error: str, now: datetime) -> str:
        if row.tries >= MAX_TRIES:
            self._end(row.id, FAILED, now, error)
            return FAILED
        pause = _FIRST_PAUSE * 2 ** (row.tries - 1)
        self._change(row.id, not_before=now + pause, claimed_at=None, error=error)
        return "delayed"

    def _end(self, row_id: uuid.UUID, state: str, now: datetime, error: str | None) -> None:
        sent_at = now if state == SENT else None
        self._change(row_id, state=state, sent_at=sent_at, error=error, sealed=None, key_id=None)

    def _change(self, row_id: uuid.UUID, **values: object) -> None:
        with self._house.database.writing() as session:
            session.execute(update(OutboxMessage).where(OutboxMessage.id == row_id).values(**values))

    def _host(self) -> str:
        return self._house.settings.mail.sender.rpartition("@")[2].rstrip(">") or "localhost"


def _still_shows(link: Link, scopes: str, now: datetime) -> bool:
    may = link.holder or read_scopes(scopes) <= read_scopes(link.scopes)
    return may and state_now(link, now) is LinkState.ACTIVE


def _unsubscribing(address: str) -> dict[str, str]:
    """What a mail program needs to unsubscribe by one press, without asking anything (RFC 8058)."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _code_of(problem: Exception) -> str:
    """For IT, who must tell a server that is away from one that does not take our password."""
    return (str(problem) if isinstance(problem, MailNotSent) else type(problem).__name__)[:_ERROR_LENGTH]


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxMessage.state == WAITING,
        OutboxMessage.not_before <= now,
        (OutboxMessage.claimed_at.is_(None)) | (OutboxMessage.claimed_at < now - _CLAIM_FOR),
    )


def binding(row_id: uuid.UUID) -> tuple[str, str]:
    return ("outbox", str(row_id))
