"""Links whose last day is over, and others' links to cards of patrons who are gone for good.

They show nothing already; here their rows, PINs and feeds go. Nobody is told.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from discovery_accounts.domain.cards import EndedBy, LinkState
from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import answers
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged
from discovery_accounts.services.row_locks import lock_links
from discovery_accounts.services.unlinking import end_links

GONE_FOR = timedelta(days=30)
"""How long a patron may be missing at the library before others' links to the card end: records are also removed
by mistake, and come back."""
_AT_ONCE = 50  # links a transaction


def end_over(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """End at most ``limit`` links that are over."""
    with house.database.reading() as session:
        found = (
            session.scalar(select(func.count()).select_from(Link).join(LibraryCard).where(_over(now))) or 0
        )
        query = select(Link.id).join(LibraryCard).where(_over(now)).order_by(Link.until, Link.id).limit(limit)
        ids = list(session.scalars(query))
    if dry_run:
        return Purged(len(ids), found - len(ids))
    done = sum(_end(house, ids[start : start + _AT_ONCE], now) for start in range(0, len(ids), _AT_ONCE))
    return Purged(done, found - len(ids))


def _end(house: House, ids: Sequence[uuid.UUID], now: datetime) -> int:
    """End those that are over still, now that nobody else can change them; how many."""
    with house.database.writing() as session:
        lock_links(session, ids)
        links = session.scalars(
            select(Link).join(LibraryCard).where(Link.id.in_(ids), _over(now)).order_by(Link.id)
        ).all()
        timed = [link for link in links if link.until is not None and link.until <= now]
        gone = [link for link in links if link not in timed]
        for some, by in ((timed, EndedBy.TIME), (gone, EndedBy.LIBRARY)):
            if some:
                end_links(session, house, some, by)
        ended = [link.id for link in links]
    answers.forget(house, ended)
    return len(ended)


def _over(now: datetime) -> ColumnElement[bool]:
    return and_(
        Link.state != LinkState.ENDED.value,
        or_(Link.until <= now, and_(Link.holder.is_(False), LibraryCard.gone_at <= now - GONE_FOR)),
    )
