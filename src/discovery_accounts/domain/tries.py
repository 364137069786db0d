"""How many refused tries are too many, and how long to wait then (interface ``limits``, ``lock_after``)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
FORGET_AFTER = timedelta(hours=24)
"""Refused tries at a card are forgotten by us after a day; a library's own counter does not forget."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Tries at one thing that were refused or are under way: how many, and when the last one was."""

    count: int
    last_at: datetime | None


def wait_for_card(refusals: Refusals, limit: int, now: datetime) -> timedelta | None:
    """How long until the next try at a card; ``None`` for at once.

    The first ``limit`` tries are free; each one after waits longer: 1, 5, 15, then 60 minutes.
    """
    if refusals.last_at is None or refusals.count < limit or now - refusals.last_at >= FORGET_AFTER:
        return None
    wait = WAITS[min(refusals.count - limit, len(WAITS) - 1)]
    return _rest(refusals.last_at + wait, now)


def wait_for_window(
    refusals: Refusals, count: int, seconds: int, started_at: datetime, now: datetime
) -> timedelta | None:
    """How long until the next try where ``count`` refused ones are allowed in ``seconds``."""
    ends = started_at + timedelta(seconds=seconds)
    if now >= ends or refusals.count < count:
        return None
    return _rest(ends, now)


def wait_for_library_lock(refusals: Refusals, lock_after: int | None, now: datetime) -> timedelta | None:
    """How long until a PIN of this card may be sent to its library again.

    The library locks the card at ``lock_after`` refusals, so we stop one below; after a day one
    more try is let through. ``None`` as ``lock_after``: the library has no such lock.
    """
    if lock_after is None or refusals.last_at is None or refusals.count < max(1, lock_after - 1):
        return None
    return _rest(refusals.last_at + FORGET_AFTER, now)


def _rest(until: datetime, now: datetime) -> timedelta | None:
    return until - now if until > now else None
