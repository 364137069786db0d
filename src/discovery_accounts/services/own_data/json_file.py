"""``account.json``: written while the database is read."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from discovery_accounts.services.house import House
from discovery_accounts.services.own_data.left_out import LEFT_OUT
from discovery_accounts.services.own_data.parts import Reader
from discovery_accounts.services.own_data.reading import Row, rows_of
from discovery_accounts.services.own_data.register import PARTS
from discovery_accounts.services.own_data.schema import FORMAT, VERSION


def account_json(house: House, reader: Reader, now: datetime) -> Iterator[str]:
    """The file in parts of text; its last value is ``"complete": true``."""
    head = {"format": FORMAT, "version": VERSION, "made_at": now, "portal": house.settings.public_url}
    yield _text(head)[:-1]
    for part in PARTS:
        rows = rows_of(house, part, reader)
        if part.one:
            yield f',\n"{part.name}":{_text(next(rows, {}))}'
            continue
        yield f',\n"{part.name}":['
        yield from _listed(rows)
        yield "]"
    yield f',\n"left_out":{_text(LEFT_OUT)},\n"complete":true}}\n'


def _listed(rows: Iterator[Row]) -> Iterator[str]:
    between = "\n"
    for row in rows:
        yield between + _text(row)
        between = ",\n"


def _text(value: Any) -> str:
    return json.dumps(dict(value), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
