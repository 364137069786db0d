"""Reading a library's JSON: tolerant of what is missing, strict about types.

A fault names the field and never its value. Vendors that write something in a way of their own have
a subclass; what it changes is data where that is enough.
"""

import re
from datetime import date, datetime, time, tzinfo
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import UnexpectedAnswer

# A due date without a time means the whole day.
_END_OF_DAY = time(23, 59)
# What JSON can hold and neither UTF-8 nor a database can: a library that sends it must not spoil a whole page.
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
# What cataloguing rules leave at the end of a title or of a part of it.
_PUNCTUATION = " /:;,="


class Fields:
    """One JSON object. ``None`` is what the library did not tell: null, missing, or an empty text."""

    #: Where a time without an offset belongs; ``None`` for the library's own zone.
    unmarked: ClassVar[tzinfo | None] = None
    #: What may stand behind a date without a time and means nothing.
    date_mark: ClassVar[str] = ""

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            raise UnexpectedAnswer(f"{what} is not an object")
        self._value = value
        self._what = what

    def text(self, name: str) -> str | None:
        """A text; blanks around it are dropped, and what can't be written stands as a replacement character."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, str):
            raise self.fault(name, "a text")
        return _UNWRITABLE.sub("\ufffd", value).strip() or None if value else None

    def raw(self, name: str) -> object:
        """As it came, for what need not be a fault when it is odd."""
        return self._value.get(name)

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if value is None:
            raise self.fault(name, "there")
        return value

    def title(self, name: str) -> str | None:
        """A title or a part of one, without the punctuation of a catalogue entry behind it."""
        return (self.text(name) or "").rstrip(_PUNCTUATION) or None

    def flag(self, name: str) -> bool | None:
        """True or false."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.fault(name, "true or false")
        return value

    def day(self, name: str) -> date | None:
        """A date without a time."""
        value = self.text(name)
        try:
            return date.fromisoformat(value.removesuffix(self.date_mark)) if value else None
        except ValueError:
            raise self.fault(name, "a date") from None

    def moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A moment in the library's zone, from ISO 8601; a date alone means its last minute."""
        value = self.text(name)
        if value is None:
            return None
        alone = value.removesuffix(self.date_mark)
        try:
            if len(alone) == len("2030-01-31"):
                return datetime.combine(date.fromisoformat(alone), _END_OF_DAY, zone)
            moment = datetime.fromisoformat(value)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=self.unmarked or zone)
            return aware.astimezone(zone)
        except (ValueError, OverflowError):
            raise self.fault(name, "a date and time") from None

    def needed_moment(self, name: str, zone: ZoneInfo) -> datetime:
        """A moment that must be there."""
        moment = self.moment(name, zone)
        if moment is None:
            raise self.fault(name, "there")
        return moment

    def inner(self, name: str) -> Self:
        """An object inside this one; an empty one when the library sent none."""
        value = self._value.get(name)
        return type(self)({} if value is None else value, f"{self._what}.{name}")

    def rows(self, name: str) -> list[Self]:
        """A list of objects; an empty one may be left out."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fault(name, "a list")
        return [type(self)(row, f"{self._what}.{name}") for row in value if row is not None]

    def fault(self, name: str, expected: str) -> UnexpectedAnswer:
        """The failure for a field that is not what it should be."""
        return UnexpectedAnswer(f"{self._what}.{name} is not {expected}")
