"""Taking a file of favourites in: read, cleaned, added in chunks that are a transaction each.

What a list has already stays as it is there, so that a file taken in again, whole or from where it broke off, adds
what is missing and nothing else.
"""

import uuid
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.models import FavouriteItem
from discovery_accounts.services.favourites.adding import clean_item, insert_items
from discovery_accounts.services.favourites.bibtex import read_bibtex
from discovery_accounts.services.favourites.csv_file import read_csv
from discovery_accounts.services.favourites.import_cleaning import (
    NoItem,
    cleaned,
)
from discovery_accounts.services.favourites.import_json import read_json
from discovery_accounts.services.favourites.import_lists import ImportedList, ImportLists, Wish
from discovery_accounts.services.favourites.import_shapes import (
    MOST_SHOWN,
    Broken,
    LeftOut,
    Reading,
    ReadItem,
    ReadList,
)
from discovery_accounts.services.favourites.import_text import format_of, text_of
from discovery_accounts.services.favourites.lists import lock, own_list
from discovery_accounts.services.favourites.ris import read_ris
from discovery_accounts.services.favourites.shapes import NewItem
from discovery_accounts.services.house import House
from discovery_accounts.services.throttles import Throttles

CHUNK = 500
"""Items of one transaction."""
IMPORTS = RateLimit(30, 3600)
"""Files that one account may have read: each may take minutes of a processor."""

_READERS = {"json": read_json, "ris": read_ris, "bibtex": read_bibtex, "csv": read_csv}
_THERE = select(FavouriteItem.source, FavouriteItem.record_id).where(
    FavouriteItem.list_id == bindparam("list_id"),
    FavouriteItem.record_id.in_(bindparam("record_ids", expanding=True)),
    FavouriteItem.removed_at.is_(None),
)

_REASONS = {"record_id": "bad_record_id", "source": "bad_source"}
"""Of an item that even cut can't be kept, by what is wrong with it."""

Known = tuple[str, str]
"""A record's source and id."""


@dataclass(slots=True)
class Imported:
    """``lists`` in the order of the file. ``untitled`` items have their record's id for a title; of ``cut`` ones
    something was too long; ``searches`` were left out. ``broken`` has the first fifty of ``broken_total``."""

    format: str
    lists: list[ImportedList] = field(default_factory=list)
    untitled: int = 0
    cut: int = 0
    searches: int = 0
    broken_total: int = 0
    broken: list[Broken] = field(default_factory=list)

    @property
    def added(self) -> int:
        return sum(one.added for one in self.lists)

    @property
    def already(self) -> int:
        return sum(one.already for one in self.lists)

    def tell_broken(self, one: Broken) -> None:
        self.broken_total += 1
        if len(self.broken) < MOST_SHOWN:
            self.broken.append(one)


class Imports:
    def __init__(self, house: House) -> None:
        self._house = house

    def take(self, actor: Actor, data: bytes, wish: Wish) -> Imported:
        """Raises ``BrokenFile`` before anything is added, ``Problem`` ``not_found`` where the list is not the
        account's, or was removed while the file was taken in; ``too_many_attempts``."""
        text = text_of(data)
        format_ = format_of(text)
        Throttles(self._house).count_asking("import", IMPORTS, str(actor.account_id))
        done = Imported(format_)
        lists = ImportLists(self._house, actor, wish, done.lists)
        _Import(self._house, actor, wish, done, lists).take(_READERS[format_](text))
        return done


class _Import:
    """One file on its way in."""

    def __init__(self, house: House, actor: Actor, wish: Wish, done: Imported, lists: ImportLists) -> None:
        self._house = house
        self._actor = actor
        self._wish = wish
        self._now = house.now()
        self._done = done
        self._lists = lists
        self._list: ImportedList | None = None
        self._named = False
        self._waiting: list[NewItem] = []
        self._seen: dict[int, set[Known]] = {}

    def take(self, reading: Reading) -> None:
        for found in reading:
            match found:
                case ReadItem():
                    self._item(found)
                case ReadList():
                    self._flush()
                    self._named = True
                    self._list = self._lists.of_file(found)
                case Broken():
                    self._done.tell_broken(found)
                case LeftOut():
                    self._done.searches += found.count
        self._flush()

    def _item(self, read: ReadItem) -> None:
        if not self._named and self._list is None:
            self._list = self._lists.of_the_rest()
        try:
            told = cleaned(read, self._now)
            item = clean_item(told.item)
        except NoItem as no:
            self._done.tell_broken(Broken(read.number, no.reason))
        except BadShape as bad:
            self._done.tell_broken(Broken(read.number, _REASONS.get(bad.field, "not_readable")))
        else:
            if self._list is None:
                self._done.tell_broken(Broken(read.number, "too_many_lists"))
                return
            self._done.untitled += told.untitled
            self._done.cut += told.cut
            self._waiting.append(item)
            if len(self._waiting) == CHUNK:
                self._flush()

    def _flush(self) -> None:
        if self._list is None or not self._waiting:
            return
        items, self._waiting = self._waiting, []
        if self._list.id is None or self._wish.check_only:
            new = self._count_new(self._list, items)
        else:
            new = self._add(self._list.id, items)
        self._list.added += new
        self._list.already += len(items) - new

    def _add(self, list_id: uuid.UUID, items: list[NewItem]) -> int:
        account_id = self._actor.account_id
        with self._house.database.writing() as session:
            lock(session, account_id)
            own_list(session, account_id, list_id)
            return insert_items(session, list_id, items, self._now).new

    def _count_new(self, list_: ImportedList, items: list[NewItem]) -> int:
        """How many would be new, of a file that is only checked."""
        keys = {(one.snapshot.source, one.snapshot.record_id) for one in items}
        seen = self._seen.setdefault(id(list_), set())
        new = keys - seen
        seen |= keys
        if list_.id is not None and new:
            values = {"list_id": list_.id, "record_ids": [record_id for _, record_id in new]}
            with self._house.database.reading() as session:
                new -= {(source, record_id) for source, record_id in session.execute(_THERE, values)}
        return len(new)
