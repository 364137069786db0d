"""Reads the parts of an account from the database, in chunks: each is a transaction of its own, so that whoever reads
slowly holds no connection, and an account of any size takes the same memory."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, null, select, tuple_

from discovery_accounts.services.card_rows import number_binding
from discovery_accounts.services.house import House
from discovery_accounts.services.own_data.parts import Part, Reader
from discovery_accounts.vault.vault import CannotUnseal, Sealed

CHUNK = 500
"""Rows of one transaction."""
NUMBER = "number"
"""What the whole number of a card is called, where its column holds it sealed."""
_SEALED = "number_sealed"
_NUMBER_KEY = "number_key_id"

Row = Mapping[str, Any]


def rows_of(
    house: House, part: Part, reader: Reader, *, most: int | None = None, chunk: int = CHUNK
) -> Iterator[Row]:
    """Every row of a part, or the first ``most`` of them, in the order of its key, with values of Python."""
    key = tuple(part.table.primary_key.columns)
    after: tuple[Any, ...] | None = None
    left = most
    while True:
        wanted = chunk if left is None else min(chunk, left)
        query = _query(part, key, after).limit(wanted)
        with house.database.reading() as session:
            found = session.execute(query, reader.values(house.now())).mappings().all()
        for row in found:
            yield _told(house, part, row)
        left = None if left is None else left - len(found)
        if len(found) < wanted or left == 0:
            return
        after = tuple(found[-1][f"key_{column.name}"] for column in key)


def count_of(house: House, part: Part, reader: Reader) -> int:
    query = select(func.count()).select_from(part.table).where(part.whose(part.table))
    with house.database.reading() as session:
        return session.scalar(query, reader.values(house.now())) or 0


def names_of(part: Part) -> tuple[str, ...]:
    """What the values of a part are called, in the order in which they are told."""
    return (*(NUMBER if name == _SEALED else name for name in part.fields), *part.more)


def _query(part: Part, key: tuple[ColumnElement[Any], ...], after: tuple[Any, ...] | None) -> Select[Any]:
    rows = part.table
    wanted = [_value(part, name) for name in part.fields]
    if _SEALED in part.fields:
        wanted.append(rows.c[_NUMBER_KEY])
    values = [more(rows).label(name) for name, more in part.more.items()]
    keys = [column.label(f"key_{column.name}") for column in rows.primary_key.columns]
    query = select(*wanted, *values, *keys).where(part.whose(rows)).order_by(*key)
    return query if after is None else query.where(tuple_(*key) > after)


def _value(part: Part, name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = part.table.c[name]
    if part.open_where is None or name not in part.guarded:
        return column
    return case((part.open_where(part.table), column), else_=null()).label(name)


def _told(house: House, part: Part, row: Any) -> Row:
    told = {name: row[name] for name in (*part.fields, *part.more)}
    if _SEALED not in told:
        return told
    number = None if told[_SEALED] is None else _number(house, row)
    return {NUMBER if name == _SEALED else name: number if name == _SEALED else told[name] for name in told}


def _number(house: House, row: Any) -> str | None:
    sealed = Sealed(row[_SEALED], row[_NUMBER_KEY])
    try:
        return house.vault.unseal_text(sealed, number_binding(row["library"], row["id"]))
    except CannotUnseal:
        return None
