"""Items of favourites lists: read in parts, added, changed, put in order by hand."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import Order, clean_name, clean_note, clean_tags, tag_key
from discovery_accounts.models import FavouriteItem
from discovery_accounts.services.favourites import ordering, rows
from discovery_accounts.services.favourites.adding import clean_item, insert_items
from discovery_accounts.services.favourites.lists import (
    by_name,
    first_list,
    insert_list,
    lock,
    require_list,
)
from discovery_accounts.services.favourites.shapes import (
    MOST_ON_A_PAGE,
    Added,
    AddedMany,
    BriefItem,
    Change,
    ItemChange,
    ItemPage,
    ItemRow,
    ListInfo,
    ListName,
    NewItem,
    Step,
    TagCount,
    Wish,
)
from discovery_accounts.services.favourites.tags import count_tags, write_tags
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem

_FURTHEST = 2**53
"""Positions that programs can name."""


class Items:
    def __init__(self, house: House) -> None:
        self._house = house

    def page(self, actor: Actor, list_id: uuid.UUID | None, wish: Wish) -> ItemPage[ItemRow]:
        """Two statements whatever is in it. ``list_id`` ``None`` is the list that the account had first.
        Raises ``Problem`` ``not_found``, also where ``after`` is no item of the list, ``BadShape`` about ``count``."""
        which = rows.MY_FIRST_LIST if list_id is None else rows.MY_LIST
        values = {"account_id": actor.account_id}
        with self._house.database.columns() as columns:
            return read_part(
                columns, which, values if list_id is None else values | {"list_id": list_id}, wish
            )

    def page_among_lists(
        self, actor: Actor, list_id: uuid.UUID, wish: Wish
    ) -> tuple[ItemPage[BriefItem], tuple[ListName, ...]]:
        """The same, briefly, and the other lists of the account by name; still two statements."""
        values = {"account_id": actor.account_id, "list_id": list_id, "after": wish.after}
        with self._house.database.columns() as columns:
            lists = columns.execute(rows.MY_LISTS, values).all()
            mine = next((row for row in lists if row[0] == list_id), None)
            page = _brief_part(columns, mine, wish)
        others = sorted((row for row in lists if row is not mine), key=by_name)
        return page, tuple(ListName(row.id, row.name) for row in others)

    def add(self, actor: Actor, list_id: uuid.UUID | None, item: NewItem, first_list_name: str = "") -> Added:
        """``list_id`` ``None`` is the list that the account had first; where it has none, one of the name
        ``first_list_name`` is made. Raises ``Problem`` ``not_found``, ``BadShape``."""
        cleaned, now = clean_item(item), self._house.now()
        with self._house.database.writing() as session:
            lock(session, actor.account_id)
            if list_id is None:
                list_id = first_list(session, actor.account_id)
            else:
                require_list(session, actor.account_id, list_id)
            if list_id is None:
                named = Change(name=clean_name(first_list_name))
                list_id = insert_list(session, self._house, actor.account_id, named)
            done = insert_items(session, list_id, [cleaned], now)
            record = cleaned.snapshot
            where = {"list_id": list_id, "source": record.source, "record_id": record.record_id}
            there = rows.item_of(session.execute(rows.BY_RECORD, where).one())
        return Added(list_id, there, done.new == 1)

    def add_many(self, actor: Actor, list_id: uuid.UUID, items: Sequence[NewItem]) -> AddedMany:
        """Some hundreds at a time, in one transaction; all are new at the end of the list, or were there already.
        Raises as ``add``, before anything is added."""
        cleaned = [clean_item(one) for one in items]
        with self._house.database.writing() as session:
            lock(session, actor.account_id)
            require_list(session, actor.account_id, list_id)
            return insert_items(session, list_id, cleaned, self._house.now())

    def show(self, actor: Actor, list_id: uuid.UUID, item_id: uuid.UUID) -> ItemRow:
        """Raises ``Problem`` ``not_found``."""
        with self._house.database.reading() as session:
            require_list(session, actor.account_id, list_id)
            return _item(session, list_id, item_id)

    def change(self, actor: Actor, list_id: uuid.UUID, item_id: uuid.UUID, change: ItemChange) -> ItemRow:
        """Raises ``Problem`` ``not_found``, ``BadShape`` about ``note``, ``tags`` or ``position``."""
        values: dict[str, Any] = {} if change.note is None else {"note": clean_note(change.note)}
        tags = None if change.tags is None else clean_tags(change.tags)
        if change.position is not None and not 0 <= change.position <= _FURTHEST:
            raise BadShape("position", "unknown")
        now = self._house.now()
        with self._house.database.writing() as session:
            _own_item(session, actor, list_id, item_id)
            if tags is not None:
                write_tags(session, {item_id: tags}, anew=True)
            if change.position is not None:
                ordering.put(session, list_id, item_id, change.position)
            changed = (
                update(FavouriteItem).where(FavouriteItem.id == item_id).values(changed_at=now, **values)
            )
            session.execute(changed.execution_options(synchronize_session=False))
            rows.touch(session, now, list_id)
            return _item(session, list_id, item_id)

    def step(self, actor: Actor, list_id: uuid.UUID, item_id: uuid.UUID, step: Step) -> None:
        """Move an item in the order by hand. Raises ``Problem`` ``not_found``."""
        with self._house.database.writing() as session:
            item = _own_item(session, actor, list_id, item_id)
            ordering.step(session, list_id, item_id, item.position, step)
            rows.touch(session, self._house.now(), list_id)

    def tags(self, actor: Actor, list_id: uuid.UUID) -> tuple[TagCount, ...]:
        """Every tag of a list with how many items have it, by name. Raises ``Problem`` ``not_found``."""
        with self._house.database.reading() as session:
            require_list(session, actor.account_id, list_id)
            return count_tags(session, list_id)


def read_part(
    columns: Connection, which: Select[Any], values: Mapping[str, Any], wish: Wish
) -> ItemPage[ItemRow]:
    """The part of the list that ``which`` finds by ``values``."""
    found = columns.execute(which, {**values, "after": wish.after}).one_or_none()
    place, read = _asked(columns, found, wish, brief=False)
    items = tuple(map(rows.item_of, read))
    more = len(items) > wish.count
    items = items[: wish.count]
    return ItemPage(place.list, items, items[-1].id if more else None, place.order, place.descending)


def _brief_part(columns: Connection, found: Sequence[Any] | None, wish: Wish) -> ItemPage[BriefItem]:
    place, read = _asked(columns, found, wish, brief=True)
    items = tuple(map(rows.brief_of, read))
    following = uuid.UUID(items[wish.count - 1].id) if len(items) > wish.count else None
    return ItemPage(place.list, items[: wish.count], following, place.order, place.descending)


class _Place(NamedTuple):
    list: ListInfo
    order: Order
    descending: bool


def _asked(
    columns: Connection, found: Sequence[Any] | None, wish: Wish, *, brief: bool
) -> tuple[_Place, Sequence[Sequence[Any]]]:
    """The list and the order asked for, and the rows of the part, one more than it may have if there are."""
    if not 1 <= wish.count <= MOST_ON_A_PAGE:
        raise BadShape("count", "unknown")
    if found is None:
        raise Problem(Code.NOT_FOUND)
    shown = rows.list_of(found)
    if wish.order is None:
        order, descending = shown.order, shown.descending
    else:
        order, descending = wish.order, wish.descending
    asked: dict[str, Any] = {"list_id": shown.id, "count": wish.count + 1}
    if wish.after is not None:
        asked |= {"after_id": wish.after, "after_key": rows.place_of(found, order)}
        if asked["after_key"] is None:
            raise Problem(Code.NOT_FOUND)
    if wish.tag is not None:
        asked["tag"] = tag_key(wish.tag)
    statement = rows.part(order, descending, wish.after is not None, wish.tag is not None, brief)
    return _Place(shown, order, descending), columns.execute(statement, asked).all()


def _own_item(session: Session, actor: Actor, list_id: uuid.UUID, item_id: uuid.UUID) -> ItemRow:
    """Locked with all that the account has. Raises ``Problem`` ``not_found``."""
    lock(session, actor.account_id)
    require_list(session, actor.account_id, list_id)
    return _item(session, list_id, item_id)


def _item(session: Session, list_id: uuid.UUID, item_id: uuid.UUID) -> ItemRow:
    found = session.execute(rows.ONE_ITEM, {"list_id": list_id, "item_id": item_id}).one_or_none()
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return rows.item_of(found)
