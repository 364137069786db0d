"""Removing rows that are over: as many as a run may, and how many that leaves."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute

from discovery_accounts.services.house import House


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows were removed (in a dry run: would be), and how many are ``left`` for the next run."""

    done: int
    left: int


def purge(
    house: House, key: InstrumentedAttribute[Any], over: ColumnElement[bool], limit: int, dry_run: bool
) -> Purged:
    """Remove at most ``limit`` rows of the table of ``key``, its primary key, that are ``over``."""
    table = key.class_
    with house.database.writing() as session:
        found = session.scalar(select(func.count()).select_from(table).where(over)) or 0
        if found and not dry_run:
            some = select(key).where(over).limit(limit)
            session.execute(delete(table).where(key.in_(some)).execution_options(synchronize_session=False))
    done = min(found, limit)
    return Purged(done, found - done)
