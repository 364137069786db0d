"""The index of VuFind or Finna itself: what was first indexed since the mark, in that order.

Needs VuFind's change tracker, which writes ``first_indexed``. An index does not tell what was deleted.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from discovery_accounts.config import addresses, parsers
from discovery_accounts.config.keys import BadValue, Key, ReadContext
from discovery_accounts.config.settings import SourceSettings
from discovery_accounts.domain.language_code import language_codes
from discovery_accounts.domain.new_record import BrokenRecord, NewRecord, read_moment, read_record
from discovery_accounts.sources.api import Batch, SoFar, Source, SourceFailed, SourceKind
from discovery_accounts.sources.circles import START, Watch, read_watch, stepped
from discovery_accounts.sources.door import Door
from discovery_accounts.sources.formats import format_by_name
from discovery_accounts.sources.index_answers import buildings, first_text, read_answer, texts_in
from discovery_accounts.sources.shared_keys import ID_PREFIX_KEY, LIBRARIES_KEY, overlap_key, timeout_key

_ROWS = 500
_FIELDS = {
    "id": ("id", "the record's id, the index's unique key"),
    "title": ("title", "the title"),
    "authors": ("author author2 author_corporate", "authors"),
    "subjects": ("topic geographic era genre", "subjects"),
    "format": ("format", "formats"),
    "languages": ("language", "languages"),
    "year": ("publishDate", "the year of publication"),
    "libraries": ("institution", "libraries"),
    "branches": ("building", "branches; levels as `0/Lumme/` and `1/Lumme/Main/` are understood"),
    "audience": ("", "whom it is for"),
    "isbn": ("isbn", "ISBNs"),
    "first_indexed": ("first_indexed", "when it was first indexed"),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """``top`` is the latest day of first indexing that was seen, ``since`` where the reading began."""

    since: str
    cursor: str = "*"
    top: str = ""
    watch: Watch = START

    def to_json(self) -> str:
        told = {"since": self.since, "cursor": self.cursor, "top": self.top, "watch": self.watch}
        return json.dumps(told, separators=(",", ":"))


class SolrSource:
    """The mark is the latest time of first indexing that was seen. The first reading begins ``new_days`` ago."""

    def __init__(self, name: str, door: Door, values: Mapping[str, Any], new_days: int) -> None:
        self._name = name
        self._door = door
        self._filters: tuple[str, ...] = tuple(filter(None, (values["filter"],)))
        self._fields: dict[str, tuple[str, ...]] = {one: values[f"field.{one}"] for one in _FIELDS}
        self._prefix: str = values["id_prefix"]
        self._libraries: tuple[str, ...] = values["libraries"]
        self._overlap = timedelta(minutes=values["overlap_minutes"])
        self._new_days = new_days

    def batches(self, so_far: SoFar) -> Iterator[Batch]:
        place = _read_place(so_far.place) or _Place(_text(self._since(so_far)))
        while True:
            told = read_answer(self._door.ask(self._question(place)))
            docs = told.get("response", {}).get("docs") if isinstance(told.get("response"), Mapping) else None
            cursor = told.get("nextCursorMark")
            if not isinstance(docs, list) or not isinstance(cursor, str):
                raise SourceFailed("not_solr")
            records, broken, top = self._read(docs, place.top)
            if cursor == place.cursor or not docs:  # so Solr says that there is no more
                yield Batch(records, broken=broken, mark=top or so_far.mark or place.since)
                return
            place = _Place(place.since, cursor, top, stepped(place.watch, cursor))
            yield Batch(records, broken=broken, place=place.to_json())

    def _since(self, so_far: SoFar) -> datetime:
        mark = read_moment(so_far.mark)
        # a clock that was ahead once must not skip what comes
        return min(mark, so_far.now) - self._overlap if mark else so_far.now - timedelta(days=self._new_days)

    def _question(self, place: _Place) -> list[tuple[str, str]]:
        key, when = self._fields["id"][0], self._fields["first_indexed"][0]
        named = dict.fromkeys(field for fields in self._fields.values() for field in fields)
        return [
            ("q", "*:*"),
            ("fq", f"{when}:[{place.since} TO *]"),
            *(("fq", one) for one in self._filters),
            ("fl", ",".join(named)),
            ("sort", f"{when} asc,{key} asc"),
            ("rows", str(_ROWS)),
            ("cursorMark", place.cursor),
            ("wt", "json"),
        ]

    def _read(self, docs: list[Any], top: str) -> tuple[tuple[NewRecord, ...], int, str]:
        records, broken = [], 0
        for doc in docs:
            try:
                record = self._record(doc)
            except BrokenRecord:
                broken += 1
                continue
            records.append(record)
            if record.first_indexed is not None:
                top = max(top, _text(record.first_indexed))
        return tuple(records), broken, top

    def _record(self, doc: Any) -> NewRecord:
        if not isinstance(doc, Mapping):
            raise BrokenRecord("a record is a JSON object")
        values = {
            one: [text for field in fields for text in texts_in(doc.get(field))]
            for one, fields in self._fields.items()
        }
        own = first_text(values["id"])
        libraries, branches = buildings(values["branches"])
        named, unlevelled = buildings(values["libraries"])
        return read_record(
            {
                **values,
                "record_id": self._prefix + own if own else "",
                "title": first_text(values["title"]),
                "format": format_by_name(tuple(values["format"])),
                "languages": language_codes(values["languages"]),
                "year": first_text(values["year"]),
                "libraries": [*self._libraries, *named, *unlevelled, *libraries],
                "branches": branches,
                "audience": first_text(values["audience"]) or None,
                "first_indexed": first_text(values["first_indexed"]) or None,
            },
            self._name,
        )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_place(text: str | None) -> _Place | None:
    try:
        told = json.loads(text or "")
        place = _Place(told["since"], told["cursor"], told["top"], read_watch(told["watch"]))
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    sound = all(isinstance(one, str) for one in (place.since, place.cursor, place.top))
    return place if sound and read_moment(place.since) else None


def _names(given: str, context: ReadContext) -> tuple[str, ...]:
    """Names of fields of an index."""
    found = parsers.words(given, context)
    if not all(name.replace("_", "a").isalnum() and name.isascii() for name in found):
        raise BadValue("must be names of fields")
    return found


def _name(given: str, context: ReadContext) -> tuple[str, ...]:
    if len(found := _names(given, context)) != 1:
        raise BadValue("must be the name of one field")
    return found


KEYS = (
    Key(
        "url",
        addresses.url("https", "http"),
        required=True,
        example="http://solr.library.example:8983/solr/biblio",
        help="Address of the core; `/select` is added.",
    ),
    Key("filter", parsers.text, default="", example="institution:LUMME", help="A filter query (`fq`)."),
    *(
        Key(
            f"field.{one}",
            _name if one in ("id", "first_indexed") else _names,
            default=default,
            example=default or "audience_str",
            help=f"Fields that hold {meaning}.",
        )
        for one, (default, meaning) in _FIELDS.items()
    ),
    ID_PREFIX_KEY,
    LIBRARIES_KEY,
    overlap_key(60, "an index shows what is new late"),
    timeout_key(30),
)


def _open(source: SourceSettings, values: Mapping[str, Any]) -> Source:
    return SolrSource(
        source.name, Door(f"{values['url']}/select", values["timeout"]), values, source.new_days
    )


KIND = SourceKind("solr", KEYS, _open)
