"""RIS, which every reference manager reads: one reference after another, a tag and a value on each line."""

import re
from collections.abc import Iterator
from typing import Any

import rispy

from discovery_accounts.domain.new_record import clean_text, read_year
from discovery_accounts.services.favourites.export_shapes import AddressOf, no_address
from discovery_accounts.services.favourites.export_types import ris_type
from discovery_accounts.services.favourites.import_shapes import Broken, Reading, ReadItem
from discovery_accounts.services.favourites.shapes import ItemRow, ListInfo

BETWEEN_AUTHORS = "; "
MOST_LINES, MOST_CHARACTERS = 2000, 200_000
"""Of one reference: rispy joins lines in a time that grows with the square of them."""

_START = re.compile(r"TY  ?-")
_END = re.compile(r"ER  ?-")


class _Lines(rispy.RisWriter):  # type: ignore[misc]  # rispy has no types
    """Without the numbers that rispy puts above references, which not every program takes."""

    def set_header(self, _count: int) -> str:
        return ""


class RisWriter:
    """Lists are not told in RIS: references stand one after another. Lines end as the format asks, by CR and LF."""

    def __init__(self, address_of: AddressOf = no_address) -> None:
        self._address_of = address_of
        self._writer = _Lines()

    def begin(self) -> str:
        return ""

    def open_list(self, _info: ListInfo) -> str:
        return ""

    def item(self, row: ItemRow) -> str:
        text = self._writer.formats([self._reference(row)])
        return str(text).replace("\n", "\r\n") + "\r\n"

    def close_list(self) -> str:
        return ""

    def end(self) -> str:
        return ""

    def _reference(self, row: ItemRow) -> dict[str, Any]:
        told: dict[str, Any] = {
            "type_of_reference": ris_type(row.format),
            "title": _line(row.title),
            "authors": [_line(one) for one in (row.author or "").split(BETWEEN_AUTHORS) if one],
            "year": str(row.year) if row.year else "",
            "type_of_work": _line(row.format or ""),
            "keywords": [_line(tag) for tag in row.tags],
            "notes": [_line(line) for line in row.note.split("\n")] if row.note else [],
            "urls": [_line(self._address_of(row) or "")],
            "name_of_database": _line(row.source),
            "accession_number": _line(row.record_id),
        }
        return {name: value for name, value in told.items() if value and value != [""]}


def read_ris(text: str) -> Reading:
    """Items as they come; ``record_id`` only where the file names a database, too, as ours do."""
    parser = rispy.RisParser()
    for number, lines in enumerate(_references(text), start=1):
        if lines is None:
            yield Broken(number, "too_long")
            continue
        try:
            [reference] = parser.parse_lines(iter(lines))
        except (ValueError, LookupError, TypeError, AttributeError):
            yield Broken(number, "not_readable")
            continue
        yield _item(number, reference)


def _item(number: int, told: dict[str, Any]) -> ReadItem:
    source, record_id = _first(told, "name_of_database"), _first(told, "accession_number")
    ours = bool(source and record_id)
    return ReadItem(
        number,
        title=_first(told, "title", "primary_title", "short_title", "translated_title"),
        source=source if ours else None,
        record_id=record_id if ours else None,
        author=BETWEEN_AUTHORS.join(_all(told, "authors") or _all(told, "first_authors")) or None,
        year=read_year(_first(told, "year", "publication_year", "date")),
        format=_first(told, "type_of_work") or _named(told.get("type_of_reference")),
        note="\n".join(_all(told, "notes")),
        tags=tuple(_all(told, "keywords")),
    )


def _named(type_: Any) -> str | None:
    """The words for a ``TY``; none for the one that says nothing."""
    known: dict[str, str] = rispy.TYPE_OF_REFERENCE_MAPPING
    return known.get(str(type_).strip()) if str(type_).strip() != "GEN" else None


def _references(text: str) -> Iterator[list[str] | None]:
    """The lines of each reference; ``None`` for one that is too long. Lines outside of references are a reference
    without a beginning, which can't be read."""
    lines: list[str] = []
    size = 0
    for line in text.splitlines():
        if not lines and not line.strip():
            continue
        if lines and _START.match(line):
            yield _closed(lines, size)
            lines, size = [], 0
        size += len(line)
        if len(lines) < MOST_LINES and size <= MOST_CHARACTERS:
            lines.append(line.lstrip("\ufeff") if not lines else line)
        if _END.match(line):
            yield _closed(lines, size)
            lines, size = [], 0
    if lines:
        yield _closed(lines, size)


def _closed(lines: list[str], size: int) -> list[str] | None:
    if len(lines) >= MOST_LINES or size > MOST_CHARACTERS:
        return None
    return lines if _END.match(lines[-1]) else [*lines, "ER  - "]


def _first(told: dict[str, Any], *names: str) -> str | None:
    return next((one for name in names for one in _all(told, name)), None)


def _all(told: dict[str, Any], name: str) -> list[str]:
    value = told.get(name)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str) and one.strip()]


def _line(text: str) -> str:
    return clean_text(text)
