"""Koha's way of writing times: local, with the offset of the day, and 23:59:00 for due dates."""

from datetime import UTC, date, datetime, time
from functools import lru_cache

from discovery_accounts.simulator.loans import zone


@lru_cache(maxsize=4096)
def local(seconds: int) -> str:
    """Seconds since 1970 as `2026-03-01T23:59:00+02:00`."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone("koha")).isoformat(timespec="seconds")


def local_day(day: str) -> str:
    """The beginning of an ISO date in the library, as a time."""
    return datetime.combine(date.fromisoformat(day), time(), zone("koha")).isoformat(timespec="seconds")


def is_past(day: str) -> bool:
    """Whether an ISO date lies before today in the library."""
    return date.fromisoformat(day) < datetime.now(zone("koha")).date()
