"""Reading Alma's JSON: tolerant of what is missing, strict about types. A fault names the field only."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import UnexpectedAnswer

_END_OF_DAY = time(23, 59)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Fields:
    """One JSON object. ``None`` is what Alma did not tell: null, missing, or an empty text."""

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            raise UnexpectedAnswer(f"{what} is not an object")
        self._value = value
        self._what = what

    def text(self, name: str) -> str | None:
        """A text; blanks around it are dropped."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, str):
            raise self.fault(name, "a text")
        return value.strip() or None if value else None

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if value is None:
            raise self.fault(name, "there")
        return value

    def code(self, name: str) -> str | None:
        """The ``value`` of a coded field, which comes with a description."""
        return self.inner(name).text("value")

    def flag(self, name: str) -> bool | None:
        """True or false."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.fault(name, "true or false")
        return value

    def count(self, name: str) -> int:
        """A number of things that must be there; some are sent as text."""
        value = self._value.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:9])
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fault(name, "a number")
        return value

    def day(self, name: str) -> date | None:
        """A date; Alma writes a ``Z`` behind it that means nothing."""
        value = self.text(name)
        try:
            return date.fromisoformat(value[:10]) if value else None
        except ValueError:
            raise self.fault(name, "a date") from None

    def moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A moment in the library's zone, from ISO 8601 or milliseconds since 1970."""
        value = self._value.get(name)
        if value is None or value == "":
            return None
        try:
            # A date alone means its last minute.
            if isinstance(value, str) and len(value.rstrip("Z")) == len("2030-01-31"):
                return datetime.combine(date.fromisoformat(value[:10]), _END_OF_DAY, zone)
            if isinstance(value, str) and not value.isdecimal():
                moment = datetime.fromisoformat(value)
                return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)
            if isinstance(value, int | str) and not isinstance(value, bool):
                return (_EPOCH + timedelta(milliseconds=int(value))).astimezone(zone)
        except (ValueError, OverflowError):
            pass
        raise self.fault(name, "a date and time")

    def inner(self, name: str) -> "Fields":
        """An object inside this one; an empty one when Alma sent none."""
        value = self._value.get(name)
        return Fields({} if value is None else value, f"{self._what}.{name}")

    def rows(self, name: str) -> list["Fields"]:
        """A list of objects; Alma leaves a list out when it is empty."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fault(name, "a list")
        return [Fields(row, f"{self._what}.{name}") for row in value if row is not None]

    def fault(self, name: str, expected: str) -> UnexpectedAnswer:
        """The failure for a field that is not what it should be."""
        return UnexpectedAnswer(f"{self._what}.{name} is not {expected}")
