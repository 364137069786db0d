"""What a query would have found lately: tried on the new records of the last 30 days, read by itself.

The records are indexed in chunks, the newest first, and the chunks are kept for half an hour, one set for the whole
process. A look builds for a moment only: what is not indexed by then is left out and the answer is "at least so many",
so that no page waits, and the next look goes on from there.
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Row, select, tuple_

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.domain.alert_filters import FIELDS
from discovery_accounts.domain.new_record import BrokenRecord, NewRecord, from_line
from discovery_accounts.models import CatalogueRecord
from discovery_accounts.models.database import Database
from discovery_accounts.services.alerts.index import DayIndex
from discovery_accounts.services.alerts.normal_form import Compiled
from discovery_accounts.services.alerts.shapes import Preview

DAYS = 30
MOST_RECORDS = 30_000
"""The newest ones, some 5 kB of memory each; of more it is said that there are."""
MOST_TITLES = 10
PREVIEWS = RateLimit(60, 600)
"""How many looks one account may take."""
_CHUNK = 2000
_LASTS = timedelta(minutes=30)
_BUILDS_FOR = 1.0  # seconds a look may spend on indexing
_READS_FOR = 0.1  # seconds for values to choose from: some of the newest records are enough
_WAITS_FOR = 0.5  # seconds it waits for another look that does so


@dataclass(slots=True)
class _Chunk:
    index: DayIndex = field(repr=False)
    titles: tuple[str, ...] = field(repr=False)


@dataclass(slots=True)
class _Shelf:
    """What is indexed of the records as they were at ``begun_at``. ``place`` is the last one's time and id."""

    begun_at: datetime
    chunks: list[_Chunk] = field(default_factory=list)
    values: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in FIELDS})
    place: tuple[datetime, int] | None = None
    records: int = 0
    whole: bool = False


class RecentRecords:
    """The new records of the last days as they can be tried queries on. One a process, safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trying = threading.Lock()
        self._shelf: _Shelf | None = None

    def preview(self, database: Database, compiled: Compiled, now: datetime) -> Preview:
        shelf = self._ready(database, now, _BUILDS_FOR)
        count = 0
        newest: list[str] = []
        with self._trying:  # an index learns the stems of a language when it first meets it
            for chunk in tuple(shelf.chunks):
                found = chunk.index.match(compiled)
                count += len(found)
                newest += [chunk.titles[position] for position in found[: MOST_TITLES - len(newest)]]
        return Preview(count, DAYS, tuple(newest), at_least=not shelf.whole)

    def values(self, database: Database, now: datetime, most: int) -> Mapping[str, tuple[str, ...]]:
        """Of each filter, the values that records have, the most frequent first."""
        shelf = self._ready(database, now, _READS_FOR)
        return {
            name: tuple(value for value, _count in Counter(dict(counts)).most_common(most))
            for name, counts in shelf.values.items()
        }

    def _ready(self, database: Database, now: datetime, seconds: float) -> _Shelf:
        """The shelf, with as much on it as a moment allows."""
        if not self._lock.acquire(timeout=_WAITS_FOR):
            return self._shelf or _Shelf(now)  # somebody else builds: what there is now
        try:
            shelf = self._shelf
            if shelf is None or not timedelta(0) <= now - shelf.begun_at < _LASTS:
                shelf = self._shelf = _Shelf(now)
            ends = time.monotonic() + seconds
            while not shelf.whole and time.monotonic() < ends:
                _build(database, shelf)
                if shelf.records >= MOST_RECORDS:
                    break
            return shelf
        finally:
            self._lock.release()


def _build(database: Database, shelf: _Shelf) -> None:
    """One more chunk."""
    rows = _rows(database, shelf)
    shelf.whole = len(rows) < _CHUNK
    if not rows:
        return
    records = [record for row in rows if (record := _record(row.content)) is not None]
    shelf.chunks.append(_Chunk(DayIndex(records), tuple(one.title for one in records)))
    for record in records:
        for name, counts in shelf.values.items():
            value = getattr(record, name)
            counts.update([value] if isinstance(value, str) else value or ())
    shelf.place = (rows[-1].new_at, rows[-1].id)
    shelf.records += len(rows)


def _rows(database: Database, shelf: _Shelf) -> Sequence[Row[int, datetime | None, str | None]]:
    place = (CatalogueRecord.new_at, CatalogueRecord.id)
    query = (
        select(CatalogueRecord.id, CatalogueRecord.new_at, CatalogueRecord.content)
        .where(
            CatalogueRecord.new_at > shelf.begun_at - timedelta(DAYS),
            CatalogueRecord.content.is_not(None),
            CatalogueRecord.gone_at.is_(None),
        )
        .order_by(CatalogueRecord.new_at.desc(), CatalogueRecord.id.desc())
        .limit(_CHUNK)
    )
    if shelf.place is not None:
        query = query.where(tuple_(*place) < tuple_(*shelf.place))
    with database.reading() as session:
        return session.execute(query).all()


def _record(content: str) -> NewRecord | None:
    try:
        return from_line(content)
    except BrokenRecord:  # written by another version of ours
        return None
