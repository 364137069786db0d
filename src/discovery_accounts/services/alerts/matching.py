"""All alerts against the new records: each different query is tried once, whoever shares it is told by one statement.

The queries fall into buckets. What the queries of a few buckets found, the news of it for the alerts, and that these
buckets are done are written in one short transaction: a run that is killed goes on where it was, and of two that do
the same bucket at once one gives way.
"""

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, cast

from sqlalchemy import Connection, Integer, Table, Text, bindparam, func, insert, literal, select
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from discovery_accounts.models import Alert, AlertNews, AlertQuery, MatchBucket, QueryMatch
from discovery_accounts.services.alerts.index import DayIndex, positions
from discovery_accounts.services.alerts.match_runs import MatchRuns, OpenRun, Shard
from discovery_accounts.services.alerts.normal_form import IN_A_BUCKET, compile_all, ids_of_bucket
from discovery_accounts.services.house import House
from discovery_accounts.services.progress import Progress, untold

WHOLE: Shard = (0, 1)
"""Told after each bucket how many of how many of the run are done."""
Found: TypeAlias = tuple[int, int, str]
"""A query, how many records it found, and their ids as JSON."""

_ALERT, _NEWS, _MATCH, _QUERY, _BUCKET = (
    cast(Table, model.__table__) for model in (Alert, AlertNews, QueryMatch, AlertQuery, MatchBucket)
)
_IN_TIME = _ALERT.c.since <= bindparam("started_at", type_=_ALERT.c.since.type)
"""Of what came before an alert began nothing is told."""
_SOME = (
    select(_QUERY.c.id, _QUERY.c.written)
    .where(_QUERY.c.id >= bindparam("first"), _QUERY.c.id < bindparam("end"))
    .order_by(_QUERY.c.id)
    .limit(bindparam("most", type_=Integer))
    .subquery()
)
_ONE = literal("[").concat(as_type(_SOME.c.id, Text)).concat(",").concat(_SOME.c.written).concat("]")
_QUERIES = select(func.aggregate_strings(_ONE, ","), func.max(_SOME.c.id))
"""Many queries as one text: a row for each would take longer than trying it."""
_STILL_THERE = (
    select(_QUERY.c.id)
    .where(_QUERY.c.id.in_(bindparam("some", expanding=True)))
    .with_for_update(read=True, key_share=True)
)
_INSERT = insert(_MATCH)
_LAST_MATCH = select(func.coalesce(func.max(_MATCH.c.id), 0))
_NEWS_OF_BUCKETS = (
    select(_ALERT.c.id, _MATCH.c.id, bindparam("at", type_=_NEWS.c.at.type))
    .join_from(_MATCH, _ALERT, _ALERT.c.query_id == _MATCH.c.query_id)
    .where(_MATCH.c.id > bindparam("after"), _MATCH.c.run_id == bindparam("of_run"), _IN_TIME)
    .order_by(_ALERT.c.id)
    .with_for_update(read=True, key_share=True, of=_ALERT)
)
_PAIRS = (
    select(func.coalesce(func.sum(_MATCH.c.total), 0))
    .join_from(_MATCH, _NEWS, _NEWS.c.match_id == _MATCH.c.id)
    .where(
        _MATCH.c.id > bindparam("after"),
        _MATCH.c.run_id == bindparam("of_run"),
        (_MATCH.c.query_id // IN_A_BUCKET).in_(bindparam("of_buckets", expanding=True)),
    )
)
_ACTIVE = select(func.count(), func.count(_ALERT.c.query_id.distinct())).where(
    _IN_TIME, _ALERT.c.by_email | _ALERT.c.by_feed
)
_READ_AT_ONCE, _WRITTEN_AT_ONCE = 5000, 1000
_ENOUGH = 40_000
"""Queries that found something, for one transaction. News lie beside other news of their alert, that is, all over the
table: many at once touch each of its pages once."""


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
        self, now: datetime, limit: int, shard: Shard = WHOLE, progress: Progress = untold
    ) -> MatchReport:
        """Go on with runs that are not finished, then take at most ``limit`` waiting records into new ones."""
        records, matches, taken = 0, 0, 0
        while True:
            run = self._unfinished(shard)
            if run is None:
                run = self._runs.begin(now, limit - taken) if taken < limit else None
                if run is None:
                    break
                taken += run.taken
            with _collector_paused():
                matches += self._match(run, shard, progress)
            records += run.taken
        with self._house.database.reading() as session:
            alerts, distinct = session.execute(_ACTIVE, {"started_at": now}).one()
        return MatchReport(records, alerts, distinct, matches, self._runs.waiting())

    def _unfinished(self, shard: Shard) -> OpenRun | None:
        """The oldest run that waits for this shard."""
        for run in self._runs.unfinished():
            if self._runs.buckets_left(run, shard):
                return run
            self._runs.finish(run, self._house.now())
        return None

    def _match(self, run: OpenRun, shard: Shard, progress: Progress) -> int:
        """How many pairs of an alert and a record were found."""
        ids, records = self._runs.records(run)
        day = _Day(run, [str(record_id) for record_id in ids], DayIndex(records))
        del records
        buckets = self._runs.buckets_left(run, shard)
        # two that work on the same run begin in different places, so as not to try the same queries all the time
        start = os.getpid() % max(1, len(buckets))
        matches = 0
        tried: dict[int, list[Found]] = {}
        for number, bucket in enumerate(buckets[start:] + buckets[:start], start=1):
            with self._house.database.reading() as session:
                if session.get(MatchBucket, (run.id, bucket)) is None:
                    tried[bucket] = _try_queries(session, day, bucket)
            if number == len(buckets) or sum(map(len, tried.values())) >= _ENOUGH:
                matches += self._write(run, tried)
                tried.clear()
            progress(number, len(buckets))
        self._runs.finish(run, self._house.now())
        return matches

    def _write(self, run: OpenRun, tried: Mapping[int, list[Found]]) -> int:
        """Write what was found in these buckets, except in those that somebody else was quicker with."""
        now = self._house.now()
        with self._house.database.writing_in_bulk() as session:
            mine = [bucket for bucket in sorted(tried) if _claim(session, run, bucket, now)]
            rows = [row for bucket in mine for row in tried[bucket]]
            return _write_rows(session.connection(), run, mine, rows, now) if rows else 0


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Hundreds of thousands of lists come and go, none of them in a circle: looking for some each time is in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _claim(session: Session, run: OpenRun, bucket: int, now: datetime) -> bool:
    """Whether the bucket is ours to write: another that is about to write it is waited for."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    claimed = dialect.insert(_BUCKET).values(run_id=run.id, bucket=bucket, done_at=now)
    return session.scalar(claimed.on_conflict_do_nothing().returning(_BUCKET.c.bucket)) is not None


def _try_queries(session: Session, day: _Day, bucket: int) -> list[Found]:
    """Try the bucket's queries: those that found something."""
    rows: list[Found] = []
    find, ids = day.index.bits, day.ids
    of_bucket = ids_of_bucket(bucket)
    first = of_bucket.start
    while True:
        part = {"first": first, "end": of_bucket.stop, "most": _READ_AT_ONCE}
        joined, last = session.connection().execute(_QUERIES, part).one()
        if joined is None:
            return rows
        for query_id, parts in compile_all(joined):
            bits = find(parts)
            if bits:
                found = [ids[place] for place in positions(bits)]
                rows.append((query_id, len(found), f"[{','.join(found)}]"))
        first = last + 1


def _write_rows(
    connection: Connection, run: OpenRun, buckets: Sequence[int], rows: Sequence[Found], now: datetime
) -> int:
    """Matches, and the news of them for the alerts; how many pairs these are."""
    after = connection.scalar(_LAST_MATCH)
    for start in range(0, len(rows), _WRITTEN_AT_ONCE):
        some = rows[start : start + _WRITTEN_AT_ONCE]
        there = set(connection.scalars(_STILL_THERE, {"some": [row[0] for row in some]}))
        if there:
            connection.execute(_INSERT, [_match_row(run, *row) for row in some if row[0] in there])
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    told = dialect.insert(_NEWS).from_select(["alert_id", "match_id", "at"], _NEWS_OF_BUCKETS)
    batch = {"after": after, "of_run": run.id}
    connection.execute(told.on_conflict_do_nothing(), {**batch, "at": now, "started_at": run.started_at})
    return connection.scalar(_PAIRS, {**batch, "of_buckets": list(buckets)}) or 0


def _match_row(run: OpenRun, query_id: int, total: int, records: str) -> dict[str, int | str]:
    return {"run_id": run.id, "query_id": query_id, "total": total, "records": records}
