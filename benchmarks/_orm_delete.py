"""Deleting as an ORM does by relationships with cascades: rows of each table that refers to an object are loaded, and
deleted one by one, theirs before them; or let go of, where they outlive it."""

from collections.abc import Iterator
from functools import cache

from sqlalchemy import Column, inspect
from sqlalchemy.orm import Session

from discovery_accounts.models import Base


def delete_by_orm(session: Session, one: Base) -> None:
    for model, column in _children(type(one)):
        attribute = getattr(model, inspect(model).get_property_by_column(column).key)
        parent = inspect(one).identity[0]
        for child in session.query(model).filter(attribute == parent):
            if _of(column).ondelete == "CASCADE":
                delete_by_orm(session, child)
            else:
                setattr(child, attribute.key, None)
    session.delete(one)
    session.flush()


@cache
def _children(model: type[Base]) -> tuple[tuple[type[Base], Column[object]], ...]:
    return tuple(_found(model))


def _found(model: type[Base]) -> Iterator[tuple[type[Base], Column[object]]]:
    mine = inspect(model).local_table
    for mapper in Base.registry.mappers:
        for column in mapper.local_table.columns:
            if any(key.column.table is mine for key in column.foreign_keys):
                yield mapper.class_, column


def _of(column: Column[object]) -> object:
    [key] = column.foreign_keys
    return key
