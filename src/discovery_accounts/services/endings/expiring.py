"""The job that ends accounts by time: erase those whose grace is over, then warn and end (rules 1.4)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from discovery_accounts.domain.account_ending import GRACE, Because
from discovery_accounts.models import Account
from discovery_accounts.services import answers
from discovery_accounts.services.endings.candidates import batch_of
from discovery_accounts.services.endings.delivery import settle
from discovery_accounts.services.endings.erasing import erase, links_of
from discovery_accounts.services.endings.sweeping import Sweep
from discovery_accounts.services.house import House
from discovery_accounts.services.progress import Progress, untold


@dataclass(frozen=True, slots=True)
class ExpiryReport:
    """What was done (in a dry run: would be), what the budget left, and why accounts over their time stay. Among
    ``no_address`` are those that ended and whom the last warning did not reach."""

    did: Mapping[str, int]
    left: int
    kept: Mapping[str, int] = field(default_factory=dict)


def expire_accounts(
    house: House, now: datetime, limit: int, *, dry_run: bool = False, progress: Progress = untold
) -> ExpiryReport:
    """Change at most ``limit`` accounts. What a killed run did is not done again, what it did not do is done by the
    next one; two at once share the work on PostgreSQL."""
    if not dry_run:
        settle(house)
    waiting = _count(house, now)
    erased = min(waiting, limit) if dry_run else _erase(house, now, limit, waiting, progress)
    swept = Sweep(house, now, limit - erased, dry_run=dry_run).run(progress)
    unreached = swept.no_address + swept.unreached
    did = {"warned": swept.warned, "ended": swept.ended, "erased": erased, "no_address": unreached}
    return ExpiryReport(
        did, swept.left + max(0, waiting - erased), {k: n for k, n in swept.kept.items() if n}
    )


def _erase(house: House, now: datetime, limit: int, waiting: int, progress: Progress) -> int:
    done, batch = 0, batch_of(house) // 2  # very many rows go with each
    while done < limit:
        gone, links = _erase_some(house, now, min(batch, limit - done))
        if not gone:
            break
        answers.forget(house, links)
        done += gone
        progress(done, max(done, min(waiting, limit)))
    return done


def _erase_some(house: House, now: datetime, count: int) -> tuple[int, Sequence[uuid.UUID]]:
    query = select(Account.id, Account.reviews_at_end).where(_over(now))
    query = query.order_by(Account.ended_at, Account.id).limit(count).with_for_update(skip_locked=True)
    with house.database.writing() as session:
        reviews = {row.id: row.reviews_at_end for row in session.execute(query)}
        ids = list(reviews)
        links = links_of(session, ids)
        return erase(session, house, ids, now, Because.TIME, reviews), links


def _count(house: House, now: datetime) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Account).where(_over(now))) or 0


def _over(now: datetime) -> ColumnElement[bool]:
    """Ended, and the time for coming back is over; not those that staff protected meanwhile."""
    return and_(Account.ended_at <= now - GRACE, Account.protected_at.is_(None))
