"""Reading Koha's JSON: tolerant of what is missing, strict about types. A fault names the field only."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import UnexpectedAnswer

# Koha's last minute of a day; a due date without a time means the whole day.
_END_OF_DAY = time(23, 59)


class Fields:
    """One JSON object. ``None`` is what Koha did not tell: null, missing, or an empty text."""

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

    def number(self, name: str) -> int | None:
        """A whole number."""
        value = self._value.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self.fault(name, "a whole number")
        return value

    def identifier(self, name: str) -> str:
        """A whole number that must be there, as the text that the house uses for ids."""
        value = self.number(name)
        if value is None:
            raise self.fault(name, "there")
        return str(value)

    def flag(self, name: str) -> bool | None:
        """True or false; older versions write 1 and 0."""
        value = self._value.get(name)
        if value is None or isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        raise self.fault(name, "true or false")

    def day(self, name: str) -> date | None:
        """A date without a time."""
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise self.fault(name, "a date") from None

    def moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A moment in the library's zone; a time without an offset is already in it."""
        value = self.text(name)
        if value is None:
            return None
        try:
            if len(value) == len("2030-01-31"):
                return datetime.combine(date.fromisoformat(value), _END_OF_DAY, zone)
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(zone)
        except (ValueError, OverflowError):
            raise self.fault(name, "a date and time") from None

    def inner(self, name: str) -> "Fields":
        """An object inside this one; an empty one when Koha sent none."""
        value = self._value.get(name)
        return Fields({} if value is None else value, f"{self._what}.{name}")

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words, or a single one."""
        value = self._value.get(name)
        if value is None or isinstance(value, str):
            return (value,) if value else ()
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(value)
        raise self.fault(name, "a list of words")

    def fault(self, name: str, expected: str) -> UnexpectedAnswer:
        """The failure for a field that is not what it should be."""
        return UnexpectedAnswer(f"{self._what}.{name} is not {expected}")
