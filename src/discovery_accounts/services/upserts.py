"""Inserting where a row may be there already: both databases can, each in its own dialect."""

from typing import Any

from sqlalchemy import CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from discovery_accounts.models import Base


def insert_missing(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> int:
    """Insert the rows whose primary or unique key is not there yet; leave the others as they are. How many were
    inserted."""
    if not rows:
        return 0
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    table = model.__table__
    assert isinstance(table, Table)
    counted = {"preserve_rowcount": True}  # else the count is -1 on PostgreSQL
    if len(rows) == 1:  # the commonest by far; with its values apart the statement is compiled once
        insert = dialect.insert(table).on_conflict_do_nothing()
        result = session.execute(insert, rows[0], execution_options=counted)
    else:
        insert = dialect.insert(table).values(rows).on_conflict_do_nothing()
        result = session.execute(insert, execution_options=counted)
    assert isinstance(result, CursorResult)
    return result.rowcount


def insert_or_update(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert the rows; of those whose primary key is there already, put the new values in their place.

    No two rows may have the same key.
    """
    if not rows:
        return
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    table = model.__table__
    assert isinstance(table, Table)
    insert = dialect.insert(table).values(rows)
    key = list(table.primary_key.columns)
    new = {name: insert.excluded[name] for name in rows[0] if name not in {column.name for column in key}}
    session.execute(insert.on_conflict_do_update(index_elements=key, set_=new))
