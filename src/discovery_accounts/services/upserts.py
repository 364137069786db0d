"""Inserting where a row may be there already: both databases can, each in its own dialect."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from discovery_accounts.models import Base


def insert_missing(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose primary or unique key is not there yet; leave the others as they are."""
    if not rows:
        return
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    table = model.__table__
    assert isinstance(table, Table)
    session.execute(dialect.insert(table).values(rows).on_conflict_do_nothing())
