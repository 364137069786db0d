"""What the sources have shown us of their catalogues: which records are new, and what they say while it matters.

Written in chunks by plain statements, for a first reading brings a whole catalogue. Each chunk is a short transaction
of its own; a call that was cut off in the middle is simply made again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from discovery_accounts.domain.new_record import BrokenRecord, NewRecord, can_be_id, from_line
from discovery_accounts.models import CatalogueRecord
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged

CONTENT_LASTS = timedelta(days=60)
"""A new record is kept so long to be listed and to try queries on; that it was seen is kept for good."""

_T = TypeVar("_T")
_AT_ONCE = 500

_TABLE = cast(Table, CatalogueRecord.__table__)

_KNOWN = select(_TABLE.c.id, _TABLE.c.record_id, _TABLE.c.content, _TABLE.c.new_at, _TABLE.c.gone_at).where(
    _TABLE.c.source == bindparam("of_source"),
    _TABLE.c.record_id.in_(bindparam("some", expanding=True)),
)
_CORRECT = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of_id"))
    .values(content=bindparam("new_content"), gone_at=None)
)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Of the records given, each counted once: ``new`` ones, ``known`` ones that were seen before, and ``old`` ones,
    seen for the first time though they are not new."""

    new: int = 0
    known: int = 0
    old: int = 0

    def __add__(self, other: "TakenIn") -> "TakenIn":
        return TakenIn(self.new + other.new, self.known + other.known, self.old + other.old)


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record as it stands in a list; ``new_at`` is when it counted as new."""

    id: int
    source: str
    record_id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    format: str | None
    new_at: datetime | None


def take_in(
    house: House,
    records: Sequence[NewRecord],
    now: datetime,
    *,
    baseline: bool = False,
    new_days: int | None = None,
) -> TakenIn:
    """Take in records that a source has shown.

    New is what was never seen before. With ``new_days`` a record that says when it was first indexed is new only
    if that is no more days ago. In a ``baseline``, the first reading of a source, nothing is new but what says
    so by such a day. A corrected record is never new again: its content is put in the place of what is still kept.
    Of a record given twice the last one counts.
    """
    sources: dict[str, dict[str, NewRecord]] = {}
    for record in records:
        sources.setdefault(record.source, {})[record.record_id] = record
    taken = TakenIn()
    for source, found in sources.items():
        # in one order everywhere: two writers never wait for each other
        for some in _chunks([found[record_id] for record_id in sorted(found)]):
            fresh = {one.record_id for one in some if _is_fresh(one, now, baseline, new_days)}
            with house.database.writing() as session:
                taken += _take_chunk(session, source, some, fresh, now)
    return taken


def mark_gone(house: House, source: str, record_ids: Iterable[str], now: datetime) -> int:
    """The catalogue has these no more: they are not shown, and what they said is erased. How many were known."""
    gone = 0
    for some in _chunks(sorted(filter(can_be_id, set(record_ids)))):
        with house.database.writing() as session:
            known = session.execute(_KNOWN, {"of_source": source, "some": some})
            ids = [row.id for row in known if row.gone_at is None]
            if ids:
                session.execute(
                    update(_TABLE).where(_TABLE.c.id.in_(ids)).values(gone_at=now, content=None),
                )
        gone += len(ids)
    return gone


def purge(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """Erase what records said that have been new for long enough; the rows stay."""
    over = (_TABLE.c.new_at < now - CONTENT_LASTS) & _TABLE.c.content.is_not(None)
    with house.database.writing() as session:
        found = session.scalar(select(func.count()).select_from(_TABLE).where(over)) or 0
        if found and not dry_run:
            some = select(_TABLE.c.id).where(over).limit(limit)
            session.execute(update(_TABLE).where(_TABLE.c.id.in_(some)).values(content=None))
    done = min(found, limit)
    return Purged(done, found - done)


def record_titles(session: Session, ids: Iterable[int]) -> Mapping[int, RecordLine]:
    """The records by their ids, without those that are gone or kept no more."""
    lines: dict[int, RecordLine] = {}
    columns = (_TABLE.c.id, _TABLE.c.new_at, _TABLE.c.content)
    for some in _chunks(sorted(set(ids))):
        kept = (_TABLE.c.id.in_(some), _TABLE.c.content.is_not(None), _TABLE.c.gone_at.is_(None))
        for row in session.execute(select(*columns).where(*kept)):
            try:
                lines[row.id] = _line(row.id, row.new_at, from_line(row.content))
            except BrokenRecord:  # written by another version of ours
                continue
    return lines


def _is_fresh(record: NewRecord, now: datetime, baseline: bool, new_days: int | None) -> bool:
    if record.first_indexed is None or new_days is None:
        return not baseline
    return record.first_indexed >= now - timedelta(days=new_days)


def _take_chunk(
    session: Session, source: str, some: list[NewRecord], fresh: set[str], now: datetime
) -> TakenIn:
    ids = [one.record_id for one in some]
    known = {row.record_id: row for row in session.execute(_KNOWN, {"of_source": source, "some": ids})}
    missing = [one for one in some if one.record_id not in known]
    corrected = []
    for one in some:
        row = known.get(one.record_id)
        if row is None or not _is_kept(row, now):
            continue
        content = one.to_json()
        if content != row.content:
            corrected.append({"of_id": row.id, "new_content": content})
    back = [row.id for row in known.values() if row.gone_at is not None]
    if back:
        session.execute(update(_TABLE).where(_TABLE.c.id.in_(back)).values(gone_at=None))
    if corrected:
        session.connection().execute(_CORRECT, corrected)
    if missing:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        rows = [_row(one, now, one.record_id in fresh) for one in missing]
        session.connection().execute(dialect.insert(_TABLE).on_conflict_do_nothing(), rows)
    new = sum(one.record_id in fresh for one in missing)
    return TakenIn(new, len(known), len(missing) - new)


def _is_kept(row: Any, now: datetime) -> bool:
    """Whether what the record says is still wanted: it is new, or was a while ago and came back."""
    if row.content is not None:
        return True
    return row.gone_at is not None and row.new_at is not None and row.new_at >= now - CONTENT_LASTS


def _row(record: NewRecord, now: datetime, is_new: bool) -> dict[str, Any]:
    return {
        "source": record.source,
        "record_id": record.record_id,
        "seen_at": now,
        "new_at": now if is_new else None,
        "content": record.to_json() if is_new else None,
    }


def _line(record_id: int, new_at: datetime | None, record: NewRecord) -> RecordLine:
    return RecordLine(
        id=record_id,
        source=record.source,
        record_id=record.record_id,
        title=record.title,
        authors=record.authors,
        year=record.year,
        format=record.format,
        new_at=new_at,
    )


def _chunks(given: list[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(given), _AT_ONCE):
        yield given[start : start + _AT_ONCE]
