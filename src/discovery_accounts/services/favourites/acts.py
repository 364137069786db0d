"""Acts on many items at once: remove, move, copy, of some or of all in a list, each undone by ``undoing``.

Every act is a few statements, however many items it is about. The caller's ids are looked for some hundreds at
a time; all is one transaction.
"""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    Uuid,
    and_,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import STEP
from discovery_accounts.models import FavouriteAct, FavouriteItem, FavouriteTag
from discovery_accounts.services.favourites import undoing
from discovery_accounts.services.favourites.lists import lock, require_list
from discovery_accounts.services.favourites.ordering import end_of
from discovery_accounts.services.favourites.rows import touch
from discovery_accounts.services.favourites.shapes import UNDO_FOR, Act, ActKind, Undone
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem

_ITEM = FavouriteItem
_AT_ONCE = 500
"""Ids in one statement."""

Ids = Collection[uuid.UUID] | None

_RECORD = ("source", "record_id", "title", "title_key", "author", "author_key", "year", "year_key", "format")
_COPIED = (*_RECORD, "cover_url", "note")


@dataclass(frozen=True, slots=True)
class _Begun:
    """An act under way. ``shift`` is what puts positions of this list after all of the other one."""

    id: uuid.UUID
    list_id: uuid.UUID
    to: uuid.UUID
    shift: int
    now: datetime


class Acts:
    """``item_ids`` ``None`` is all that is in the list. All raise ``Problem`` ``not_found`` where the list or the one
    to move to is not the account's, or none of the items is in it; ``BadShape`` about ``to`` where both are one."""

    def __init__(self, house: House) -> None:
        self._house = house

    def remove(self, actor: Actor, list_id: uuid.UUID, item_ids: Ids) -> Act:
        """Gone from the list for everybody, and for good after seven days."""
        with self._house.database.writing() as session:
            begun = self._begin(session, actor, ActKind.REMOVE, list_id, list_id)
            done = 0
            for some in _chosen(list_id, item_ids):
                gone = update(_ITEM).where(some).values(removed_at=begun.now, act_id=begun.id)
                done += undoing.count(session, gone)
            return _finish(session, begun, ActKind.REMOVE, item_ids, done, 0)

    def move(self, actor: Actor, list_id: uuid.UUID, item_ids: Ids, to: uuid.UUID) -> Act:
        """To the end of another list, in their order by hand. What that has already stays where it is, so that no note
        is lost."""
        with self._house.database.writing() as session:
            begun = self._begin(session, actor, ActKind.MOVE, list_id, to)
            done = there = 0
            for some in _chosen(list_id, item_ids):
                there += _number(session, some, _in_list(to))
                moved = update(_ITEM).where(some, ~_in_list(to))
                done += undoing.count(
                    session,
                    moved.values(
                        list_id=to,
                        position=_ITEM.position + begun.shift,
                        from_list_id=list_id,
                        from_position=_ITEM.position,
                        act_id=begun.id,
                    ),
                )
            return _finish(session, begun, ActKind.MOVE, item_ids, done, there)

    def copy(self, actor: Actor, list_id: uuid.UUID, item_ids: Ids, to: uuid.UUID) -> Act:
        """To the end of another list, with notes and tags; what that has already stays as it is."""
        with self._house.database.writing() as session:
            begun = self._begin(session, actor, ActKind.COPY, list_id, to)
            done = there = 0
            for some in _chosen(list_id, item_ids):
                there += _number(session, some, _in_list(to))
                copied = _copied(session, begun).where(some, ~_in_list(to))
                names = [column.name for column in copied.selected_columns]
                done += undoing.count(
                    session, insert(_ITEM).from_select(names, copied, include_defaults=False)
                )
            if done:
                session.execute(_copy_tags(begun))
            return _finish(session, begun, ActKind.COPY, item_ids, done, there)

    def undo(self, actor: Actor, act_id: uuid.UUID) -> Undone:
        """Once, within seven days; else ``Problem`` ``not_found``."""
        with self._house.database.writing() as session:
            lock(session, actor.account_id)
            return undoing.undo(session, actor.account_id, act_id, self._house.now())

    def recent(self, actor: Actor) -> tuple[Act, ...]:
        """What can still be undone, the newest first; at most 20."""
        now = self._house.now()
        query = (
            select(FavouriteAct.id, FavouriteAct.kind, FavouriteAct.items, FavouriteAct.at)
            .where(FavouriteAct.account_id == actor.account_id, FavouriteAct.at > now - UNDO_FOR)
            .order_by(FavouriteAct.at.desc(), FavouriteAct.id)
            .limit(20)
        )
        with self._house.database.reading() as session:
            found = session.execute(query).all()
        return tuple(Act(id_, ActKind(kind), items, at + UNDO_FOR) for id_, kind, items, at in found)

    def _begin(
        self, session: Session, actor: Actor, kind: ActKind, list_id: uuid.UUID, to: uuid.UUID
    ) -> _Begun:
        lock(session, actor.account_id)
        require_list(session, actor.account_id, list_id)
        if kind is not ActKind.REMOVE:
            require_list(session, actor.account_id, to)
            if to == list_id:
                raise BadShape("to", "same")
        act_id, now = uuid.uuid4(), self._house.now()
        values = {"id": act_id, "account_id": actor.account_id, "kind": kind.value, "items": 0, "at": now}
        session.execute(insert(FavouriteAct), values)
        first = session.scalar(select(func.min(_ITEM.position)).where(_ITEM.list_id == list_id)) or 0
        shift = 0 if kind is ActKind.REMOVE else end_of(session, to) + STEP - first
        return _Begun(act_id, list_id, to, shift, now)


