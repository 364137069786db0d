"""Finna's public API: what was first indexed since the mark, a day at a time.

The API gives at most 100 records a page and 100,000 of one search, and does not say when a record was first indexed:
therefore time is cut into windows, and a record was first indexed when its window began, or later.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from discovery_accounts.config import addresses, parsers
from discovery_accounts.config.keys import Key
from discovery_accounts.config.settings import SourceSettings
from discovery_accounts.domain.language_code import language_codes
from discovery_accounts.domain.new_record import BrokenRecord, NewRecord, read_moment, read_record
from discovery_accounts.sources.api import Batch, SoFar, Source, SourceFailed, SourceKind
from discovery_accounts.sources.door import Door, Parameters
from discovery_accounts.sources.formats import format_by_name
from discovery_accounts.sources.index_answers import buildings, first_text, read_answer, texts_in
from discovery_accounts.sources.shared_keys import ID_PREFIX_KEY, LIBRARIES_KEY, overlap_key, timeout_key

_PAGE = 100
_MOST = 100_000
_DAY = 24 * 60
_FIELDS = (
    "id",
    "title",
    "nonPresenterAuthors",
    "subjects",
    "formats",
    "languages",
    "year",
    "buildings",
    "isbns",
    "cleanIsbn",
)


@dataclass(frozen=True, slots=True)
class _Place:
    """The next page of the window that begins at ``since`` and lasts ``minutes``; the reading goes to ``until``."""

    since: datetime
    until: datetime
    minutes: int = _DAY
    page: int = 1

    @property
    def ends(self) -> datetime:
        return min(self.since + timedelta(minutes=self.minutes), self.until)

    def to_json(self) -> str:
        told = {
            "since": _text(self.since),
            "until": _text(self.until),
            "minutes": self.minutes,
            "page": self.page,
        }
        return json.dumps(told, separators=(",", ":"))


class FinnaSource:
    """The mark is when the last whole reading began. The first reading begins ``new_days`` ago."""

    def __init__(self, name: str, door: Door, values: Mapping[str, Any], new_days: int) -> None:
        self._name = name
        self._door = door
        self._filters: tuple[str, ...] = values["filters"]
        self._prefix: str = values["id_prefix"]
        self._libraries: tuple[str, ...] = values["libraries"]
        self._overlap = timedelta(minutes=values["overlap_minutes"])
        self._new_days = new_days

    def batches(self, so_far: SoFar) -> Iterator[Batch]:
        place = _read_place(so_far.place) or self._begin(so_far)
        while place.since < place.until:
            count, found = self._ask(place)
            if count > _MOST and place.minutes > 1:
                place = _Place(place.since, place.until, place.minutes // 2)
                continue
            batch = self._read(found, place.since)
            if found and place.page * _PAGE < min(count, _MOST):
                place = _Place(place.since, place.until, place.minutes, place.page + 1)
            else:
                place = _Place(place.ends, place.until, min(_DAY, place.minutes * 2))
            ended = place.since >= place.until
            yield Batch(
                batch.records,
                broken=batch.broken,
                place=None if ended else place.to_json(),
                mark=_text(place.until) if ended else None,
            )
            if ended:
                return
        yield Batch(mark=_text(place.until))

    def _begin(self, so_far: SoFar) -> _Place:
        mark = read_moment(so_far.mark)
        since = mark - self._overlap if mark is not None else so_far.now - timedelta(days=self._new_days)
        return _Place(since.replace(microsecond=0), so_far.now.replace(microsecond=0))

    def _ask(self, place: _Place) -> tuple[int, list[Any]]:
        window = f'first_indexed:"[{_text(place.since)} TO {_text(place.ends)}]"'
        question: Parameters = [
            ("lookfor", ""),
            ("filter[]", window),
            *(("filter[]", one) for one in self._filters),
            *(("field[]", one) for one in _FIELDS),
            # what comes meanwhile moves the others down, so that none is skipped
            ("sort", "first_indexed desc,id asc"),
            ("limit", str(_PAGE)),
            ("page", str(place.page)),
        ]
        told = read_answer(self._door.ask(question))
        count, found = told.get("resultCount"), told.get("records", [])
        if told.get("status") != "OK" or type(count) is not int or not isinstance(found, list):
            raise SourceFailed("not_finna")
        return count, found

    def _read(self, found: list[Any], since: datetime) -> Batch:
        records, broken = [], 0
        for one in found:
            try:
                records.append(self._record(one, since))
            except BrokenRecord:
                broken += 1
        return Batch(tuple(records), broken=broken)

    def _record(self, told: Any, since: datetime) -> NewRecord:
        if not isinstance(told, Mapping):
            raise BrokenRecord("a record is a JSON object")
        own = first_text(told.get("id"))
        libraries, branches = buildings(texts_in(told.get("buildings")))
        return read_record(
            {
                "record_id": self._prefix + own if own else "",
                "title": first_text(told.get("title")),
                "authors": list(texts_in(told.get("nonPresenterAuthors"))),
                "subjects": [" -- ".join(texts_in(one)) for one in _list(told.get("subjects"))],
                "format": format_by_name(tuple(texts_in(told.get("formats")))),
                "languages": language_codes(list(texts_in(told.get("languages")))),
                "year": first_text(told.get("year")),
                "libraries": [*self._libraries, *libraries],
                "branches": branches,
                "isbn": [*texts_in(told.get("isbns")), *texts_in(told.get("cleanIsbn"))],
                "first_indexed": since,
            },
            self._name,
        )


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_place(text: str | None) -> _Place | None:
    try:
        told = json.loads(text or "")
        since, until = read_moment(told["since"]), read_moment(told["until"])
        minutes, page = int(told["minutes"]), int(told["page"])
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    if since is None or until is None or not 1 <= minutes <= _DAY or page < 1:
        return None
    return _Place(since, until, minutes, page)


KEYS = (
    Key(
        "url",
        addresses.url("https", "http"),
        default="https://api.finna.fi/v1",
        example="https://api.finna.fi/v1",
        help="Address of the API; `/search` is added.",
    ),
    Key(
        "filters",
        parsers.words,
        default="",
        example='building:"0/Helmet/"',
        help="Filters of the API, parted by spaces, such as one's own building.",
    ),
    ID_PREFIX_KEY,
    LIBRARIES_KEY,
    overlap_key(1440, "the index shows what is new late"),
    timeout_key(30),
)


def _open(source: SourceSettings, values: Mapping[str, Any]) -> Source:
    return FinnaSource(
        source.name, Door(f"{values['url']}/search", values["timeout"]), values, source.new_days
    )


KIND = SourceKind("finna", KEYS, _open)
