"""The end of old events: the chain begins later then, at a mark that still holds.

What goes is checked as ``verify`` does it: an event that somebody made look old would take its trace away with it.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from discovery_accounts.models import Event, EventSeal, PersonKey
from discovery_accounts.services.audit_chain import mark as marks
from discovery_accounts.services.audit_chain.digest import digest
from discovery_accounts.services.audit_chain.mark import Mark, MarkBroken
from discovery_accounts.services.audit_chain.person_keys import unwrap, wrap
from discovery_accounts.services.audit_chain.reading import Linked, read_page
from discovery_accounts.services.audit_chain.sealing import seal
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged


def audit_lasts(house: House) -> timedelta:
    """How long events are kept."""
    return timedelta(days=house.settings.retention.audit_months * 365 // 12)


def purge_events(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """Remove events that have served their time, with their seals, from the beginning of the chain on. Nothing goes
    from a chain whose mark is not signed, nor from the place on where it does not hold: that is for people to look
    at."""
    before = now - audit_lasts(house)
    found = _count(house, before)
    if dry_run or not found:
        return Purged(min(found, limit), max(0, found - limit))
    seal(house, limit)
    done = 0
    while done < limit:
        try:
            with house.database.writing() as session:
                removed = _batch(session, house, before, limit - done)
        except MarkBroken:
            break
        done += removed
        if not removed:
            break
    return Purged(done, _count(house, before))


def _count(house: House, before: datetime) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Event).where(Event.at < before)) or 0


def _batch(session: Session, house: House, before: datetime, limit: int) -> int:
    mark = marks.take(session, house)
    page = read_page(session, house, mark.first, mark.last, mark.house_key)
    old = _old(_that_holds(page, mark), before)[:limit]
    if not old:
        return 0
    last = old[-1]
    session.execute(delete(EventSeal).where(EventSeal.sequence <= last.sequence))
    ids = [one.event.event_id for one in old if one.event is not None]
    session.execute(delete(Event).where(Event.id.in_(ids)).execution_options(synchronize_session=False))
    _count_down(session, house, Counter(one.key_id for one in old if one.key_id is not None))
    marks.write(session, house, replace(mark, first=last.sequence, first_digest=last.digest))
    return len(old)


def _that_holds(page: Sequence[Linked], mark: Mark) -> Sequence[Linked]:
    """From the first on, as long as each follows the one before and its event has the times and words it was sealed
    with."""
    at, previous = mark.first, mark.first_digest
    for place, one in enumerate(page):
        follows = one.sequence == at + 1 and one.previous == previous
        told = one.event is None or digest(previous, one.sequence, one.event, one.sealed) == one.digest
        if not follows or not told:
            return page[:place]
        at, previous = one.sequence, one.digest
    return page


def _old(page: Sequence[Linked], before: datetime) -> Sequence[Linked]:
    """From the first on, as long as they are old; seals whose event is gone go with an older one after them."""
    end = 0
    for place, one in enumerate(page, start=1):
        if one.event is not None and one.event.at >= before:
            break
        if one.event is not None:
            end = place
    return page[:end]


def _count_down(session: Session, house: House, gone: Counter[uuid.UUID]) -> None:
    for row in session.scalars(select(PersonKey).where(PersonKey.id.in_(gone)).order_by(PersonKey.id)):
        key = unwrap(house, row)
        if key is not None:
            row.seals -= gone[row.id]
            wrap(house, row, key)
