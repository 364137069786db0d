"""What becomes of a person's reviews when their account ends, or is joined to another one (rules 1.6)."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from discovery_accounts.models import Review, ReviewReport
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged, purge

IS_EMPTY = and_(Review.stars.is_(None), Review.text.is_(None))
"""Deleted by its writer: that its text was not shown is known for a while."""
EMPTY_LASTS = timedelta(days=365)


def purge_empty(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """Forget of deleted texts that they were not shown."""
    return purge(house, Review.id, IS_EMPTY & (Review.changed_at < now - EMPTY_LASTS), limit, dry_run)


def at_account_end(session: Session, account_id: uuid.UUID, keep: bool) -> None:
    """In the caller's transaction, before the account's row goes: with ``keep`` they stay, nameless; else stars and
    texts are deleted. What the person reported is forgotten either way."""
    at_account_ends(session, [account_id], keep=keep)


def at_account_ends(session: Session, account_ids: Sequence[uuid.UUID], *, keep: bool) -> None:
    """The same for several accounts at once."""
    mine = Review.account_id.in_(account_ids)
    reported = delete(ReviewReport).where(ReviewReport.account_id.in_(account_ids))
    session.execute(reported, execution_options=_AS_IT_IS)
    session.execute(delete(Review).where(mine, IS_EMPTY) if keep else delete(Review).where(mine))
    if keep:
        nameless = update(Review).where(mine).values(account_id=None, signed=False)
        session.execute(nameless, execution_options=_AS_IT_IS)


def at_merge(session: Session, mine: uuid.UUID, other: uuid.UUID) -> None:
    """The ``other`` account's reviews and reports become ``mine``; where both have one, what is mine stays."""
    rival = aliased(Review)
    same = and_(rival.source == Review.source, rival.record_id == Review.record_id)
    emptied = delete(Review).where(
        Review.account_id == mine, IS_EMPTY, exists().where(rival.account_id == other, same)
    )
    session.execute(emptied, execution_options=_AS_IT_IS)
    both = exists().where(rival.account_id == mine, same)
    session.execute(delete(Review).where(Review.account_id == other, both), execution_options=_AS_IT_IS)
    moved = update(Review).where(Review.account_id == other).values(account_id=mine)
    session.execute(moved, execution_options=_AS_IT_IS)
    # what is one's own by now is nothing to report
    own = select(Review.id).where(Review.account_id == mine)
    twice = select(ReviewReport.review_id).where(ReviewReport.account_id == mine)
    gone = ReviewReport.review_id.in_(own) & ReviewReport.account_id.in_([mine, other])
    gone |= (ReviewReport.account_id == other) & ReviewReport.review_id.in_(twice)
    session.execute(delete(ReviewReport).where(gone), execution_options=_AS_IT_IS)
    told = update(ReviewReport).where(ReviewReport.account_id == other).values(account_id=mine)
    session.execute(told, execution_options=_AS_IT_IS)


_AS_IT_IS = {"synchronize_session": False}
