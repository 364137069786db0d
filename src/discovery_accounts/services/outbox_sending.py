"""Sending what is in the outbox: each message once, as far as mail servers let that be known."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from discovery_accounts.domain.cards import LinkState, read_scopes
from discovery_accounts.mail.api import (
    MailDelayed,
    MailInDoubt,
    MailNotSent,
    MailRejected,
    MailUndeliverable,
    Mark,
    Message,
    RecipientRefused,
    Sends,
)
from discovery_accounts.mail.texts import SendsTexts, TextMessage
from discovery_accounts.models import Account, Link, MessageSubject, OutboxMessage
from discovery_accounts.services.accounts import may_write_to
from discovery_accounts.services.bounces import Bounces
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import state_now
from discovery_accounts.services.outbox import (
    FAILED,
    ONCE_ONLY,
    SENT,
    SMS,
    UNKNOWN,
    WITHDRAWN,
    address_hash,
    binding,
)
from discovery_accounts.services.outbox_claims import GONE, ClaimLostError, Claims, doubtful, goes_once_more
from discovery_accounts.telemetry.metrics import metrics
from discovery_accounts.vault.vault import CannotUnseal, Sealed

MAX_TRIES = 8
_AT_ONCE = 50
_ERROR_LENGTH = 64  # characters, as in the table
_FIRST_PAUSE = timedelta(minutes=2)
_DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class SendingReport:
    """How many were sent, put off, given up, of how many nobody knows, and how many are left waiting."""

    sent: int = 0
    delayed: int = 0
    failed: int = 0
    unknown: int = 0
    left: int = 0

    def counts(self) -> Mapping[str, int]:
        """``unknown`` only where there are any: it is rare."""
        doubts = {"unknown": self.unknown} if self.unknown else {}
        return {"sent": self.sent, "delayed": self.delayed, "failed": self.failed, **doubts}

    def __add__(self, later: "SendingReport") -> "SendingReport":
        return SendingReport(
            self.sent + later.sent,
            self.delayed + later.delayed,
            self.failed + later.failed,
            self.unknown + later.unknown,
            later.left,
        )


@dataclass(frozen=True, slots=True)
class Senders:
    """What messages leave by in one run; ``texts`` is ``None`` where the portal sends no text messages."""

    mailer: Sends
    texts: SendsTexts | None

    def send_text(self, message: TextMessage, mark: Mark) -> None:
        if self.texts is None:
            raise MailUndeliverable("no_text_messages_here")
        self.texts.send(message, mark)


class Outbox:
    def __init__(self, house: House) -> None:
        self._house = house
        self._claims = Claims(house)

    def due(self, now: datetime) -> int:
        """How many messages are to be sent now; those put off are not."""
        return self._claims.count(now)

    def send(self, now: datetime, limit: int) -> SendingReport:
        """Send what is due, at most ``limit``. Each message is claimed first, so two senders never
        send the same one; a sender that dies leaves its claims to another after ten minutes."""
        counts = {SENT: 0, _DELAYED: 0, FAILED: 0, UNKNOWN: self._claims.settle(now)}
        with self._house.mailer.session() as mailer, self._texts() as texts:
            senders, tried = Senders(mailer, texts), 0
            while tried < limit and (rows := self._claims.take(now, min(_AT_ONCE, limit - tried))):
                tried += len(rows)
                done = 0
                try:
                    for row in rows:
                        done += 1
                        outcome = self._send_one(senders, row, now)
                        if outcome in counts:
                            counts[outcome] += 1
                finally:
                    self._claims.give_back(rows[done:])
        metrics.outbox_waiting(self._claims.waiting())
        return SendingReport(**counts, left=self.due(now))

    def _texts(self) -> AbstractContextManager[SendsTexts | None]:
        return nullcontext() if self._house.texts is None else self._house.texts.session()

    def _send_one(self, senders: Senders, row: OutboxMessage, now: datetime) -> str:
        if self._is_over(row, now):
            return self._end(row, WITHDRAWN, now, None)
        try:
            self._give(senders, row)
        except ClaimLostError:
            return WITHDRAWN
        except MailInDoubt as problem:
            return self._doubt(row, _code_of(problem), now)
        except MailDelayed as problem:
            return self._put_off(row, _code_of(problem), now)
        except (MailUndeliverable, MailRejected, CannotUnseal) as problem:
            self._end(row, FAILED, now, _code_of(problem))
            if isinstance(problem, RecipientRefused):
                Bounces(self._house).refused(row.id, problem.code, problem.status, now)
            return FAILED
        return self._end(row, SENT, now, None)

    def _is_over(self, row: OutboxMessage, now: datetime) -> bool:
        """Whether it tells of a link that shows nothing now, because its last day is over or it waits again, or
        that does not show all of that any more; or is a digest for an address that is not the account's."""
        subjects = select(Link, MessageSubject.scopes).join(MessageSubject)
        query = subjects.where(MessageSubject.message_id == row.id)
        with self._house.database.reading() as session:
            if not all(_still_shows(link, scopes, now) for link, scopes in session.execute(query)):
                return True
            if row.kind not in ONCE_ONLY or row.account_id is None:
                return False
            account = session.get(Account, row.account_id)
            address = None if account is None else may_write_to(account)
        return address is None or row.address_hash not in (None, address_hash(self._house.vault, address))

    def _give(self, senders: Senders, row: OutboxMessage) -> None:
        assert row.sealed is not None
        assert row.key_id is not None
        content = self._house.vault.unseal_text(Sealed(row.sealed, row.key_id), binding(row.id))
        recipient, subject, text, *more = json.loads(content)
        mark = partial(self._mark, row)
        if row.channel == SMS:
            senders.send_text(TextMessage(recipient, text, row.id.hex), mark)
            return
        stop, html = (*more, None, None)[:2]  # not there in what the version before this one wrote
        message = Message(
            recipient,
            subject,
            text,
            html=html,
            headers=_unsubscribing(stop) if stop else {},
            message_id=f"<{row.id.hex}@{self._host()}>",
        )
        senders.mailer.send(message, mark)

    def _mark(self, row: OutboxMessage) -> None:
        self._claims.mark(row, self._house.now())

    def _doubt(self, row: OutboxMessage, error: str, now: datetime) -> str:
        once_more = goes_once_more(row)
        later = {"not_before": now + _pause(row)} if once_more else {}
        self._claims.change(row, error=error, **doubtful(row), **later)
        return _DELAYED if once_more else UNKNOWN

    def _put_off(self, row: OutboxMessage, error: str, now: datetime) -> str:
        if row.tries >= MAX_TRIES:
            return self._end(row, FAILED, now, error)
        self._claims.change(row, not_before=now + _pause(row), claimed_at=None, marked_at=None, error=error)
        return _DELAYED

    def _end(self, row: OutboxMessage, state: str, now: datetime, error: str | None) -> str:
        values: dict[str, Any] = {"sent_at": now} if state == SENT else {"marked_at": None}
        self._claims.change(row, state=state, error=error, **values, **GONE)
        return state

    def _host(self) -> str:
        return self._house.settings.mail.sender.rpartition("@")[2].rstrip(">") or "localhost"


def _pause(row: OutboxMessage) -> timedelta:
    return _FIRST_PAUSE * (1 << (row.tries - 1))


def _still_shows(link: Link, scopes: str, now: datetime) -> bool:
    may = link.holder or read_scopes(scopes) <= read_scopes(link.scopes)
    return may and state_now(link, now) is LinkState.ACTIVE


def _unsubscribing(address: str) -> dict[str, str]:
    """What a mail program needs to unsubscribe by one press, without asking anything (RFC 8058)."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _code_of(problem: Exception) -> str:
    """For IT, who must tell a server that is away from one that does not take our password."""
    return (str(problem) if isinstance(problem, MailNotSent) else type(problem).__name__)[:_ERROR_LENGTH]
