"""A person of whom something is stored in every column of every table that the register of own data names."""

import uuid
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, LargeBinary, String, Table, Text, Uuid

from discovery_accounts.domain.cards import CredentialState, LinkState
from discovery_accounts.models import Base
from discovery_accounts.models.base import UtcDateTime
from discovery_accounts.services.card_rows import number_binding
from discovery_accounts.services.house import House
from discovery_accounts.services.own_data.register import PARTS

_FIXED: dict[str, Any] = {
    "link.state": LinkState.ACTIVE.value,
    "link.holder": True,
    "link.ended_at": None,
    "link.ended_by": None,
    "link.until": None,
    "event.word": "loans.renewed",
    "event.detail": {"reason": "canary"},
}
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

Rows = dict[str, dict[str, Any]]


def fill(house: House, first: int, also: Collection[str] = (), *, good_pin: bool = False) -> Rows:
    """One row in each table, all of one account; values are told apart by numbers from ``first`` on, of which each
    person has others. By table what was written. ``also`` are tables that the register doesn't name.
    ``good_pin``: the library was not heard to refuse it, so that of the card everything is told."""
    wanted = {part.table_name for part in PARTS} | set(also)
    tables = _with_parents([table for table in Base.metadata.sorted_tables if table.name in wanted])
    numbers = iter(range(first, first + 2000))
    found: Rows = {}
    for table in tables:
        found[table.name] = {column.name: _value(column, numbers, found) for column in table.columns}
    card = found["library_card"]
    card["library"] = "lumme"
    card["number"] = f"29{first:010}"
    sealed = house.vault.seal(card["number"], number_binding("lumme", card["id"]))
    card |= {"number_sealed": sealed.ciphertext, "number_key_id": sealed.key_id}
    if good_pin:
        found["credential"]["state"] = CredentialState.GOOD.value
    with house.database.writing() as session:
        for table in tables:
            written = {name: value for name, value in found[table.name].items() if name in table.columns}
            session.execute(table.insert(), written)
    return found


def _with_parents(tables: list[Table]) -> list[Table]:
    """Also the tables that theirs refer to, in an order in which they can be written."""
    names = {table.name for table in tables}
    while (
        more := {
            key.column.table.name
            for name in names
            for key in Base.metadata.tables[name].foreign_keys
            if not key.parent.nullable
        }
        - names
    ):
        names |= more
    return [table for table in Base.metadata.sorted_tables if table.name in names]


def _value(column: Column[Any], numbers: Iterator[int], found: Rows) -> Any:
    number = next(numbers)
    if str(column) in _FIXED:
        return _FIXED[str(column)]
    if column.foreign_keys:
        (key,) = column.foreign_keys
        above = found.get(key.column.table.name)
        return above[key.column.name] if above else None
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return BEGINNING + timedelta(seconds=number)
    if isinstance(kind, Date):
        return date(2026, 1, 1) + timedelta(days=number % 3000)
    if isinstance(kind, Uuid):
        return uuid.uuid4()
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, JSON):
        return [f"canary-{number}"]
    if isinstance(kind, LargeBinary):
        return f"canary-{number}".encode()
    if isinstance(kind, Text | String):
        return f"canary-{number}"[-(getattr(kind, "length", None) or 60) :]
    return number
