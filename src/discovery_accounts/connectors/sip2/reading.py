"""Dates and amounts as SIP2 servers write them."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import UnexpectedAnswer
from discovery_accounts.domain.money import Money, money

# A due date without a time means the whole day.
_END_OF_DAY = time(23, 59)
# Signs for thousands only where decimals follow: "1.234" could be either.
_AMOUNT = re.compile(
    r"(?:[A-Z]{3}|[€$£]|kr\.?)?\s*(?P<minus>-)?"
    r"(?:(?P<whole>\d+|\d{1,3}(?:[ .,'\u00a0]\d{3})+(?=[.,]\d{2}))(?:[.,](?P<part>\d{1,2}))?)"
    r"\s*(?:[A-Z]{3}|[€$£]|kr\.?)?",
    re.ASCII,
)
STAMPS = ("%Y%m%d    %H%M%S",)
"""The one way to write a moment in the fixed part of a message."""

_STAMP = 18  # characters: YYYYMMDD, a zone of four, HHMMSS


def moment(text: str, formats: Iterable[str], zone: ZoneInfo) -> datetime:
    """A moment in the library's zone; a day alone means its last minute. Raises ``UnexpectedAnswer``.

    The zone of a SIP2 stamp is blank for local time or ``Z`` for UTC (ANSI X3.43).
    """
    universal = len(text) == _STAMP and text[8:12].strip() == "Z"
    plain = f"{text[:8]}    {text[12:]}" if universal else text
    for pattern in formats:
        try:
            found = datetime.strptime(plain, pattern)  # noqa: DTZ007 - the zone is given below
        except ValueError:
            continue
        if "%H" not in pattern and "%I" not in pattern:
            return datetime.combine(found.date(), _END_OF_DAY, zone)
        return found.replace(tzinfo=UTC).astimezone(zone) if universal else found.replace(tzinfo=zone)
    raise UnexpectedAnswer("a date in none of the formats that are known for this library (due_format)")


def last_day(texts: Iterable[str | None], formats: Iterable[str], zone: ZoneInfo) -> date | None:
    """The first of the texts that is a date; a membership's end in an odd form is not told."""
    known = tuple(formats)
    for text in texts:
        try:
            if text:
                return moment(text, known, zone).date()
        except UnexpectedAnswer:
            continue
    return None


def amount(text: str, currency: str) -> Money:
    """A sum of money: ``12.50``, ``12,50``, ``EUR 1 234.50``. Raises ``UnexpectedAnswer`` for what could be two."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise UnexpectedAnswer("an amount that is no number")
    whole = re.sub(r"\D", "", found["whole"])
    try:
        return money(f"{found['minus'] or ''}{whole}.{found['part'] or '0'}", currency)
    except ValueError:
        raise UnexpectedAnswer("an amount that nobody could owe") from None


def readable_amount(text: str | None, currency: str) -> Money | None:
    """As :func:`amount`; ``None`` where nothing readable was told."""
    try:
        return amount(text, currency) if text else None
    except UnexpectedAnswer:
        return None
