"""Batches of new records and how far the matching is with each: what is waiting, taken, done."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.models import CatalogueRecord, MatchBucket, MatchRun
from discovery_accounts.services.alerts.normal_form import BUCKETS
from discovery_accounts.services.house import House

MOST_RECORDS = 50_000
"""Of one run: its index is held in memory."""

Shard = tuple[int, int]
"""This one (from 0) of so many: a bucket belongs to the shard that is the remainder of its number."""

_TABLE = cast(Table, CatalogueRecord.__table__)
_WAITS = _TABLE.c.new_at.is_not(None) & _TABLE.c.run_id.is_(None)


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that is not finished, or was not when it was asked for; ``taken`` is how many records it has."""

    id: int
    started_at: datetime
    taken: int


class MatchRuns:
    def __init__(self, house: House) -> None:
        self._house = house

    def begin(self, now: datetime, most: int) -> OpenRun | None:
        """Take the oldest waiting records, ``most`` at most, into a new run; ``None`` where none waits. Each is taken
        once, whoever else is beginning a run."""
        with self._house.database.writing() as session:
            waiting = select(_TABLE.c.id).where(_WAITS).order_by(_TABLE.c.id)
            some = waiting.limit(min(most, MOST_RECORDS)).with_for_update(skip_locked=True)
            ids = session.scalars(some).all()
            if not ids:
                return None
            run = MatchRun(started_at=now, records=len(ids))
            session.add(run)
            session.flush()
            for start in range(0, len(ids), 1000):
                chunk = _TABLE.c.id.in_(ids[start : start + 1000])
                session.execute(update(_TABLE).where(chunk).values(run_id=run.id))
            return OpenRun(run.id, now, len(ids))

    def unfinished(self) -> list[OpenRun]:
        """The oldest first."""
        query = select(MatchRun.id, MatchRun.started_at, MatchRun.records)
        query = query.where(MatchRun.finished_at.is_(None)).order_by(MatchRun.id)
        with self._house.database.reading() as session:
            return [OpenRun(*row) for row in session.execute(query)]

    def buckets_left(self, run: OpenRun, shard: Shard) -> list[int]:
        index, count = shard
        query = select(MatchBucket.bucket).where(MatchBucket.run_id == run.id)
        with self._house.database.reading() as session:
            done = set(session.scalars(query))
        return [bucket for bucket in range(BUCKETS) if bucket % count == index and bucket not in done]

    def finish(self, run: OpenRun, now: datetime) -> None:
        """If every bucket is done, whoever did them."""
        done = select(func.count()).select_from(MatchBucket).where(MatchBucket.run_id == run.id)
        ended = update(MatchRun).where(MatchRun.id == run.id, MatchRun.finished_at.is_(None))
        with self._house.database.writing() as session:
            if session.scalar(done) == BUCKETS:
                session.execute(ended.values(finished_at=now).execution_options(synchronize_session=False))

    def waiting(self) -> int:
        with self._house.database.reading() as session:
            return session.scalar(select(func.count()).select_from(_TABLE).where(_WAITS)) or 0

    def records(self, run: OpenRun) -> tuple[list[int], list[NewRecord]]:
        """The run's records and their ids, without those that are gone by now."""
        with self._house.database.reading() as session:
            rows = list(_rows(session, run))
        return [row[0] for row in rows], [row[1] for row in rows]


def _rows(session: Session, run: OpenRun) -> Iterator[tuple[int, NewRecord]]:
    kept = (_TABLE.c.run_id == run.id) & _TABLE.c.gone_at.is_(None) & _TABLE.c.content.is_not(None)
    query = select(_TABLE.c.id, _TABLE.c.content).where(kept).order_by(_TABLE.c.id)
    for record_id, content in session.execute(query.execution_options(yield_per=1000)):
        yield record_id, _record(content)


def _record(content: str) -> NewRecord:
    """Our own JSON, cleaned when it was written: only what is matched is read."""
    given = json.loads(content)

    def several(name: str) -> tuple[str, ...]:
        values: Sequence[str] = given.get(name, ())
        return tuple(values)

    return NewRecord(
        record_id=given["record_id"],
        source=given["source"],
        title=given["title"],
        authors=several("authors"),
        subjects=several("subjects"),
        format=given.get("format"),
        languages=several("languages"),
        libraries=several("libraries"),
        branches=several("branches"),
        audience=given.get("audience"),
    )
