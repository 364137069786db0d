"""Our own format: all that a favourites list holds. Described in ``docs/favourites.md``, which also says what its
version promises. ``import_json`` reads it."""

import json
from datetime import datetime
from typing import Any

from discovery_accounts.domain.favourites import write_ordering
from discovery_accounts.services.favourites.shapes import ItemRow, ListInfo

FORMAT = "discovery-accounts-favourites"
VERSION = 1


class JsonWriter:
    """One item a line. The last line is ``"complete": true}``: a file without it broke off."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._lists = 0
        self._items = 0

    def begin(self) -> str:
        head = _text({"format": FORMAT, "version": VERSION, "exported_at": moment(self._now)})
        return f'{head[:-1]},"lists":['

    def open_list(self, info: ListInfo) -> str:
        self._items = 0
        comma = "," if self._lists else ""
        self._lists += 1
        head = _text(
            {
                "name": info.name,
                "description": info.description,
                "public": info.public,
                "ordering": write_ordering(info.order, info.descending),
                "created_at": moment(info.created_at),
            }
        )
        return f'{comma}\n{head[:-1]},"items":['

    def item(self, row: ItemRow) -> str:
        comma = "," if self._items else ""
        self._items += 1
        return f"{comma}\n{_text(_item(row))}"

    def close_list(self) -> str:
        return "]}"

    def end(self) -> str:
        return '\n],"complete":true}\n'


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, as exact as it is kept."""
    return at.isoformat().replace("+00:00", "Z")


def _item(row: ItemRow) -> dict[str, Any]:
    return {
        "source": row.source,
        "record_id": row.record_id,
        "title": row.title,
        "author": row.author,
        "year": row.year,
        "format": row.format,
        "cover_url": row.cover_url,
        "note": row.note,
        "tags": list(row.tags),
        "position": row.position,
        "added_at": moment(row.added_at),
    }


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
