"""What a seal says: how an event is written in it, and the digest that ties it to the one before."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

START = "0" * 64
"""What the first seal of all has before it."""


@dataclass(frozen=True, slots=True)
class Open:
    """What of an event stays readable for good. ``detail``, codes and counts, is sealed with the person's ids as well;
    here it is so that nobody can change it once they are erased and that seal can't be read any more."""

    event_id: uuid.UUID
    at: datetime
    word: str
    library: str | None
    detail: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What of an event is read with the key of the person alone."""

    account_id: uuid.UUID | None = field(repr=False)
    card_id: uuid.UUID | None = field(repr=False)
    detail: Mapping[str, Any] | None = field(repr=False)

    def written(self) -> str:
        """The same text for the same values, whatever order a database keeps them in."""
        return _written([_text(self.account_id), _text(self.card_id), self.detail or None])


def read_hidden(text: str) -> Hidden:
    """What ``Hidden.written`` wrote."""
    account, card, detail = json.loads(text)
    return Hidden(_id(account), _id(card), detail)


def digest(previous: str, sequence: int, event: Open, sealed: bytes) -> str:
    """SHA-256 in hex. Each part goes with its length, so that no two events are written alike."""
    parts = (
        previous,
        str(sequence),
        event.event_id.hex,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.word,
        "" if event.library is None else f"={event.library}",
        _written(event.detail or None),
    )
    whole = hashlib.sha256()
    for part in (*(text.encode() for text in parts), sealed):
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def binding(event_id: uuid.UUID, sequence: int) -> tuple[str, str, str]:
    """A sealed text opens in its own seal only."""
    return ("audit event", str(event_id), str(sequence))


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


def _id(value: str | None) -> uuid.UUID | None:
    return None if value is None else uuid.UUID(value)
