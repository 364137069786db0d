"""Which digests are due, and the right to write one: taken by one worker at a time, given back when it dies."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.digest import Times
from discovery_accounts.models import Account, Digest, LibraryCard, Link
from discovery_accounts.services.digest_rows import times_of
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import not_over

CLAIM_FOR = timedelta(minutes=10)
PATIENCE = timedelta(hours=1)
"""How long digests wait for a library that is known not to answer; then they go without it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write one account's digest, known again by ``at``. ``links`` are those in it, by their cards."""

    account_id: uuid.UUID
    at: datetime
    times: Times
    titles: bool
    links: Mapping[uuid.UUID, uuid.UUID]


def count_due(house: House, now: datetime) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Digest).where(*_due(now))) or 0


def take(house: House, now: datetime, count: int, silent: Collection[str] = ()) -> list[Claim]:
    """Claim at most ``count`` digests that are due, those that have waited longest first. ``silent`` are libraries
    that were just found not to answer: digests with a card of theirs wait a while."""
    with house.database.writing() as session:
        query = select(Digest).where(*_due(now), *_not_waiting(silent, now))
        query = query.order_by(Digest.due_at, Digest.account_id).limit(count)
        rows = session.scalars(query.with_for_update(skip_locked=True)).all()
        links = _links(session, [row.account_id for row in rows], now)
        for row in rows:
            row.claimed_at = now
        return [Claim(row.account_id, now, times_of(row), row.titles, links[row.account_id]) for row in rows]


def still_mine(session: Session, claim: Claim) -> Digest | None:
    """The claimed row, locked; ``None`` when the person has switched it off, or another worker took it over."""
    query = select(Digest).where(Digest.account_id == claim.account_id, Digest.claimed_at == claim.at)
    digest = session.scalars(query.with_for_update(key_share=True)).one_or_none()
    return digest if digest is not None and digest.wanted else None


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Digest.wanted.is_(True),
        Digest.due_at <= now,
        or_(Digest.claimed_at.is_(None), Digest.claimed_at < now - CLAIM_FOR),
        # one that ended is hidden: its digest is due when it has come back
        exists().where(Account.id == Digest.account_id, Account.ended_at.is_(None)),
    )


def _not_waiting(silent: Collection[str], now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Else a hundred thousand mails would say that a library could not be asked."""
    if not silent:
        return ()
    of_them = select(Link.account_id).join(LibraryCard, LibraryCard.id == Link.card_id)
    of_them = of_them.where(
        Link.account_id == Digest.account_id,
        Link.days_ahead.is_not(None),
        LibraryCard.library.in_(silent),
        *not_over(now),
    )
    return (or_(Digest.due_at <= now - PATIENCE, ~of_them.exists()),)


def _links(
    session: Session, account_ids: Collection[uuid.UUID], now: datetime
) -> Mapping[uuid.UUID, dict[uuid.UUID, uuid.UUID]]:
    """The links in these accounts' digests, as link by card."""
    query = select(Link.account_id, Link.card_id, Link.id).where(
        Link.account_id.in_(account_ids), Link.days_ahead.is_not(None), *not_over(now)
    )
    found: defaultdict[uuid.UUID, dict[uuid.UUID, uuid.UUID]] = defaultdict(dict)
    for account_id, card_id, link_id in session.execute(query.order_by(Link.since, Link.id)):
        found[account_id][card_id] = link_id
    return found
