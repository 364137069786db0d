"""Favourites as pages, calls and files know them. Times are aware, in UTC; ids are of this portal."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from discovery_accounts.domain.favourites import Order

UNDO_FOR = timedelta(days=7)
"""How long an act can be undone; after that what it removed is removed for good."""
PAGE = 50
MOST_ON_A_PAGE = 500
"""Items of one part of a list, unless asked otherwise, and at most."""


class ActKind(StrEnum):
    """What was done to many items at once, or to a list."""

    REMOVE = "remove"
    REMOVE_LIST = "remove_list"
    MOVE = "move"
    COPY = "copy"


class Step(StrEnum):
    """Where an item goes in an order by hand, as a button without JavaScript says it."""

    FIRST = "first"
    UP = "up"
    DOWN = "down"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A record as it was when it was added, so that a list can be read while the catalogue is away."""

    source: str = field(repr=False)
    record_id: str = field(repr=False)
    title: str = field(repr=False)
    author: str | None = field(default=None, repr=False)
    year: int | None = field(default=None, repr=False)
    format: str | None = field(default=None, repr=False)
    cover_url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NewItem:
    """What is to be added; ``added_at`` ``None`` is now."""

    snapshot: Snapshot = field(repr=False)
    note: str = field(default="", repr=False)
    tags: tuple[str, ...] = field(default=(), repr=False)
    added_at: datetime | None = None


class ItemRow(NamedTuple):
    """One item, a tuple so that a template can take it apart in its ``for``. ``position`` only says what comes
    before what; the numbers leave room between them."""

    id: uuid.UUID
    source: str
    record_id: str
    title: str
    author: str | None
    year: int | None
    format: str | None
    cover_url: str | None
    note: str
    position: int
    added_at: datetime
    changed_at: datetime
    tags: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"ItemRow({self.id})"


class BriefItem(NamedTuple):
    """What a page shows of an item. ``id`` is the item's in 32 hexadecimal digits: a page has many, and only repeats
    them."""

    id: str
    source: str
    record_id: str
    title: str
    author: str | None
    year: int | None
    format: str | None
    note: str
    tags: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"BriefItem({self.id})"


AnyItem = TypeVar("AnyItem", ItemRow, BriefItem)


@dataclass(frozen=True, slots=True)
class ListInfo:
    """``public_id`` is the last part of its public address, ``None`` as long as it never was public; while ``public``
    is false that address answers 404. ``items`` is how many it has."""

    id: uuid.UUID
    name: str = field(repr=False)
    description: str = field(repr=False)
    public: bool
    public_id: str | None = field(repr=False)
    order: Order
    descending: bool
    items: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ListName:
    """A list that something can be moved or copied to."""

    id: uuid.UUID
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be changed of a list; ``None`` stays as it is. ``ordering`` is ``title`` or ``-title``."""

    name: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)
    public: bool | None = None
    ordering: str | None = None


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What is to be changed of an item; ``None`` stays as it is. The item is put before the first other one whose
    position is ``position`` or more, or last."""

    note: str | None = field(default=None, repr=False)
    tags: tuple[str, ...] | None = field(default=None, repr=False)
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Which part of a list: ``order`` ``None`` is the list's own, ``tag`` one of the person's words, ``after`` the
    ``next`` of the part before, ``count`` 1 to 500."""

    order: Order | None = None
    descending: bool = False
    tag: str | None = field(default=None, repr=False)
    after: uuid.UUID | None = None
    count: int = PAGE


@dataclass(frozen=True, slots=True)
class ItemPage(Generic[AnyItem]):
    """A part of a list in the order asked for; ``next`` is where the next part begins, ``None`` at the end."""

    list: ListInfo
    items: tuple[AnyItem, ...] = field(repr=False)
    next: uuid.UUID | None
    order: Order
    descending: bool


@dataclass(frozen=True, slots=True)
class Added:
    """``is_new`` is false where the list had the record already: ``item`` is the one there, as it is."""

    list_id: uuid.UUID
    item: ItemRow = field(repr=False)
    is_new: bool


@dataclass(frozen=True, slots=True)
class AddedMany:
    """Of many: how many were new, and how many the list had ``already``."""

    new: int
    already: int


@dataclass(frozen=True, slots=True)
class Act:
    """What was done. ``items`` is to how many; ``already`` are those that the other list had before: they stayed where
    they were; ``missing`` ids were not in the list (any more). It can be undone until ``until``."""

    id: uuid.UUID
    kind: ActKind
    items: int
    until: datetime
    already: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Undone:
    """``items`` are back where they were; ``left`` could not go back: the list has the record again or is gone,
    or something else was done to them since."""

    kind: ActKind
    items: int
    left: int


@dataclass(frozen=True, slots=True)
class TagCount:
    tag: str = field(repr=False)
    items: int
