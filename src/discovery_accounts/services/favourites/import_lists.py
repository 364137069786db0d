"""Into which lists a file goes: those of the same names that the account has, and new ones."""

import uuid
from collections import deque
from dataclasses import dataclass, field

from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.favourites.import_cleaning import cleaned_list
from discovery_accounts.services.favourites.import_shapes import ReadList
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.shapes import ListInfo
from discovery_accounts.services.house import House

MOST_LISTS = 1000
"""Lists that one file can make."""


@dataclass(frozen=True, slots=True)
class Wish:
    """``list_id`` is where items go that the file has in no list; ``None``: into the list named ``list_name``, which
    is made where there is none. ``check_only``: nothing is changed."""

    list_name: str = field(repr=False)
    list_id: uuid.UUID | None = None
    check_only: bool = False


@dataclass(slots=True)
class ImportedList:
    """``id`` is ``None`` for a list that would be made. ``already``: the list had them, or the file has them twice."""

    name: str = field(repr=False)
    id: uuid.UUID | None
    is_new: bool
    public: bool
    added: int = 0
    already: int = 0


class ImportLists:
    """Of one file. ``told`` is where lists are put as they are met. Raises ``Problem`` ``not_found`` where the list
    of the wish is not the account's."""

    def __init__(self, house: House, actor: Actor, wish: Wish, told: list[ImportedList]) -> None:
        self._favourites = Favourites(house)
        self._actor = actor
        self._wish = wish
        self._told = told
        self._into = None if wish.list_id is None else self._favourites.show(actor, wish.list_id)
        self._by_key: dict[str, ImportedList] = {}
        self._there: dict[str, deque[ListInfo]] = {}
        lists = self._favourites.lists(actor)
        for one in sorted(lists, key=lambda one: (one.created_at, one.id)):
            self._there.setdefault(one.name, deque()).append(one)

    def of_file(self, read: ReadList) -> ImportedList | None:
        """The first list of a name in the file is the account's oldest of that name, the second the next; where
        there is none, one is made as the file has it. ``None`` where the file has made too many."""
        if read.key not in self._by_key:
            told = cleaned_list(read, self._wish.list_name)
            found = self._found(told) or self._made(told)
            if found is None:
                return None
            self._by_key[read.key] = found
        return self._by_key[read.key]

    def of_the_rest(self) -> ImportedList | None:
        """Of what the file has in no list."""
        if self._into is None:
            return self.of_file(ReadList("", self._wish.list_name))
        found = ImportedList(self._into.name, self._into.id, False, self._into.public)
        self._told.append(found)
        return found

    def _found(self, told: ReadList) -> ImportedList | None:
        there = self._there.get(told.name)
        if not there:
            return None
        info = there.popleft()
        found = ImportedList(info.name, info.id, False, info.public)
        self._told.append(found)
        return found

    def _made(self, told: ReadList) -> ImportedList | None:
        if sum(one.is_new for one in self._told) >= MOST_LISTS:
            return None
        made = None
        if not self._wish.check_only:
            made = self._favourites.make(
                self._actor, told.name, told.description, told.public, told.ordering
            ).id
        found = ImportedList(told.name, made, True, told.public)
        self._told.append(found)
        return found
