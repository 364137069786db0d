"""Files of records for one matching: JSON lines, plain or packed by gzip, and MARC. What can't be read is told of by
its number and passed over."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from discovery_accounts.domain.new_record import BrokenRecord, NewRecord, from_line
from discovery_accounts.sources.api import SourceFailed
from discovery_accounts.sources.files import to_records

LINES = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
MOST_LINE = 1024 * 1024
"""Bytes."""

Broken = Callable[[int, str], None]
"""Told the number of a line or record, from 1, and why it was passed over; never what it holds."""


class UnreadableFile(Exception):
    """The file can't be read, or not to its end. ``code`` as of ``SourceFailed``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_file(path: Path, source: str, broken: Broken) -> Iterator[NewRecord]:
    """The records of a file, by the ending of its name; ``source`` is theirs where they name none. Raises
    ``UnreadableFile``, at its end when there was something before."""
    if path.name.lower().endswith(LINES):
        yield from _lines(path, source, broken)
        return
    try:
        for number, entry in enumerate(to_records(path, source), start=1):
            if isinstance(entry, NewRecord):
                yield entry
            else:
                broken(number, "no record" if entry is None else "deleted in its catalogue")
    except SourceFailed as failed:
        raise UnreadableFile(failed.code) from None


def _lines(path: Path, source: str, broken: Broken) -> Iterator[NewRecord]:
    try:
        with _opened(path) as file:
            for number, line in enumerate(_bounded(file), start=1):
                if line is not None and not line.strip():
                    continue
                try:
                    yield from_line(_text(line), source)
                except BrokenRecord as problem:
                    broken(number, str(problem))
    except (OSError, EOFError, zlib.error):
        raise UnreadableFile("unreadable") from None


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.name.lower().endswith(".gz") else path.open("rb")


def _bounded(file: IO[bytes]) -> Iterator[bytes | None]:
    """The lines; ``None`` for one that is too long."""
    while line := file.readline(MOST_LINE + 1):
        if len(line) <= MOST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while (rest := file.readline(MOST_LINE)) and not rest.endswith(b"\n"):
            pass
        yield None


def _text(line: bytes | None) -> str:
    if line is None:
        raise BrokenRecord(f"longer than {MOST_LINE:,} bytes")
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BrokenRecord("not UTF-8") from None
