"""The last day of a link: people say a day, which is included; rows have the first moment that is too late."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.days import read_day

FURTHEST = timedelta(days=20 * 366)
"""Long enough for whoever looks after a child; further off is a slip of the keyboard."""


def until_of(day: date | None, now: datetime, zone: tzinfo, field: str = "until") -> datetime | None:
    """The first moment after ``day`` in the library's zone; ``None`` for no end. Today is the earliest. Raises
    ``BadShape`` about ``field``."""
    if day is None:
        return None
    today = now.astimezone(zone).date()
    if day < today:
        raise BadShape(field, "past")
    if day - today > FURTHEST:
        raise BadShape(field, "too_far")
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def last_day_of(until: datetime | None, zone: tzinfo) -> date | None:
    """The day that people are told."""
    return None if until is None else (until - timedelta(microseconds=1)).astimezone(zone).date()


def read_until(text: str | None, now: datetime, zone: tzinfo, field: str = "until") -> datetime | None:
    """The same from a day or from a moment with its offset (RFC 3339); ``None`` for nothing. Raises ``BadShape``."""
    if text is None or "T" not in text.upper():
        return until_of(read_day(text or "", field), now, zone, field)
    try:
        until = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        raise BadShape(field, "bad_format") from None
    if until.tzinfo is None:
        raise BadShape(field, "bad_format")
    if until <= now:
        raise BadShape(field, "past")
    if until - now > FURTHEST:
        raise BadShape(field, "too_far")
    return until
