"""Days that people type or choose: read, and held against today."""

import re
from datetime import date, timedelta

from discovery_accounts.domain.card_number import BadShape

FURTHEST = timedelta(days=5 * 366)
"""No library plans holds further ahead."""

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)", re.ASCII)
_DOTTED = re.compile(r"(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?(?P<year>\d{4})", re.ASCII)


def read_day(typed: str, field: str) -> date | None:
    """A day written ``2026-12-24`` or ``24.12.2026``; ``None`` for nothing. Raises ``BadShape`` about ``field``."""
    text = typed.strip()
    if not text:
        return None
    found = _ISO.fullmatch(text) or _DOTTED.fullmatch(text)
    if found is None:
        raise BadShape(field, "bad_format")
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise BadShape(field, "bad_format") from None


def check_coming(day: date | None, today: date, field: str) -> None:
    """That a day, if there is one, is still to come, and not too far off. Raises ``BadShape``."""
    if day is None:
        return
    if day <= today:
        raise BadShape(field, "past")
    if day - today > FURTHEST:
        raise BadShape(field, "too_far")
