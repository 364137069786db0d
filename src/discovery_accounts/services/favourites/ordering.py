"""The order by hand. Positions are unique in a list, removed items included: so what is undone finds its place free.

The caller has locked the account.
"""

import uuid

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.favourites import STEP, between
from discovery_accounts.models import FavouriteItem
from discovery_accounts.services.favourites.shapes import Step

_ITEM = FavouriteItem


def end_of(session: Session, list_id: uuid.UUID) -> int:
    """The highest position there is; 0 in an empty list."""
    return session.scalar(select(func.max(_ITEM.position)).where(_ITEM.list_id == list_id)) or 0


def put(session: Session, list_id: uuid.UUID, item_id: uuid.UUID, position: int) -> None:
    """Before the first other item whose position is ``position`` or more, or last."""
    others = _live(list_id).where(_ITEM.id != item_id, _ITEM.position >= position)
    _put_before(session, list_id, item_id, session.scalar(others.order_by(_ITEM.position, _ITEM.id).limit(1)))


def step(session: Session, list_id: uuid.UUID, item_id: uuid.UUID, position: int, where: Step) -> None:
    """One up or down, or to either end, from ``position``."""
    others = _live(list_id).where(_ITEM.id != item_id)
    forwards = others.order_by(_ITEM.position, _ITEM.id)
    match where:
        case Step.FIRST:
            rival = session.scalar(forwards.limit(1))
        case Step.LAST:
            rival = None
        case Step.UP:
            back = others.where(_ITEM.position < position).order_by(_ITEM.position.desc(), _ITEM.id.desc())
            rival = session.scalar(back.limit(1))
            if rival is None:
                return
        case Step.DOWN:
            ahead = session.scalars(forwards.where(_ITEM.position > position).limit(2)).all()
            if not ahead:
                return
            rival = ahead[1] if len(ahead) > 1 else None
    _put_before(session, list_id, item_id, rival)


def renumber(session: Session, list_id: uuid.UUID) -> None:
    """The same order with room between all."""
    number = func.row_number().over(order_by=(_ITEM.position, _ITEM.id))
    ranks = select(_ITEM.id, number.label("rank")).where(_ITEM.list_id == list_id).subquery()
    statement = update(_ITEM).where(_ITEM.id == ranks.c.id).values(position=ranks.c.rank * STEP)
    session.execute(statement.execution_options(synchronize_session=False))


def part_twins(session: Session, list_id: uuid.UUID) -> None:
    """Renumber where two items share a position: one of them came back to a place that was taken."""
    twins = select(_ITEM.position).where(_ITEM.list_id == list_id).group_by(_ITEM.position)
    if session.scalar(twins.having(func.count() > 1).limit(1)) is not None:
        renumber(session, list_id)


def _put_before(session: Session, list_id: uuid.UUID, item_id: uuid.UUID, rival: uuid.UUID | None) -> None:
    place = _place_before(session, list_id, item_id, rival)
    if place is None:
        renumber(session, list_id)
        place = _place_before(session, list_id, item_id, rival)
    statement = update(_ITEM).where(_ITEM.id == item_id).values(position=place)
    session.execute(statement.execution_options(synchronize_session=False))


def _place_before(
    session: Session, list_id: uuid.UUID, item_id: uuid.UUID, rival: uuid.UUID | None
) -> int | None:
    others = select(func.max(_ITEM.position)).where(_ITEM.list_id == list_id, _ITEM.id != item_id)
    if rival is None:
        return between(session.scalar(others), None)
    after = session.scalar(select(_ITEM.position).where(_ITEM.id == rival))
    return between(session.scalar(others.where(_ITEM.position < after)), after)


def _live(list_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(_ITEM.id).where(_ITEM.list_id == list_id, _ITEM.removed_at.is_(None))
