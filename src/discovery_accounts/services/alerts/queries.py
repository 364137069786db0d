"""The queries that alerts share: taken by who makes an alert, removed when no alert has them."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, exists, func, select
from sqlalchemy.orm import Session

from discovery_accounts.models import Alert, AlertQuery, MatchRun, QueryMatch
from discovery_accounts.services.alerts.normal_form import IDS, hash_of, id_of
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.upserts import insert_missing

_TRIES = 5

MATCHES_LAST = timedelta(days=90)
"""What was found is listed so long, longer than the records themselves are kept."""


def take_query(session: Session, written: str) -> int:
    """The id of the query of this normal form, made where there is none yet. Held until the transaction ends, so that
    no purge removes it before an alert has it."""
    hash_ = hash_of(written)
    mine = select(AlertQuery.id).where(AlertQuery.hash == hash_).with_for_update(read=True, key_share=True)
    first = id_of(hash_)
    for step in range(_TRIES):
        found = session.scalar(mine)
        if found is not None:
            return found
        # the next id if another query has this one
        insert_missing(session, AlertQuery, [{"id": (first + step) % IDS, "hash": hash_, "written": written}])
    raise RuntimeError("a query is removed each time it is made")


def purge_matches(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """Remove what was found long ago, with the news of it."""
    ended = select(MatchRun.id).where(MatchRun.finished_at < now - MATCHES_LAST)
    return purge(house, QueryMatch.id, QueryMatch.run_id.in_(ended), limit, dry_run)


def purge_queries(house: House, limit: int, *, dry_run: bool = False) -> Purged:
    """Remove queries that no alert has.

    Locked first and asked about again after: an alert that takes such a query at the same moment has locked it before,
    and then it is passed over, or waits here and makes it anew.
    """
    orphan = ~exists().where(Alert.query_id == AlertQuery.id)
    with house.database.writing() as session:
        found = session.scalar(select(func.count()).select_from(AlertQuery).where(orphan)) or 0
        if not found or dry_run:
            done = min(found, limit)
            return Purged(done, found - done)
        some = select(AlertQuery.id).where(orphan).order_by(AlertQuery.id).limit(limit)
        ids = session.scalars(some.with_for_update(skip_locked=True)).all()
        removed = 0
        for start in range(0, len(ids), 500):
            gone = delete(AlertQuery).where(AlertQuery.id.in_(ids[start : start + 500]), orphan)
            result = session.execute(gone.execution_options(synchronize_session=False))
            assert isinstance(result, CursorResult)
            removed += result.rowcount
    return Purged(removed, found - removed)
