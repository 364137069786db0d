"""CSV (RFC 4180) for spreadsheets: UTF-8 with a mark at its beginning, by which they know it, and safe to open
(checklist W8): no cell of it is a formula to any of them, with whichever separator they open it."""

import csv
import io
import re
from collections.abc import Iterator

from discovery_accounts.domain.favourites import write_ordering
from discovery_accounts.domain.new_record import read_year
from discovery_accounts.services.favourites.export_json import moment
from discovery_accounts.services.favourites.import_shapes import (
    Broken,
    BrokenFile,
    Reading,
    ReadItem,
    ReadList,
)
from discovery_accounts.services.favourites.shapes import ItemRow, ListInfo

COLUMNS = (
    "list_number",
    "list",
    "list_description",
    "list_public",
    "list_ordering",
    "source",
    "record_id",
    "title",
    "author",
    "year",
    "format",
    "cover_url",
    "note",
    "tags",
    "added_at",
)
SEPARATORS = (",", ";", "\t")
MARK = "\ufeff"
YES, NO = "yes", "no"

_COUNTS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_BEGINS = re.compile(rf"['\s]*[{_COUNTS}\t\r\n]")
# what another separator, or a line's end, would make the beginning of a cell; the look behind keeps it to one try a run
_RUN = r"""(?<![,;|\s"'])([,;|\s"']+)"""
_INSIDE = re.compile(rf"{_RUN}(?=[{_COUNTS}])")
_SEPARATES = re.compile(r"[,;|\t\r\n\v\f]")


def make_safe(text: str) -> str:
    """No formula, whatever the text begins with, and whatever a program takes for its beginning: an apostrophe
    goes before it. ``as_it_was`` takes it back, and leaves those that were there."""
    text = _INSIDE.sub(lambda run: run[1] + "'" * bool(_SEPARATES.search(run[1])), text)
    return f"'{text}" if _BEGINS.match(text) else text


def as_it_was(text: str) -> str:
    if text.startswith("'") and _BEGINS.match(text, 1):
        text = text[1:]
    return _INSIDE.sub(lambda run: run[1].removesuffix("'") if _SEPARATES.search(run[1]) else run[1], text)


class CsvWriter:
    """``separator`` is what spreadsheets of the reader's language expect. A list without items is one row without
    a record."""

    def __init__(self, separator: str = ",") -> None:
        self._line = io.StringIO()
        self._csv = csv.writer(self._line, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        self._list: tuple[str, ...] = ()
        self._number = 0
        self._items = 0

    def begin(self) -> str:
        return MARK + self._row(COLUMNS)

    def open_list(self, info: ListInfo) -> str:
        self._number += 1
        self._items = 0
        ordering = write_ordering(info.order, info.descending)
        public = YES if info.public else NO
        self._list = (str(self._number), info.name, info.description, public, ordering)
        return ""

    def item(self, row: ItemRow) -> str:
        self._items += 1
        year = str(row.year) if row.year is not None else ""
        return self._row(
            (
                *self._list,
                row.source,
                row.record_id,
                row.title,
                row.author or "",
                year,
                row.format or "",
                row.cover_url or "",
                row.note,
                "\n".join(row.tags),
                moment(row.added_at),
            )
        )

    def close_list(self) -> str:
        return "" if self._items else self._row((*self._list, *[""] * (len(COLUMNS) - len(self._list))))

    def end(self) -> str:
        return ""

    def _row(self, cells: tuple[str, ...]) -> str:
        self._csv.writerow([make_safe(cell) for cell in cells])
        text = self._line.getvalue()
        self._line.seek(0)
        self._line.truncate()
        return text


def read_csv(text: str) -> Reading:
    """A file of ours, also after a spreadsheet has saved it with other separators or left columns out. Raises
    ``BrokenFile`` where there is no heading with a ``title`` or a ``record_id``."""
    rows = _rows(text)
    heading = next(rows, None)
    names = [cell.strip().lower() for cell in heading] if heading else []
    if not {"title", "record_id"} & set(names):
        raise BrokenFile("no_heading")
    told: str | None = None
    for number, row in enumerate(rows, start=2):
        if row is None:
            yield Broken(number, "not_readable")
        elif any(cell.strip() for cell in row):
            cells = {name: as_it_was(cell) for name, cell in zip(names, row, strict=False)}
            key = f"{cells.get('list_number', '')}\n{cells.get('list', '')}"
            if cells.get("list") and key != told:
                told = key
                yield _list(key, cells)
            if any(cells.get(name) for name in ("record_id", "title")):
                yield _item(number, cells)
            elif not cells.get("list"):
                yield Broken(number, "no_title")


def _rows(text: str) -> Iterator[list[str] | None]:
    """``None`` for a row that is too long for a spreadsheet's cell."""
    text = text.removeprefix(MARK)
    first = text[:2000].partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None


def _list(key: str, cells: dict[str, str]) -> ReadList:
    return ReadList(
        key,
        cells["list"],
        description=cells.get("list_description", ""),
        public=cells.get("list_public", "").strip().lower() == YES,
        ordering=cells.get("list_ordering", "").strip() or "manual",
    )


def _item(number: int, cells: dict[str, str]) -> ReadItem:
    return ReadItem(
        number,
        title=cells.get("title") or None,
        source=cells.get("source") or None,
        record_id=cells.get("record_id") or None,
        author=cells.get("author") or None,
        year=read_year(cells.get("year", "")),
        format=cells.get("format") or None,
        cover_url=cells.get("cover_url") or None,
        note=cells.get("note", ""),
        tags=tuple(cells.get("tags", "").splitlines()),
        added_at=cells.get("added_at") or None,
    )
