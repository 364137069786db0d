"""The shape of a part of what is stored about a person: one table, whose rows are found by their account."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, or_, select

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.models import Base

Whose = Callable[[Table], ColumnElement[bool]]
"""Which rows of a table are a person's; the parameters are those of a :class:`Reader`, and ``now``."""
More = Callable[[Table], ColumnElement[object]]
"""A value that another table holds, for each row."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose data are read, and by what they are known: ``session_id`` is the session in which they ask, ``card_id`` the
    card that they showed at a desk."""

    account_id: uuid.UUID
    session_id: uuid.UUID | None = None
    card_id: uuid.UUID | None = None

    def values(self, now: datetime) -> dict[str, Any]:
        """The parameters of a part's conditions."""
        return {"account": self.account_id, "session": self.session_id, "card": self.card_id, "now": now}


@dataclass(frozen=True, slots=True)
class Part:
    """``name`` is what it is called in the archive, ``fields`` the columns that are told, ``tie`` the columns by which
    a row belongs to somebody. ``more`` are further values by name. ``one``: a person has exactly one row of it.
    ``title`` is shown to people. ``guarded`` are fields that are empty in rows of which ``open_where`` is not true."""

    name: str
    table_name: str
    title: str
    whose: Whose
    fields: tuple[str, ...]
    tie: tuple[str, ...] = ("account_id",)
    more: Mapping[str, More] = field(default_factory=dict)
    one: bool = False
    guarded: tuple[str, ...] = ()
    open_where: Whose | None = None

    @property
    def table(self) -> Table:
        return table(self.table_name)


def table(name: str) -> Table:
    return Base.metadata.tables[name]


def columns(names: str) -> tuple[str, ...]:
    """Names of columns, with spaces between them."""
    return tuple(names.split())


def _account() -> ColumnElement[object]:
    return bindparam("account")


def mine(column: str = "account_id") -> Whose:
    """Rows that have the account itself."""
    return lambda rows: rows.c[column] == _account()


def of(column: str, owner: str, tie: str = "account_id") -> Whose:
    """Rows that belong to a row of the table ``owner``, which has the account."""

    def condition(rows: Table) -> ColumnElement[bool]:
        above = table(owner)
        return rows.c[column].in_(select(above.c.id).where(above.c[tie] == _account()))

    return condition


def held(column: str = "card_id") -> Whose:
    """Rows about the cards whose holder the person is: of others' cards only the own link is theirs. A link that
    waits for a yes shows nothing, as ``domain.access`` has it for ``DECIDE_WHO_SEES``."""

    def condition(rows: Table) -> ColumnElement[bool]:
        link = table("link")
        own = (link.c.account_id == _account(), link.c.holder, link.c.state == LinkState.ACTIVE.value)
        return rows.c[column].in_(select(link.c.card_id).where(*own, not_past(link)))

    return condition


def not_past(link: Table) -> ColumnElement[bool]:
    """Links whose last day is not over."""
    return or_(link.c.until.is_(None), link.c.until > bindparam("now"))


def beside(owner: str, column: str, tie: str) -> More:
    """The value of the row of ``owner`` that the column ``tie`` leads to."""

    def value(rows: Table) -> ColumnElement[object]:
        above = table(owner)
        return select(above.c[column]).where(above.c.id == rows.c[tie]).scalar_subquery()

    return value


def both(*conditions: Whose) -> Whose:
    return lambda rows: and_(*(one(rows) for one in conditions))
