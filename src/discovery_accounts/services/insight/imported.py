"""Counts that others counted, read from a file: a line each with ``date``, ``library``, ``kind``, ``count``.

The kinds ``loans-0``, ``loans-1-3``, ``loans-4-11``, ``loans-12+`` and those that begin with ``age-`` are numbers of
members, of which the latest day counts; all others are added up by month.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from discovery_accounts.models import ImportedCount
from discovery_accounts.services.house import House
from discovery_accounts.services.progress import Progress, untold

COLUMNS = ("date", "library", "kind", "count")
_KIND = re.compile(r"[a-z0-9][a-z0-9+_-]{0,63}")
_COUNT = re.compile(r"\d{1,12}")
_BATCH = 500


class UnreadableCounts(ValueError):
    """The file can't be read, or not to its end; why."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``broken`` are lines, the first is 1, with the reason; ``left`` is what the budget did not reach."""

    taken: int
    unchanged: int
    left: int
    broken: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    key: tuple[date, str, str] = field(default=(date.min, "", ""))
    count: int = 0
    fault: str | None = None


def import_counts(
    house: House, path: Path, limit: int, *, dry_run: bool = False, progress: Progress = untold
) -> ImportReport:
    """Take in a file. A count that is there already is left or, where it differs, replaced: the same file twice is
    as good as once. Raises ``UnreadableCounts``."""
    taken = unchanged = seen = left = read = 0
    broken: list[tuple[int, str]] = []
    libraries, last_day = frozenset(house.gateway.states()), house.now().date() + timedelta(days=1)
    for some in _batches(_lines(path, libraries, last_day)):
        sound = [line for line in some if line.fault is None]
        broken += [(line.number, line.fault) for line in some if line.fault is not None]
        within = sound[: max(0, limit - seen)]
        left += len(sound) - len(within)
        seen += len(within)
        new = _take(house, within, dry_run)
        taken += new
        unchanged += len(within) - new
        read += len(some)
        progress(read, None)
    return ImportReport(taken, unchanged, left, tuple(broken))


def _batches(lines: Iterator[_Line]) -> Iterator[Sequence[_Line]]:
    while some := tuple(islice(lines, _BATCH)):
        yield some


def _take(house: House, lines: Sequence[_Line], dry_run: bool) -> int:
    """How many are new or differ. A key that stands twice has the number of its last line."""
    wanted = {line.key: line.count for line in lines}
    if not wanted:
        return 0
    days, libraries, kinds = (tuple({key[place] for key in wanted}) for place in range(3))
    query = select(ImportedCount).where(
        ImportedCount.date.in_(days), ImportedCount.library.in_(libraries), ImportedCount.kind.in_(kinds)
    )
    with house.database.reading() if dry_run else house.database.writing() as session:
        there = {(row.date, row.library, row.kind): row for row in session.scalars(query)}
        changed = {
            key: number for key, number in wanted.items() if key not in there or there[key].count != number
        }
        for key, number in changed.items() if not dry_run else ():
            if key in there:
                there[key].count = number
            else:
                session.add(ImportedCount(date=key[0], library=key[1], kind=key[2], count=number))
    return len(changed)


def _lines(path: Path, libraries: frozenset[str], last_day: date) -> Iterator[_Line]:
    """``last_day``: a count of a later day is a mistyped one, and would stand for the latest until then."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            separator = ";" if ";" in head else ","
            names = tuple(name.strip().strip('"').casefold() for name in head.split(separator))
            if not set(COLUMNS) <= set(names):
                raise UnreadableCounts(f"the first line must name the columns {', '.join(COLUMNS)}")
            places = [names.index(name) for name in COLUMNS]
            reader = csv.reader(file, delimiter=separator)
            for row in reader:
                if row:
                    yield _read(reader.line_num + 1, row, places, libraries, last_day)
    except OSError as problem:
        raise UnreadableCounts(problem.strerror or "it is damaged") from None
    except UnicodeDecodeError:
        raise UnreadableCounts("it is not UTF-8 text; save it as CSV in UTF-8") from None
    except csv.Error:
        raise UnreadableCounts("it is not CSV") from None


def _read(
    number: int, row: list[str], places: Sequence[int], libraries: frozenset[str], last_day: date
) -> _Line:
    if len(row) <= max(places):
        return _Line(number, fault="too few columns")
    day, library, kind, count = (row[place].strip() for place in places)
    if library not in libraries:
        return _Line(number, fault="no such library in accounts.libraries")
    if not _KIND.fullmatch(kind):
        return _Line(number, fault="a kind has small letters, digits, +, - and _")
    if not _COUNT.fullmatch(count) or not count.isascii():
        return _Line(number, fault="the count is no whole number")
    try:
        read = date.fromisoformat(day)
    except ValueError:
        return _Line(number, fault="the date is none such as 2027-05-31")
    if read > last_day:
        return _Line(number, fault="the day is still to come")
    return _Line(number, (read, library, kind), int(count))
