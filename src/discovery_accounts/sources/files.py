"""Files of records: MARC in the exchange format, MARCXML, JSON lines, and archives of these.

Everything is streamed, for a published catalogue is large; what is broken is counted and left out.
"""

import gzip
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from lxml import etree
from pymarc import Record

from discovery_accounts.domain.new_record import MOST_ID, BrokenRecord, NewRecord, from_line
from discovery_accounts.sources import marc
from discovery_accounts.sources.api import SourceFailed
from discovery_accounts.sources.documents import refuse_dtd
from discovery_accounts.sources.marc_options import MarcOptions

MOST_UNPACKED = 20 * 1024**3
"""Bytes of one file, unpacked."""
_MOST_LINE = 1024 * 1024
_MOST_MARC = 100_000  # bytes of a record: five digits count them
_CHUNK = 256 * 1024
_END = b"\x1d"

_MARC = (".mrc", ".marc")
_XML = (".xml",)
_LINES = (".jsonl", ".ndjson")
_TAR = (".tar", ".tar.gz", ".tgz")
ENDINGS = (*_MARC, *_XML, *_LINES, *_TAR, *(f"{end}.gz" for end in (*_MARC, *_XML, *_LINES)))

Entry = NewRecord | str | None
"""A record; the id of one that the catalogue has no more; ``None`` for what is broken."""


def to_records(path: Path, source: str, options: MarcOptions | None = None) -> Iterator[Entry]:
    """The records of a file by the ending of its name (``ENDINGS``), in their order.

    Raises ``SourceFailed`` where the file can't be read, or not to its end: ``no_such_format``, ``unreadable``,
    ``not_xml``, ``dtd_refused``, ``too_large``.
    """
    name = path.name.lower()
    try:
        with path.open("rb") as file:
            if name.endswith(_TAR):
                yield from _of_archive(file, source, options or MarcOptions())
            else:
                yield from _of_stream(name, file, source, options or MarcOptions())
    except (OSError, EOFError, zlib.error, tarfile.TarError):
        raise SourceFailed("unreadable") from None
    except etree.XMLSyntaxError:
        raise SourceFailed("not_xml") from None


def _of_archive(file: BinaryIO, source: str, options: MarcOptions) -> Iterator[Entry]:
    """Of an archive what has a known ending, in its order; nothing is written anywhere."""
    bounded = _Bounded(file, MOST_UNPACKED)
    with tarfile.open(fileobj=cast("IO[bytes]", bounded), mode="r|*") as archive:
        unpacked = 0
        for member in archive:
            name = PurePosixPath(member.name).name.lower()
            unpacked += member.size
            if unpacked > MOST_UNPACKED:
                raise SourceFailed("too_large")
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None and name.endswith((*_MARC, *_XML, *_LINES)):
                yield from _of_stream(name, cast(BinaryIO, content), source, options)


def _of_stream(name: str, file: BinaryIO, source: str, options: MarcOptions) -> Iterator[Entry]:
    if name.endswith(".gz"):
        name, file = name.removesuffix(".gz"), cast(BinaryIO, gzip.GzipFile(fileobj=file))
    bounded = _Bounded(file, MOST_UNPACKED)
    if name.endswith(_LINES):
        yield from _of_lines(bounded, source)
    elif name.endswith(_XML):
        yield from _of_xml(bounded, source, options)
    elif name.endswith(_MARC):
        yield from _of_marc(bounded, source, options)
    else:
        raise SourceFailed("no_such_format")


class _Bounded(io.RawIOBase):
    """A stream that ends badly after so many bytes."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file = file
        self._left = most

    def read(self, size: int = -1) -> bytes:
        some = self._file.read(_CHUNK if size is None or size < 0 else size)
        self._left -= len(some)
        if self._left < 0:
            raise SourceFailed("too_large")
        return some


def _pieces(file: _Bounded, end: bytes, most: int) -> Iterator[bytes | None]:
    """What stands before each ``end`` and after the last; ``None`` in the place of what is longer than ``most``."""
    kept = b""
    too_long = False
    while some := file.read(_CHUNK):
        *whole, kept = (kept + some).split(end)
        for piece in whole:
            yield None if too_long or len(piece) > most else piece
            too_long = False
        if len(kept) > most:
            kept, too_long = b"", True
    if too_long or kept.strip():
        yield None if too_long else kept


def _of_lines(file: _Bounded, source: str) -> Iterator[Entry]:
    for line in _pieces(file, b"\n", _MOST_LINE):
        if line is not None and not line.strip():
            continue
        try:
            yield _line((line or b"").decode("utf-8-sig"), source)
        except (BrokenRecord, UnicodeDecodeError):
            yield None


def _line(line: str, source: str) -> NewRecord | str:
    if '"deleted"' in line and (gone := _deleted(line)):
        return gone
    record = from_line(line, source)
    if record.source != source:  # a source speaks for itself only
        raise BrokenRecord("of another source")
    return record


def _deleted(line: str) -> str | None:
    """The id of a record that is gone: ``{"record_id": "4711", "deleted": true}``."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("deleted") is not True:
        return None
    own = told.get("record_id")
    return str(own)[:MOST_ID] if isinstance(own, str | int) else None


def _of_marc(file: _Bounded, source: str, options: MarcOptions) -> Iterator[Entry]:
    for piece in _pieces(file, _END, _MOST_MARC):
        if piece is not None and not piece.strip():
            continue
        try:
            # line breaks between records are none of theirs
            yield _marc(marc.from_chunk((piece or b"").lstrip(b"\r\n") + _END), source, options)
        except BrokenRecord:
            yield None


def _of_xml(file: _Bounded, source: str, options: MarcOptions) -> Iterator[Entry]:
    walk = etree.iterparse(
        cast("IO[bytes]", file),
        events=("start", "end"),
        tag=("{*}record",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
    )
    depth = 0
    for event, element in walk:
        if event == "start":
            if not depth:
                refuse_dtd(element)
            depth += 1
            continue
        depth -= 1
        if depth:  # within another record
            continue
        try:
            yield _marc(marc.from_element(element), source, options)
        except BrokenRecord:
            yield None
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _marc(record: Record, source: str, options: MarcOptions) -> NewRecord | str:
    own = marc.control_number(record)
    if marc.is_deleted(record) and own:
        return options.id_prefix + own
    return marc.to_record(record, source, own, options)
