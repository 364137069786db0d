"""All alerts against the new records: each different query is tried once, whoever shares it is told by one statement.

The queries fall into buckets. What a bucket's queries found, the news of it for the alerts, and that the bucket is done
are written in one short transaction: a run that is killed goes on where it was, and of two that do the same
bucket at once one gives way.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from discovery_accounts.models import Alert, AlertNews, AlertQuery, MatchBucket, QueryMatch
from discovery_accounts.services.alerts.index import DayIndex, positions
from discovery_accounts.services.alerts.match_runs import MatchRuns, OpenRun, Shard
from discovery_accounts.services.alerts.normal_form import compile_all
from discovery_accounts.services.house import House
from discovery_accounts.services.upserts import insert_missing

WHOLE: Shard = (0, 1)
Progress = Callable[[int, int], None]
"""Told after each bucket how many of how many of the run are done."""

_ALERT, _NEWS, _MATCH, _QUERY = (
    cast(Table, model.__table__) for model in (Alert, AlertNews, QueryMatch, AlertQuery)
)
_IN_TIME = _ALERT.c.since <= bindparam("started_at", type_=_ALERT.c.since.type)
"""Of what came before an alert began nothing is told."""
_SHARED_BY = select(func.count()).where(_ALERT.c.query_id == _QUERY.c.id, _IN_TIME).scalar_subquery()
_QUERIES = select(_QUERY.c.id, _QUERY.c.written, _SHARED_BY).where(_QUERY.c.bucket == bindparam("of_bucket"))
_STILL_THERE = (
    select(_QUERY.c.id)
    .where(_QUERY.c.id.in_(bindparam("some", expanding=True)))
    .with_for_update(read=True, key_share=True)
)
_LAST_MATCH = select(func.coalesce(func.max(_MATCH.c.id), 0))
_NEWS_OF_BUCKET = (
    select(_ALERT.c.id, _MATCH.c.id, bindparam("at", type_=_NEWS.c.at.type))
    .join_from(_MATCH, _ALERT, _ALERT.c.query_id == _MATCH.c.query_id)
    .where(_MATCH.c.id > bindparam("after"), _MATCH.c.run_id == bindparam("of_run"), _IN_TIME)
    .with_for_update(read=True, key_share=True, of=_ALERT)
)
_ACTIVE = select(func.count()).where(_IN_TIME, _ALERT.c.by_email | _ALERT.c.by_feed)
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class MatchReport:
    """``records`` that were matched with the ``distinct`` queries of ``alerts`` alerts that tell by e-mail or feed;
    ``matches`` are pairs of an alert and a record. ``left`` records wait for another run."""

    records: int = 0
    alerts: int = 0
    distinct: int = 0
    matches: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Done:
    distinct: int = 0
    matches: int = 0

    def __add__(self, other: "_Done") -> "_Done":
        return _Done(self.distinct + other.distinct, self.matches + other.matches)


@dataclass(frozen=True, slots=True)
class _Day:
    """A run with its records in memory; ``ids`` are theirs, as texts, by position."""

    run: OpenRun
    ids: Sequence[str]
    index: DayIndex


class Matching:
    def __init__(self, house: House) -> None:
        self._house = house
        self._runs = MatchRuns(house)

    def due(self) -> int:
        """How many records wait."""
        return self._runs.waiting()

    def run(
        self, now: datetime, limit: int, shard: Shard = WHOLE, progress: Progress | None = None
    ) -> MatchReport:
        """Go on with runs that are not finished, then take at most ``limit`` waiting records into new ones."""
        records, distinct, matches, taken = 0, 0, 0, 0
        while True:
            run = self._unfinished(shard)
            if run is None:
                run = self._runs.begin(now, limit - taken) if taken < limit else None
                if run is None:
                    break
                taken += run.taken
            done = self._match(run, shard, progress or (lambda _done, _of: None))
            records, distinct, matches = (
                records + run.taken,
                max(distinct, done.distinct),
                matches + done.matches,
            )
        return MatchReport(records, self._active(now), distinct, matches, self._runs.waiting())

    def _unfinished(self, shard: Shard) -> OpenRun | None:
        """The oldest run that waits for this shard."""
        for run in self._runs.unfinished():
            if self._runs.buckets_left(run, shard):
                return run
            self._runs.finish(run, self._house.now())
        return None

    def _match(self, run: OpenRun, shard: Shard, progress: Progress) -> _Done:
        ids, records = self._runs.records(run)
        day = _Day(run, [str(record_id) for record_id in ids], DayIndex(records))
        del records
        buckets = self._runs.buckets_left(run, shard)
        # two that work on the same begin in different places, so as not to try the same queries all the time
        start = os.getpid() % max(1, len(buckets))
        total = _Done()
        for number, bucket in enumerate(buckets[start:] + buckets[:start], start=1):
            total += self._bucket(day, bucket)
            progress(number, len(buckets))
        self._runs.finish(run, self._house.now())
        return total

    def _bucket(self, day: _Day, bucket: int) -> _Done:
        """What was found in a bucket; nothing if it is done already."""
        with self._house.database.reading() as session:
            if session.get(MatchBucket, (day.run.id, bucket)) is not None:
                return _Done()
            done, rows = _try_queries(session, day, bucket)
        with self._house.database.writing() as session:
            key = {"run_id": day.run.id, "bucket": bucket}
            if not insert_missing(session, MatchBucket, [{**key, "done_at": self._house.now()}]):
                return _Done()
            _write(session, day.run, rows, self._house.now())
        return done

    def _active(self, now: datetime) -> int:
        with self._house.database.reading() as session:
            return session.scalar(_ACTIVE, {"started_at": now}) or 0


def _try_queries(session: Session, day: _Day, bucket: int) -> tuple[_Done, list[dict[str, object]]]:
    """Try the bucket's queries; the rows of those that found something."""
    rows: list[dict[str, object]] = []
    distinct = matches = 0
    wanted = {"of_bucket": bucket, "started_at": day.run.started_at}
    find, ids, run_id = day.index.bits, day.ids, day.run.id
    queries = session.connection().execute(_QUERIES, wanted)
    while some := queries.fetchmany(_AT_ONCE):
        some = [row for row in some if row[2]]
        distinct += len(some)
        for (query_id, _, shared_by), compiled in zip(
            some, compile_all([row[1] for row in some]), strict=True
        ):
            bits = find(compiled)
            if bits:
                found = [ids[place] for place in positions(bits)]
                matches += shared_by * len(found)
                records = f"[{','.join(found)}]"
                rows.append({"run_id": run_id, "query_id": query_id, "total": len(found), "records": records})
    return _Done(distinct, matches), rows


def _write(session: Session, run: OpenRun, rows: list[dict[str, object]], now: datetime) -> None:
    connection = session.connection()
    if connection.dialect.name == "sqlite":  # no query can go while we write
        upsert = sqlite.insert(_NEWS)
    else:
        upsert = postgresql.insert(_NEWS)
        there: set[int] = set()
        for start in range(0, len(rows), _AT_ONCE):
            some = [row["query_id"] for row in rows[start : start + _AT_ONCE]]
            there.update(connection.scalars(_STILL_THERE, {"some": some}))
        rows = [row for row in rows if row["query_id"] in there]
    if not rows:
        return
    after = connection.scalar(_LAST_MATCH)
    connection.execute(insert(_MATCH), rows)
    news = upsert.from_select(["alert_id", "match_id", "at"], _NEWS_OF_BUCKET).on_conflict_do_nothing()
    connection.execute(news, {"after": after, "of_run": run.id, "at": now, "started_at": run.started_at})
