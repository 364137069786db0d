"""Last answers of libraries as text and back: what is kept of loans, holds, fees and sums.

A row that can't be read was written by another version: it is as if it had not been kept.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from discovery_accounts.connectors.api import Fee, Hold, Loan, PickupLocation
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.money import Money

_VERSION = 2

Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Codec:
    """How the records of one kind are read back; ``reads`` has the fields that JSON does not know."""

    kind: type
    reads: Mapping[str, Read]

    def write(self, record: Any) -> list[Any]:
        return [_plain(getattr(record, one.name)) for one in fields(self.kind)]

    def read(self, row: list[Any]) -> Any:
        names = [one.name for one in fields(self.kind)]
        values = zip(names, row, strict=True)
        return self.kind(**{name: self._value(name, value) for name, value in values})

    def _value(self, name: str, value: Any) -> Any:
        read = self.reads.get(name)
        return value if value is None or read is None else read(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Money):
        return [value.amount_minor, value.currency]
    if isinstance(value, PickupLocation):
        return [value.location_id, value.name]
    return value


def _money(value: Any) -> Money:
    return Money(*value)


_DAY: Read = date.fromisoformat
_MOMENT: Read = datetime.fromisoformat
_CODECS: Mapping[Want, _Codec] = {
    Want.LOANS: _Codec(Loan, {"due_at": _MOMENT, "checked_out_at": _MOMENT}),
    Want.HOLDS: _Codec(
        Hold,
        {
            "state": HoldState,
            "pickup": lambda value: PickupLocation(*value),
            **dict.fromkeys(("placed_on", "ready_until", "wanted_until", "suspended_until"), _DAY),
        },
    ),
    Want.FEES: _Codec(Fee, {"kind": FeeKind, "amount": _money, "outstanding": _money, "charged_on": _DAY}),
    Want.OWED: _Codec(Money, {}),
}

KEPT_WANTS: tuple[Want, ...] = tuple(_CODECS)
"""What is kept for showing again."""


def write_answer(want: Want, as_of: datetime, records: tuple[Any, ...]) -> bytes:
    """The answer as bytes."""
    codec = _CODECS[want]
    rows = [codec.write(record) for record in records]
    return json.dumps([_VERSION, as_of.isoformat(), rows], ensure_ascii=False).encode()


def read_answer(want: Want, data: bytes) -> tuple[datetime, tuple[Any, ...]]:
    """When it was told, and what. Raises ``ValueError`` or ``TypeError`` for another version's."""
    version, as_of, rows = json.loads(data)
    if version != _VERSION:
        raise ValueError("another version")
    codec = _CODECS[want]
    return datetime.fromisoformat(as_of), tuple(codec.read(row) for row in rows)
