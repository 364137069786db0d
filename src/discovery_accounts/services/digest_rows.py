"""Rows of digests: what a person has chosen, when the next one is due, what was told already."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.digest import Times
from discovery_accounts.models import Digest, Link, OutboxMessage, Reminder
from discovery_accounts.services import outbox
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.tokens import token_hash

KIND = outbox.DIGEST
KEPT_FOR = timedelta(days=400)
"""How long it is known that something was told: longer than loans last."""
_AT_ONCE = 1000


def times_of(digest: Digest) -> Times:
    return Times(
        digest.hour,
        minute_of(digest.account_id),
        digest.quiet_from,
        digest.quiet_until,
        ZoneInfo(digest.timezone),
    )


def minute_of(account_id: uuid.UUID) -> int:
    """The minute of the hour at which an account's digests are due: always the same, another for others."""
    return account_id.int % 60


def stop_token(house: House, account_id: uuid.UUID) -> str:
    """The secret by which an account's digests are ended without signing in. It can be worked out again, so
    that every mail carries the same, and the database has its hash only."""
    return house.vault.keyed_hash("digest stop", account_id.hex)


def stop_hash(house: House, account_id: uuid.UUID) -> str:
    return token_hash(stop_token(house, account_id))


def mark_due(
    session: Session, account_id: uuid.UUID, due_at: datetime | None, *, only: Collection[uuid.UUID] = ()
) -> None:
    """Tell the job ``verify-cards`` when a mail is written from the cards that are in the digest. The caller has
    locked the links."""
    links = [Link.account_id == account_id, Link.state != LinkState.ENDED.value]
    if only:
        links.append(Link.id.in_(only))
    for in_it, moment in ((True, due_at), (False, None)):
        condition = Link.days_ahead.is_not(None) if in_it else Link.days_ahead.is_(None)
        session.execute(
            update(Link)
            .where(*links, condition, Link.mail_due_at.is_distinct_from(moment))
            .values(mail_due_at=moment)
            .execution_options(synchronize_session=False)
        )


def withdraw_waiting(session: Session, account_id: uuid.UUID) -> None:
    """What is written but not sent yet is not what the person wants any more."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.account_id == account_id,
            OutboxMessage.kind == KIND,
            *outbox.still_here(),
        )
        .values(state=outbox.WITHDRAWN, sealed=None, key_id=None)
        .execution_options(synchronize_session=False)
    )


def free_untold(house: House, now: datetime) -> None:
    """What stood in a message that was withdrawn, or could not be sent, was not told. After a withdrawal the
    digest is written anew at once, without the card that ended; after a failure at its next time."""
    states = (outbox.WITHDRAWN, outbox.FAILED)
    query = (
        select(Reminder.id, Link.account_id, OutboxMessage.state)
        .join(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .join(Link, Link.id == Reminder.link_id)
        .where(OutboxMessage.state.in_(states))
        .limit(_AT_ONCE)
    )
    with house.database.reading() as session:
        found = session.execute(query).all()
    if not found:
        return
    again = {account_id for _, account_id, state in found if state == outbox.WITHDRAWN}
    with house.database.writing() as session:
        session.execute(delete(Reminder).where(Reminder.id.in_([row_id for row_id, _, _ in found])))
        session.execute(
            update(Digest)
            .where(
                Digest.account_id.in_(again), Digest.wanted, or_(Digest.due_at > now, Digest.due_at.is_(None))
            )
            .values(due_at=now)
            .execution_options(synchronize_session=False)
        )


def hold_back_quiet(house: House, now: datetime) -> int:
    """Digests that were written in time but are not sent yet wait for the end of their reader's quiet hours.
    How many do."""
    query = (
        select(OutboxMessage.id, Digest)
        .join(Digest, Digest.account_id == OutboxMessage.account_id)
        .where(
            OutboxMessage.kind.in_(outbox.ONCE_ONLY),
            *outbox.still_here(),
            OutboxMessage.not_before <= now,
            Digest.quiet_from.is_not(None),
        )
    )
    with house.database.reading() as session:
        waiting = session.execute(query).all()
    ends = {
        row_id: times.quiet_ends(now)
        for row_id, digest in waiting
        if (times := times_of(digest)).is_quiet(now)
    }
    with house.database.writing() as session:
        for row_id, moment in ends.items():
            session.execute(update(OutboxMessage).where(OutboxMessage.id == row_id).values(not_before=moment))
    return len(ends)


def purge_reminders(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """Forget what was told of loans and holds that are long over."""
    return purge(house, Reminder.id, Reminder.told_at <= now - KEPT_FOR, limit, dry_run)
