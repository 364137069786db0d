"""Published tables about people, kept for a day: the difference of two looks would be whoever signed up or in between
them (rules 9.5). Only what is published is kept: no small number."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from discovery_accounts.domain.small_groups import Published
from discovery_accounts.services.house import House

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """Tables by their names, in their order, all counted at one time."""

    counted_at: datetime
    tables: Mapping[str, Published | None]


def kept(house: House, what: str) -> Kept | None:
    """``None``: they must be counted, as they are at another threshold. By the house's own clock, too, which may be
    another one than the cache's."""
    [found] = house.cache.get_many([_key(house, what)])
    if found is None:
        return None
    at, tables = json.loads(found)
    counted_at = datetime.fromisoformat(at)
    if not timedelta() <= house.now() - counted_at < KEPT_FOR:
        return None
    return Kept(counted_at, {name: _read(table) for name, table in tables})


def keep(house: House, what: str, counted: Kept) -> None:
    """Where nothing at all is published there is nothing to set another look against, and nothing is kept."""
    if not any(counted.tables.values()):
        return
    written = [(name, _written(table)) for name, table in counted.tables.items()]
    entry = json.dumps([counted.counted_at.isoformat(), written]).encode()
    house.cache.put_many({_key(house, what): entry}, int(KEPT_FOR.total_seconds()))


def _key(house: House, what: str) -> str:
    return f"{what}:{house.settings.insight.threshold}"


def _written(table: Published | None) -> object:
    return table and [table.rows, table.columns, table.cells]


def _read(table: list[list[list[str]]] | None) -> Published | None:
    if table is None:
        return None
    rows, columns, cells = (tuple(map(tuple, part)) for part in table)
    return Published(rows, columns, cells)  # type: ignore[arg-type]  # as _written wrote them
