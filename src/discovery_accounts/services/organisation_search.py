"""Finding one's own organisation in a federation of thousands.

The names of a login's organisations are held in memory, some hundred bytes each, and read again when
their source was; searching them costs a few milliseconds and no question to the database but whether
they are still the newest.
"""

import re
import threading
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from heapq import nsmallest
from operator import itemgetter
from weakref import WeakKeyDictionary

from sqlalchemy import select

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.search_words import prepare, rank, wanted_words
from discovery_accounts.models import ProviderEntity, ProviderSource
from discovery_accounts.models.database import Database
from discovery_accounts.services.house import House
from discovery_accounts.services.kept_metadata import JOINED, KeptMetadata, of_source, valid
from discovery_accounts.services.metadata_sources import Kind, MetadataSource, metadata_source

_ADDRESS = re.compile(r"(https?://|urn:)[!-~]+")

_NOT_SHOWN = 1000

MOST = 20
"""Organisations that one search shows."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """As it is shown: its name in the person's language, and where it is at home (a domain, or empty)."""

    entity_id: str
    name: str
    domain: str = ""

    @property
    def mark(self) -> str:
        """A short word that stands for it in a cookie."""
        return mark_of(self.entity_id)


@dataclass(frozen=True, slots=True)
class Found:
    """``total`` counts all that fit, ``organisations`` are the best of them. ``ready`` is false while
    nothing was read yet."""

    organisations: tuple[Organisation, ...] = ()
    total: int = 0
    ready: bool = True

    @property
    def more(self) -> bool:
        return self.total > len(self.organisations)


@dataclass(frozen=True, slots=True)
class _Listed:
    entity_id: str
    names: Mapping[str, str]
    words: str
    valid_until: datetime | None

    def shown(self, languages: Sequence[str]) -> Organisation:
        return Organisation(self.entity_id, self.name(languages), self.domain)

    def name(self, languages: Sequence[str]) -> str:
        for language in languages:
            if language in self.names:
                return self.names[language]
        return next(iter(self.names.values()), self.entity_id)

    @property
    def domain(self) -> str:
        return self.words.rpartition("\n")[2].strip().partition(" ")[0]


@dataclass(frozen=True, slots=True)
class _Shown:
    """An entry as people who read one language see it. ``words`` are all its names for ranking, ``prepared`` is
    the shown one, ``order`` that for sorting."""

    entry: _Listed
    organisation: Organisation
    words: str
    prepared: str
    order: str


@dataclass(frozen=True, slots=True)
class _List:
    """``state`` tells the reading it is of, ``first_end`` when the first of its entries is over. ``shown`` is
    made for a language when somebody reads it."""

    state: tuple[object, ...] = ()
    entries: tuple[_Listed, ...] = ()
    by_mark: Mapping[str, _Listed] = field(default_factory=dict)
    first_end: datetime | None = None
    shown: dict[tuple[str, ...], tuple[_Shown, ...]] = field(default_factory=dict)

    def shown_in(self, languages: tuple[str, ...]) -> tuple[_Shown, ...]:
        found = self.shown.get(languages)
        if found is None:
            found = self.shown[languages] = tuple(_shown(entry, languages) for entry in self.entries)
        return found


