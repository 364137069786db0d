"""Accounts whose time may be over, page by page, and what they were told: rows for the rule to judge."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Uuid, bindparam, exists, func, select, tuple_
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import Retention
from discovery_accounts.domain.account_ending import (
    Terms,
    Verdict,
    Warned,
    WarningState,
    ends_at,
    is_of_this_end,
    judge,
    signed_in_before,
)
from discovery_accounts.models import Account, AccountWarning, OutboxMessage, StaffMember
from discovery_accounts.models.base import UtcDateTime
from discovery_accounts.services.accounts import may_write_to_it
from discovery_accounts.services.endings.delivery import outcome
from discovery_accounts.services.house import House

Place = tuple[datetime, uuid.UUID]
"""The last sign-in and id of the account after which a page begins."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """``staff``: the account belongs to somebody who works here, so it doesn't end by time."""

    id: uuid.UUID
    last_sign_in_at: datetime
    language: str | None
    address: str | None = field(repr=False)
    staff: bool
    verdict: Verdict


class Candidates:
    """As they are at ``now``; ``batch`` is how many are looked at, and changed, at a time."""

    def __init__(self, house: House, now: datetime) -> None:
        self.terms = terms_of(house.settings.retention)
        self.now = now
        self.batch = batch_of(house)
        self._before = signed_in_before(now, self.terms)

    def page(self, session: Session, after: Place | None, *, lock: bool = False) -> Sequence[Candidate]:
        """The next ones: who signed in the longest ago comes first. ``lock`` holds their rows until the transaction
        ends, and passes over those that another worker has in hand."""
        values = {"before": self._before, "count": self.batch}
        query = _PAGES[after is not None, lock]
        if after is not None:
            values |= {"after_at": after[0], "after_id": after[1]}
        return self._judged(session, session.execute(query, values).all())

    def count(self, session: Session) -> int:
        """How many there are to look at."""
        query = select(func.count()).select_from(Account).where(_NOT_ENDED, Account.protected_at.is_(None))
        return session.scalar(query.where(Account.last_sign_in_at <= self._before)) or 0

    def protected(self, session: Session) -> int:
        """How many would have been over by now, but are protected."""
        over = Account.last_sign_in_at <= ends_at(self.now, -self.terms.months)
        query = select(func.count()).select_from(Account)
        return session.scalar(query.where(Account.protected_at.is_not(None), _NOT_ENDED, over)) or 0

    def _judged(self, session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Candidate]:
        told = _told(session, [row.id for row in rows], self.terms)
        return [
            Candidate(
                row.id,
                row.last_sign_in_at,
                row.language,
                row.email if row.reachable else None,
                row.staff,
                judge(
                    row.last_sign_in_at,
                    self.now,
                    self.terms,
                    told.get((row.id, row.last_sign_in_at), {}),
                    reachable=row.reachable,
                ),
            )
            for row in rows
        ]


def terms_of(retention: Retention) -> Terms:
    return Terms(retention.account_months, retention.warn_days)


def batch_of(house: House) -> int:
    """Accounts a transaction: on SQLite everybody else waits for it, so it takes some hundredths of a second there."""
    return 500 if house.database.engine.dialect.name == "sqlite" else 1000


def _told(
    session: Session, ids: Sequence[uuid.UUID], terms: Terms
) -> Mapping[tuple[uuid.UUID, datetime], dict[int, Warned]]:
    """The warnings of these accounts about the end by these terms, by account and sign-in, then by days. What became of
    a mail is looked up, for it may not be noted yet."""
    told: defaultdict[tuple[uuid.UUID, datetime], dict[int, Warned]] = defaultdict(dict)
    if not ids:
        return told
    for row in session.execute(_WARNINGS.where(AccountWarning.account_id.in_(ids))):
        if not is_of_this_end(row.at, row.for_sign_in_at, row.days, terms):
            continue
        settled = outcome(row)
        state, since = settled or (_STATES[row.state], row.settled_at or row.at)
        told[row.account_id, row.for_sign_in_at][row.days] = Warned(state, since)
    return told


_STATES = {one.value: one for one in WarningState}
"""A look-up, for there are very many."""
_NOT_ENDED = Account.ended_at.is_(None)
_ROWS = select(
    Account.id,
    Account.last_sign_in_at,
    Account.language,
    Account.email,
    may_write_to_it().label("reachable"),
    exists().where(StaffMember.account_id == Account.id).label("staff"),
).where(_NOT_ENDED, Account.protected_at.is_(None))
_ORDERED = (
    _ROWS.where(Account.last_sign_in_at <= bindparam("before"))
    .order_by(Account.last_sign_in_at, Account.id)
    .limit(bindparam("count"))
)
_NEXT = _ORDERED.where(
    tuple_(Account.last_sign_in_at, Account.id)
    > tuple_(bindparam("after_at", type_=UtcDateTime()), bindparam("after_id", type_=Uuid()))
)
_LOCK: Mapping[str, Any] = {"skip_locked": True, "key_share": True, "of": Account}
_PAGES = {
    (further, lock): query.with_for_update(**_LOCK) if lock else query
    for further, query in ((False, _ORDERED), (True, _NEXT))
    for lock in (False, True)
}
"""By whether a page is not the first one, and whether its rows are locked."""
_WARNINGS = select(
    AccountWarning.id,
    AccountWarning.account_id,
    AccountWarning.for_sign_in_at,
    AccountWarning.days,
    AccountWarning.at,
    AccountWarning.state,
    AccountWarning.settled_at,
    OutboxMessage.state.label("message_state"),
    OutboxMessage.sent_at,
    OutboxMessage.bounced_at,
    OutboxMessage.sealed.is_not(None).label("on_its_way"),
).outerjoin(OutboxMessage, OutboxMessage.id == AccountWarning.message_id)
