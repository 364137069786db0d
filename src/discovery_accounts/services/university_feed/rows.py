"""Feeds as rows with their numbers, whatever is wrong with some of them: CSV and JSON lines, also packed by gzip.

Every line stands for itself, in CSV too: a quotation mark that is never closed breaks its own line alone.
"""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from discovery_accounts.domain.feed_person import KNOWN, BrokenRow, FeedPerson, Who, read_person

MOST_LINE = 64 * 1024
"""Bytes."""
MOST_LINES = 5_000_000
"""Of a file, blank ones too: more than any university has people, and no small packed file keeps us busy for ever."""
_SEPARATORS = (",", ";", "\t")


class UnreadableFeed(Exception):
    """The feed can't be read, or not to its end; its text says why, without what it holds."""


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` is the line's, from 1. Either a ``person``, or why the row is ``broken`` and whom it names if it can
    be told."""

    number: int
    person: FeedPerson | None = field(default=None, repr=False)
    broken: str | None = None
    who: Who | None = None


Feed = Callable[[], Iterator[Row]]
"""A feed that can be read twice: to see what would end, and to do it."""


def file_feed(path: Path) -> Feed:
    """By the ending of its name: ``.csv`` is CSV, ``.jsonl``, ``.ndjson`` and ``.json`` JSON lines. Reading raises
    ``UnreadableFeed``, at the end of what could be read."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".jsonl", ".ndjson", ".json")):
        return lambda: _from_json(path)
    if name.endswith(".csv"):
        return lambda: _from_csv(path)
    raise UnreadableFeed(
        "no login with a directory has this name, and a file's must end with .csv, .jsonl, .ndjson or .json, "
        "and maybe .gz"
    )


def unknown_columns(path: Path) -> tuple[str, ...]:
    """Columns of a CSV file that are passed over."""
    if not path.name.lower().removesuffix(".gz").endswith(".csv"):
        return ()
    for _number, line in islice(_lines(path), 1):
        names, _separator = _header(line)
        return tuple(name for name in names if name not in KNOWN)
    return ()


def _from_json(path: Path) -> Iterator[Row]:
    for number, line in _lines(path):
        yield _row(number, lambda line=line: _object(line))  # type: ignore[misc]


def _object(line: str | None) -> Mapping[str, Any]:
    text = _whole(line)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BrokenRow("not JSON") from None
    if not isinstance(found, dict):
        raise BrokenRow("must be a JSON object")
    return found


def _from_csv(path: Path) -> Iterator[Row]:
    lines = _lines(path)
    _number, first = next(lines, (0, None))
    names, separator = _header(first)
    for number, line in lines:
        yield _row(number, lambda line=line: _cells(line, names, separator))  # type: ignore[misc]


def _header(line: str | None) -> tuple[Sequence[str], str]:
    if line is None:
        raise UnreadableFeed("it has no line that names the columns")
    for separator in _SEPARATORS:
        try:
            names = [name.strip().lower() for name in next(csv.reader([line], delimiter=separator))]
        except (csv.Error, StopIteration):
            continue
        if "subject" in names:
            if len(set(names)) < len(names):
                raise UnreadableFeed("two columns have the same name")
            return names, separator
    raise UnreadableFeed("its first line must name the columns; one is `subject`")


def _cells(line: str | None, names: Sequence[str], separator: str) -> Mapping[str, str]:
    text = _whole(line)
    try:
        cells = next(csv.reader([text], delimiter=separator, strict=True), [])
    except csv.Error:
        raise BrokenRow("not CSV: a quotation mark is wrong") from None
    if len(cells) != len(names):
        raise BrokenRow(f"{len(cells)} columns, not {len(names)}")
    return dict(zip(names, cells, strict=True))


def _whole(line: str | None) -> str:
    if line is None:
        raise BrokenRow(f"not UTF-8, or longer than {MOST_LINE:,} bytes")
    return line


def _row(number: int, read: Callable[[], Mapping[str, Any]]) -> Row:
    try:
        return Row(number, read_person(read()))
    except BrokenRow as broken:
        return Row(number, broken=str(broken), who=broken.who)


def _lines(path: Path) -> Iterator[tuple[int, str | None]]:
    """Lines that hold something, with their numbers; ``None`` for one that is no text."""
    try:
        with _opened(path) as file:
            number = 0
            while line := file.readline(MOST_LINE + 1):
                number += 1
                if number > MOST_LINES:
                    raise UnreadableFeed(f"it has more than {MOST_LINES:,} lines")
                whole = len(line) <= MOST_LINE
                while not whole and not line.endswith(b"\n") and (line := file.readline(MOST_LINE)):
                    pass
                if not whole or line.strip():
                    yield number, _decoded(line) if whole else None
    except (OSError, EOFError, zlib.error) as problem:
        why = problem.strerror if isinstance(problem, OSError) else None
        raise UnreadableFeed(f"it can't be read, or not to its end: {why or 'it is damaged'}") from None


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.name.lower().endswith(".gz") else path.open("rb")


def _decoded(line: bytes) -> str | None:
    try:
        text = line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
