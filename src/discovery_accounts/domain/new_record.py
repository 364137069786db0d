"""A catalogue record as alerts, favourites and reviews know it: neutral, cleaned, small.

The JSON form is one line of a file of records (JSON lines) and what the database keeps.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any

MOST_TEXT = 2000
"""Characters of one text: more is cut off."""
MOST_VALUES = 200
"""Values of one field: more are left out."""
MOST_ID = 255
MOST_SOURCE = 64

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|2[01][0-9]{2})(?!\d)")


class BrokenRecord(ValueError):
    """What was read is no record; the text says why, without the record's own words."""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """``record_id`` is unique in its ``source``. ``year`` is of publication; ``languages`` are codes as the catalogue
    has them, ``libraries`` and ``branches`` who has it; ``first_indexed`` is when the catalogue got it, ``None`` where
    it does not tell."""

    record_id: str
    source: str
    title: str
    authors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    format: str | None = None
    languages: tuple[str, ...] = ()
    year: int | None = None
    libraries: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    audience: str | None = None
    isbn: tuple[str, ...] = ()
    first_indexed: datetime | None = None

    def to_json(self) -> str:
        """One line; what is empty is left out."""
        told: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value in (None, ()):
                continue
            told[one.name] = (
                value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
            )
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def read_record(given: Any, source: str | None = None) -> NewRecord:
    """From parsed JSON; ``source`` is used where the record names none. Unknown fields are left alone, texts cleaned
    and cut, values of a wrong kind left out; raises ``BrokenRecord`` where there is no record at all: no object,
    no usable ``record_id``, ``source`` or ``title``."""
    if not isinstance(given, Mapping):
        raise BrokenRecord("a record is a JSON object")
    return NewRecord(
        record_id=_identifier(given.get("record_id"), "record_id", MOST_ID),
        source=_identifier(given.get("source") or source, "source", MOST_SOURCE),
        title=_title(given.get("title")),
        authors=texts(given.get("authors")),
        subjects=texts(given.get("subjects")),
        format=_maybe(given.get("format")),
        languages=texts(given.get("languages")),
        year=read_year(given.get("year")),
        libraries=texts(given.get("libraries")),
        branches=texts(given.get("branches")),
        audience=_maybe(given.get("audience")),
        isbn=texts(given.get("isbn")),
        first_indexed=read_moment(given.get("first_indexed")),
    )


def from_line(line: str, source: str | None = None) -> NewRecord:
    """From one line of JSON. Raises ``BrokenRecord``."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise BrokenRecord("not JSON") from None
    return read_record(given, source)


def clean_text(given: str) -> str:
    """On one line, without control characters, at most ``MOST_TEXT`` characters."""
    return " ".join(_CONTROL.sub(" ", given).split())[:MOST_TEXT].rstrip()


def texts(given: Any) -> tuple[str, ...]:
    """The texts of a list, or of one text, each once, in their order."""
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, Iterable) or isinstance(given, Mapping | bytes):
        return ()
    cleaned = (clean_text(one) for one in given if isinstance(one, str))
    return tuple(dict.fromkeys(one for one in cleaned if one))[:MOST_VALUES]


def read_year(given: Any) -> int | None:
    """The first year from 1000 to 2199 in a number or a text such as “[c2019?]”."""
    if isinstance(given, bool) or not isinstance(given, int | str):
        return None
    found = _YEAR.search(str(given)[:100])
    return int(found.group()) if found else None


def read_moment(given: Any) -> datetime | None:
    """An ISO 8601 date or time, in UTC; one without a zone is UTC. ``None`` for anything else."""
    if isinstance(given, datetime):
        moment = given
    elif isinstance(given, date):
        moment = datetime.combine(given, time())
    elif isinstance(given, str):
        try:
            moment = datetime.fromisoformat(given.strip())
        except ValueError:
            return None
    else:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def can_be_id(text: str, most: int = MOST_ID) -> bool:
    """Whether a record that is kept can have this id; what has control characters no database takes."""
    return 0 < len(text) <= most and not _CONTROL.search(text)


def _identifier(given: Any, name: str, most: int) -> str:
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str) or not given.strip():
        raise BrokenRecord(f"{name} is missing")
    cleaned = given.strip()
    if not can_be_id(cleaned, most):
        raise BrokenRecord(f"{name} is longer than {most} characters or holds control characters")
    return cleaned


def _title(given: Any) -> str:
    cleaned = clean_text(given) if isinstance(given, str) else ""
    if not cleaned:
        raise BrokenRecord("title is missing")
    return cleaned


def _maybe(given: Any) -> str | None:
    return clean_text(given)[:64] or None if isinstance(given, str) else None
