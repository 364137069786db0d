"""JSON files of favourites: ours, and those that Finna gives. Described in ``docs/favourites.md``."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from discovery_accounts.domain.new_record import read_year
from discovery_accounts.services.favourites.export_json import FORMAT, VERSION
from discovery_accounts.services.favourites.import_shapes import (
    Broken,
    BrokenFile,
    LeftOut,
    Reading,
    ReadItem,
    ReadList,
)

MOST_VALUES = 4_000_000
"""Of a file: a value takes the memory of many characters, and the most that 20 MB can hold would take gigabytes."""

_TAG = re.compile(r'"([^"]*)"|(\S+)')


def read_json(text: str) -> Reading:
    """Raises ``BrokenFile`` before anything is given: ``not_json`` also for a file that broke off, ``too_deep``,
    ``too_many_values``, ``newer_version``, ``unknown_format``."""
    told = _parsed(text)
    if not isinstance(told, Mapping) or not isinstance(told.get("lists"), list):
        raise BrokenFile("unknown_format")
    ours = told.get("format") == FORMAT
    if ours:
        _check_version(told.get("version"))
    return _read(told, _our_list if ours else _finnas_list)


def _parsed(text: str) -> Any:
    if sum(map(text.count, "[{,")) > MOST_VALUES:
        raise BrokenFile("too_many_values")
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
    except RecursionError:
        raise BrokenFile("too_deep") from None
    except ValueError:
        raise BrokenFile("not_json") from None


def _no_constant(_name: str) -> None:
    raise ValueError  # NaN and Infinity are no JSON


def _check_version(version: Any) -> None:
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise BrokenFile("unknown_format")
    if version > VERSION:
        raise BrokenFile("newer_version")


def _read(told: Mapping[str, Any], list_of: Any) -> Reading:
    number = 0
    for index, given in enumerate(told["lists"], start=1):
        head, items = list_of(str(index), given)
        if head is None:
            number += 1
            yield Broken(number, "not_readable")
            continue
        yield head
        for item in items:
            number += 1
            yield _numbered(number, item)
    searches = told.get("searches")
    if isinstance(searches, list) and searches:
        yield LeftOut("searches", len(searches))


def _our_list(key: str, given: Any) -> tuple[ReadList | None, Iterator[dict[str, Any] | None]]:
    items = given.get("items", []) if isinstance(given, Mapping) else None
    if not isinstance(items, list):
        return None, iter(())
    head = ReadList(
        key,
        _text(given.get("name")) or "",
        _text(given.get("description")) or "",
        given.get("public") is True,
        _text(given.get("ordering")) or "manual",
    )
    return head, (_our_item(item) for item in items)


def _our_item(item: Any) -> dict[str, Any] | None:
    if not isinstance(item, Mapping):
        return None
    names = ("title", "source", "record_id", "author", "format", "cover_url", "added_at")
    return {
        **{name: _text(item.get(name)) for name in names},
        "year": read_year(item.get("year")),
        "note": _text(item.get("note")) or "",
        "tags": _texts(item.get("tags")),
    }


def _finnas_list(key: str, given: Any) -> tuple[ReadList | None, Iterator[dict[str, Any] | None]]:
    """Records stand in the order by hand that each has as ``order``; those without it come last."""
    records = given.get("records", []) if isinstance(given, Mapping) else None
    if not isinstance(records, list):
        return None, iter(())
    head = ReadList(
        key,
        _text(given.get("title")) or "",
        _text(given.get("description")) or "",
        given.get("public") in (True, 1, "1"),
    )
    return head, (_finnas_record(record) for record in sorted(records, key=_order))


def _finnas_record(record: Any) -> dict[str, Any] | None:
    if not isinstance(record, Mapping):
        return None
    tags = record.get("tags")
    if isinstance(tags, str):  # as people type them: apart by blanks, several words in quotes
        tags = [quoted or word for quoted, word in _TAG.findall(tags)]
    return {
        "title": _text(record.get("title")),
        "source": _text(record.get("source")),
        "record_id": _text(record.get("id")),
        "note": "\n".join(_texts(record.get("notes"))),
        "tags": _texts(tags),
    }


def _order(record: Any) -> tuple[bool, float]:
    order = record.get("order") if isinstance(record, Mapping) else None
    try:
        return False, float(order)  # type: ignore[arg-type]  # what is none is the exception's
    except (TypeError, ValueError, OverflowError):
        return True, 0.0


def _numbered(number: int, item: dict[str, Any] | None) -> ReadItem | Broken:
    return Broken(number, "not_readable") if item is None else ReadItem(number, **item)


def _text(given: Any) -> str | None:
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 10**18:
        return str(given)
    return given if isinstance(given, str) and given else None


def _texts(given: Any) -> tuple[str, ...]:
    given = [given] if isinstance(given, str) else given
    return tuple(one for one in given if isinstance(one, str) and one) if isinstance(given, list) else ()
