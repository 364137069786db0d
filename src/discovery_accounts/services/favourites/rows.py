"""Favourites as rows: statements made once a process, columns instead of objects (a page needs two).

Tags come with their items, in one text, each after its key, by which they are sorted: neither has tabs or line breaks.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from discovery_accounts.domain.favourites import Order, read_ordering
from discovery_accounts.models import Account, FavouriteItem, FavouriteList, FavouriteTag
from discovery_accounts.services.favourites.shapes import BriefItem, ItemRow, ListInfo

LIST, ITEM, TAG = FavouriteList.__table__.c, FavouriteItem.__table__.c, FavouriteTag.__table__.c
"""The tables' columns, not the models' attributes: what is selected by those passes through all that makes objects."""

LIVE = ITEM.removed_at.is_(None)

KEYS: Mapping[Order, ColumnElement[Any]] = {
    Order.MANUAL: ITEM.position,
    Order.TITLE: ITEM.title_key,
    Order.AUTHOR: ITEM.author_key,
    Order.YEAR: ITEM.year_key,
    Order.ADDED: ITEM.added_at,
}
"""What each order goes by, then by id. The models have an index for each."""

_TAGS = (
    select(func.aggregate_strings(TAG.key + "\t" + TAG.tag, "\n"))
    .where(TAG.item_id == ITEM.id)
    .correlate(FavouriteItem.__table__)
    .scalar_subquery()
)
_RECORD = (ITEM.source, ITEM.record_id, ITEM.title, ITEM.author, ITEM.year, ITEM.format)
_ITEM_COLUMNS = (
    ITEM.id,
    *_RECORD,
    ITEM.cover_url,
    ITEM.note,
    ITEM.position,
    ITEM.added_at,
    ITEM.changed_at,
    _TAGS,
)
_BRIEF_COLUMNS = (
    func.replace(as_type(ITEM.id, String), "-", ""),
    *_RECORD,
    ITEM.note,
    _TAGS,
)

_COUNT = (
    select(func.count())
    .where(ITEM.list_id == LIST.id, LIVE)
    .correlate(FavouriteList.__table__)
    .scalar_subquery()
)
LIST_COLUMNS = (
    LIST.id,
    LIST.name,
    LIST.description,
    LIST.public,
    LIST.public_id,
    LIST.ordering,
    _COUNT,
    LIST.created_at,
    LIST.changed_at,
)
_MINE = and_(LIST.account_id == bindparam("account_id"), LIST.removed_at.is_(None))
_NAMED = LIST.id == bindparam("list_id")
_LIVE_OWNER = exists().where(Account.id == LIST.account_id, Account.ended_at.is_(None))
_OPEN = and_(
    LIST.public_id == bindparam("public_id"), LIST.public.is_(True), LIST.removed_at.is_(None), _LIVE_OWNER
)

ALL_LISTS = select(*LIST_COLUMNS).where(_MINE)
ONE_LIST = select(*LIST_COLUMNS).where(_MINE, _NAMED)
IS_MINE = select(LIST.id).where(_MINE, _NAMED)
"""Whether there is such a list, without counting what is in it."""

_JOINED = FavouriteItem.__table__.alias()
_AFTER = _JOINED.c
_PLACE = (
    case((_AFTER.list_id == LIST.id, _AFTER.position), else_=_AFTER.from_position),
    _AFTER.title_key,
    _AFTER.author_key,
    _AFTER.year_key,
    _AFTER.added_at,
)


def _with_place(*which: ColumnElement[bool], count: ColumnElement[Any] = _COUNT) -> Select[Any]:
    """A list, and the keys of the item after which its part begins, though it was taken away meanwhile."""
    here = or_(_AFTER.list_id == LIST.id, _AFTER.from_list_id == LIST.id)
    joined = and_(_AFTER.id == bindparam("after", type_=Uuid()), here)
    columns = [count if column is _COUNT else column for column in LIST_COLUMNS]
    return (
        select(*columns, *_PLACE)
        .select_from(FavouriteList.__table__.outerjoin(_JOINED, joined))
        .where(*which)
    )


MY_LIST = _with_place(_MINE, _NAMED)
MY_FIRST_LIST = _with_place(_MINE).order_by(LIST.created_at, LIST.id).limit(1)
OPEN_LIST = _with_place(_OPEN)
"""The list that a part is read of: by its id, the one that the account had first, a public one."""
MY_LISTS = _with_place(_MINE, count=case((_NAMED, _COUNT)))
"""All lists of an account, where one of them is read: nothing is counted in the others."""


@cache
def part(order: Order, descending: bool, after: bool, tagged: bool, brief: bool = False) -> Select[Any]:
    """A part of a list: ``list_id``, ``count``; ``after_key`` and ``after_id``; ``tag``, the key of one."""
    key = KEYS[order]
    columns = _BRIEF_COLUMNS if brief else _ITEM_COLUMNS
    statement = select(*columns).where(ITEM.list_id == bindparam("list_id"), LIVE)
    if after:
        place = tuple_(bindparam("after_key", type_=key.type), bindparam("after_id", type_=Uuid()))
        here = tuple_(key, ITEM.id)
        statement = statement.where(here < place if descending else here > place)
    if tagged:
        has = exists().where(TAG.item_id == ITEM.id, TAG.key == bindparam("tag"))
        statement = statement.where(has)
    ordered = (key.desc(), ITEM.id.desc()) if descending else (key, ITEM.id)
    return statement.order_by(*ordered).limit(bindparam("count", type_=Integer()))


ONE_ITEM = select(*_ITEM_COLUMNS).where(
    ITEM.id == bindparam("item_id"), ITEM.list_id == bindparam("list_id"), LIVE
)
BY_RECORD = select(*_ITEM_COLUMNS).where(
    ITEM.list_id == bindparam("list_id"),
    ITEM.source == bindparam("source"),
    ITEM.record_id == bindparam("record_id"),
    LIVE,
)


def item_of(row: Sequence[Any]) -> ItemRow:
    return ItemRow._make((*row[:-1], _tags(row[-1])))


def brief_of(row: Sequence[Any]) -> BriefItem:
    return BriefItem._make((*row[:-1], _tags(row[-1])))


def list_of(row: Sequence[Any]) -> ListInfo:
    """Of a row that begins with ``LIST_COLUMNS``."""
    id_, name, description, public, public_id, ordering, items, created_at, changed_at = row[:9]
    order, descending = read_ordering(ordering)
    return ListInfo(
        id_, name, description, public, public_id, order, descending, items, created_at, changed_at
    )


def place_of(row: Sequence[Any], order: Order) -> Any:
    """Of a row of ``MY_LIST`` and its like: the key after which the part begins; ``None`` where there is none."""
    return row[9 + list(Order).index(order)]


def _tags(joined: str | None) -> tuple[str, ...]:
    if not joined:
        return ()
    return tuple([one[one.index("\t") + 1 :] for one in sorted(joined.split("\n"))])


def stream(session: Session, list_id: uuid.UUID, *, chunk: int = 1000) -> Iterator[ItemRow]:
    """Every item of a list in its order by hand, ``chunk`` at a time; the caller has seen that it may be read."""
    values: dict[str, Any] = {"list_id": list_id, "count": chunk}
    while True:
        statement = part(Order.MANUAL, False, "after_id" in values, False)
        found = [item_of(row) for row in session.execute(statement, values)]
        yield from found
        if len(found) < chunk:
            return
        values |= {"after_key": found[-1].position, "after_id": found[-1].id}


def touch(session: Session, now: datetime, *list_ids: uuid.UUID) -> None:
    """Note that something changed in these lists."""
    statement = update(FavouriteList.__table__).where(LIST.id.in_(list_ids)).values(changed_at=now)  # type: ignore[arg-type]
    session.execute(statement)