class _Lists:
    """Of one database, by login."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.by_login: dict[str, _List] = {}


_LISTS: WeakKeyDictionary[Database, _Lists] = WeakKeyDictionary()


def mark_of(entity_id: str) -> str:
    return urlsafe_b64encode(sha256(entity_id.encode()).digest()[:12]).decode()


def chooses_organisation(house: House, login: LoginSettings) -> bool:
    """Whether people choose their organisation first: a login by SAML that has not just one."""
    source = metadata_source(house.settings, login)
    if source is None or source.entity is not None or source.pinned:
        return False
    return source.kind is Kind.MDQ or KeptMetadata(house.database).only(source, house.now()) is None


class OrganisationSearch:
    """Among the organisations of one login, for people who read ``language``."""

    def __init__(self, house: House, login: LoginSettings, language: str) -> None:
        self._house = house
        self._source = metadata_source(house.settings, login)
        self._languages = _preferred(language)

    def search(self, typed: str) -> Found:
        """The best that fit; without words all, if they are few enough to be shown."""
        shown = self._shown()
        asks_server = self._source is not None and self._source.kind is Kind.MDQ
        if asks_server and _ADDRESS.fullmatch(typed) and all(typed != one.entry.entity_id for one in shown):
            return Found((Organisation(typed, typed),), 1)
        if not shown:
            return Found(ready=asks_server)
        words = wanted_words(typed)
        if not words:
            few = sorted(shown, key=lambda one: one.order) if len(shown) <= MOST else []
            return Found(tuple(one.organisation for one in few), len(few))
        rarest = max(words, key=len)  # most entries are out by a look at one word
        some = [one for one in shown if rarest in one.words]
        ranked = [(place, one) for one in some if (place := rank(words, one.words)) is not None]
        last = nsmallest(MOST, [place for place, _ in ranked])[-1:]
        good = [(place, _apart(words, one), one.order, one) for place, one in ranked if place <= last[0]]
        best = nsmallest(MOST, good, key=itemgetter(0, 1, 2))
        return Found(tuple(one.organisation for *_, one in best), len(ranked))

    def marked(self, marks: Iterable[str]) -> tuple[Organisation, ...]:
        """The organisations that the words of a cookie stand for, in their order; unknown ones are passed over."""
        if self._source is None:
            return ()
        by_mark, now = _list(self._house, self._source).by_mark, self._house.now()
        found = [by_mark[mark] for mark in marks if mark in by_mark]
        return tuple(entry.shown(self._languages) for entry in found if _is_valid(entry, now))

    def _shown(self) -> tuple[_Shown, ...]:
        if self._source is None:
            return ()
        now = self._house.now()
        held = _list(self._house, self._source)
        shown = held.shown_in(self._languages)
        if held.first_end is None or held.first_end > now:
            return shown
        return tuple(one for one in shown if _is_valid(one.entry, now))


def _shown(entry: _Listed, languages: tuple[str, ...]) -> _Shown:
    organisation = entry.shown(languages)
    order = unicodedata.normalize("NFC", organisation.name).casefold()
    return _Shown(entry, organisation, entry.words, prepare([organisation.name]), order)


def _apart(words: Iterable[str], one: _Shown) -> int:
    """Of two that fit alike, the one whose shown name is what fits is the better one."""
    place = rank(words, one.prepared)
    return _NOT_SHOWN if place is None else place


def _is_valid(entry: _Listed, now: datetime) -> bool:
    return entry.valid_until is None or entry.valid_until > now


def _list(house: House, source: MetadataSource) -> _List:
    """What is held, or is read now: by one thread at a time, while the others take what there was."""
    lists = _LISTS.setdefault(house.database, _Lists())
    held = lists.by_login.get(source.login)
    state = _state(house, source)
    if held is not None and held.state == state:
        return held
    if not lists.lock.acquire(blocking=held is None):
        return held or _List()
    try:
        held = lists.by_login.get(source.login)
        if held is None or held.state != state:
            held = lists.by_login[source.login] = _read(house, source, state)
        return held
    finally:
        lists.lock.release()


def _state(house: House, source: MetadataSource) -> tuple[object, ...]:
    """Changes whenever the entities did."""
    columns = (ProviderSource.digest, ProviderSource.trusted, ProviderSource.entities)
    with house.database.reading() as session:
        row = session.execute(
            select(*columns).where(
                ProviderSource.source == source.login, ProviderSource.origin == source.origin
            )
        ).one_or_none()
    return (source.origin, *(row or ()))


def _read(house: House, source: MetadataSource, state: tuple[object, ...]) -> _List:
    columns = (
        ProviderEntity.entity_id,
        ProviderEntity.names,
        ProviderEntity.words,
        ProviderEntity.valid_until,
    )
    query = select(*columns).join(ProviderSource, JOINED)
    with house.database.reading() as session:
        rows = session.execute(
            query.where(of_source(source), valid(house.now()), ~ProviderEntity.hidden)
        ).all()
    entries = tuple(_Listed(*row) for row in rows)
    ends = min((entry.valid_until for entry in entries if entry.valid_until is not None), default=None)
    return _List(state, entries, {mark_of(entry.entity_id): entry for entry in entries}, ends)


def _preferred(language: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys((language, *(("no", "nn") if language == "nb" else ()), "en", "sv", "fi", "nb", ""))
    )