def _finish(session: Session, begun: _Begun, kind: ActKind, asked: Ids, done: int, there: int) -> Act:
    missing = 0 if asked is None else len(set(asked)) - done - there
    if asked and done + there == 0:
        raise Problem(Code.NOT_FOUND)
    counted = update(FavouriteAct).where(FavouriteAct.id == begun.id).values(items=done)
    session.execute(counted.execution_options(synchronize_session=False))
    touch(session, begun.now, begun.list_id, begun.to)
    return Act(begun.id, kind, done, begun.now + UNDO_FOR, there, missing)


def _chosen(list_id: uuid.UUID, item_ids: Ids) -> Iterator[ColumnElement[bool]]:
    """Conditions that together are true of each chosen item once."""
    live = and_(_ITEM.list_id == list_id, _ITEM.removed_at.is_(None))
    if item_ids is None:
        yield live
        return
    ids = list(dict.fromkeys(item_ids))
    for begin in range(0, len(ids), _AT_ONCE):
        yield and_(live, _ITEM.id.in_(ids[begin : begin + _AT_ONCE]))


def _in_list(list_id: uuid.UUID) -> ColumnElement[bool]:
    """Whether that list has the record of an item."""
    other = aliased(_ITEM)
    same = and_(other.source == _ITEM.source, other.record_id == _ITEM.record_id)
    there = exists().where(other.list_id == list_id, same, other.removed_at.is_(None))
    return there.correlate(_ITEM)


def _number(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(_ITEM).where(*where)) or 0


def _copied(session: Session, begun: _Begun) -> Select[tuple[object, ...]]:
    lite = session.get_bind().dialect.name == "sqlite"
    new_id = func.lower(func.hex(func.randomblob(16))) if lite else func.gen_random_uuid()
    told = [getattr(_ITEM, name) for name in _COPIED]
    return select(
        new_id.label("id"),
        literal(begun.to, Uuid()).label("list_id"),
        *told,
        (_ITEM.position + begun.shift).label("position"),
        literal(begun.now, _ITEM.added_at.type).label("added_at"),
        literal(begun.now, _ITEM.added_at.type).label("changed_at"),
        literal(begun.id, Uuid()).label("act_id"),
    )


def _copy_tags(begun: _Begun) -> Executable:
    old = aliased(_ITEM)
    same = and_(old.source == _ITEM.source, old.record_id == _ITEM.record_id)
    chosen = (
        select(_ITEM.id, FavouriteTag.key, FavouriteTag.tag)
        .join(old, and_(old.list_id == begun.list_id, same, old.removed_at.is_(None)))
        .join(FavouriteTag, FavouriteTag.item_id == old.id)
        .where(_ITEM.act_id == begun.id)
    )
    return insert(FavouriteTag).from_select(["item_id", "key", "tag"], chosen)
