"""Undoing an act on favourites: what it did to each item that nothing else was done to since.

The caller has locked the account. An act is undone once; what could not go back stays as it is.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Executable, and_, delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from discovery_accounts.models import FavouriteAct, FavouriteItem, FavouriteList
from discovery_accounts.services.favourites.ordering import part_twins
from discovery_accounts.services.favourites.rows import touch
from discovery_accounts.services.favourites.shapes import UNDO_FOR, ActKind, Undone
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge

_ITEM, _LIST, _ACT = FavouriteItem, FavouriteList, FavouriteAct


def undo(session: Session, account_id: uuid.UUID, act_id: uuid.UUID, now: datetime) -> Undone:
    """Raises ``Problem`` ``not_found``: another's, undone already, or older than seven days."""
    query = select(_ACT.kind, _ACT.items).where(
        _ACT.id == act_id, _ACT.account_id == account_id, _ACT.at > now - UNDO_FOR
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise Problem(Code.NOT_FOUND)
    kind = ActKind(found.kind)
    done = _UNDO[kind](session, act_id, now)
    if kind is ActKind.REMOVE_LIST:
        done = found.items if done else 0
    touched = session.scalars(select(_ITEM.list_id).where(_ITEM.act_id == act_id).distinct()).all()
    for list_id in touched:
        part_twins(session, list_id)
    touch(session, now, *touched)
    session.execute(delete(_ACT).where(_ACT.id == act_id).execution_options(synchronize_session=False))
    return Undone(kind, done, max(0, found.items - done))


def purge_favourites(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """Remove for good what can't be undone any more: items, lists, and the acts themselves."""
    over = now - UNDO_FOR
    parts = (
        purge(house, _ITEM.id, _ITEM.removed_at <= over, limit, dry_run),
        purge(house, _LIST.id, _LIST.removed_at <= over, limit, dry_run),
        purge(house, _ACT.id, _ACT.at <= over, limit, dry_run),
    )
    return Purged(sum(one.done for one in parts), sum(one.left for one in parts))


def _undo_remove(session: Session, act_id: uuid.UUID, _now: datetime) -> int:
    back = and_(_ITEM.act_id == act_id, _ITEM.removed_at.is_not(None), _is_free(_ITEM.list_id))
    return count(session, update(_ITEM).where(back).values(removed_at=None))


def _undo_move(session: Session, act_id: uuid.UUID, _now: datetime) -> int:
    here = exists().where(_LIST.id == _ITEM.from_list_id, _LIST.removed_at.is_(None))
    back = and_(_ITEM.act_id == act_id, _ITEM.removed_at.is_(None), here, _is_free(_ITEM.from_list_id))
    values = {
        "list_id": _ITEM.from_list_id,
        "position": _ITEM.from_position,
        "from_list_id": None,
        "from_position": None,
    }
    return count(session, update(_ITEM).where(back).values(values))


def _undo_copy(session: Session, act_id: uuid.UUID, now: datetime) -> int:
    copies = and_(_ITEM.act_id == act_id, _ITEM.removed_at.is_(None))
    return count(session, update(_ITEM).where(copies).values(removed_at=now))


def _undo_remove_list(session: Session, act_id: uuid.UUID, now: datetime) -> int:
    back = and_(_LIST.act_id == act_id, _LIST.removed_at.is_not(None))
    return count(session, update(_LIST).where(back).values(removed_at=None, changed_at=now))


_UNDO = {
    ActKind.REMOVE: _undo_remove,
    ActKind.MOVE: _undo_move,
    ActKind.COPY: _undo_copy,
    ActKind.REMOVE_LIST: _undo_remove_list,
}


def _is_free(list_id: Any) -> Any:
    """Whether a list does not have the record of an item (again)."""
    other = aliased(_ITEM)
    same = and_(other.source == _ITEM.source, other.record_id == _ITEM.record_id)
    there = exists().where(other.list_id == list_id, same, other.removed_at.is_(None))
    return ~there.correlate(_ITEM)


def count(session: Session, statement: Executable) -> int:
    """Do it, and tell to how many rows."""
    options = {"synchronize_session": False, "preserve_rowcount": True}
    result = session.execute(statement, execution_options=options)
    assert isinstance(result, CursorResult)
    return result.rowcount
