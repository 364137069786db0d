"""Tables of members, kept for a day: the difference of two looks would be whoever signed up or in between them (rules
9.5). Only what is published is kept: no small number."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from discovery_accounts.domain.small_groups import Published
from discovery_accounts.services.house import House
from discovery_accounts.services.insight.shapes import InsightTable, Subject

KEPT_FOR = timedelta(days=1)


def kept(house: House) -> tuple[InsightTable, ...] | None:
    """``None``: they must be counted. By the house's own clock, too, which may be another one than the cache's."""
    [found] = house.cache.get_many([_key(house)])
    if found is None:
        return None
    at, tables = json.loads(found)
    counted_at = datetime.fromisoformat(at)
    if not timedelta() <= house.now() - counted_at < KEPT_FOR:
        return None
    return tuple(InsightTable(Subject(name), _read(table), counted_at=counted_at) for name, table in tables)


def keep(house: House, tables: Sequence[InsightTable], counted_at: datetime) -> None:
    written = [(table.subject.value, _written(table.published)) for table in tables]
    entry = json.dumps([counted_at.isoformat(), written]).encode()
    house.cache.put_many({_key(house): entry}, int(KEPT_FOR.total_seconds()))


def _key(house: House) -> str:
    return f"insight:{house.settings.insight.threshold}"


def _written(table: Published | None) -> object:
    return table and [table.rows, table.columns, table.cells]


def _read(table: list[list[list[str]]] | None) -> Published | None:
    if table is None:
        return None
    rows, columns, cells = (tuple(map(tuple, part)) for part in table)
    return Published(rows, columns, cells)  # type: ignore[arg-type]  # as _written wrote them
