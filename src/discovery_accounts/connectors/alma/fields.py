"""What is Alma's own in its JSON: coded values, counts as text, dates with a ``Z``, lists left out."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.fields import Fields
from discovery_accounts.domain.money import Money, money

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class AlmaFields(Fields):
    """One JSON object of Alma's. A time without an offset is UTC."""

    unmarked = UTC
    date_mark = "Z"

    def code(self, name: str) -> str | None:
        """The ``value`` of a coded field, which comes with a description."""
        return self.inner(name).text("value")

    def count(self, name: str) -> int:
        """A number of things that must be there; some are sent as text."""
        value = self._value.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:9])
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fault(name, "a number")
        return value

    def optional_count(self, name: str) -> int | None:
        """As ``count``, of something that need not be told."""
        return self.count(name) if self._value.get(name) not in (None, "") else None

    def day(self, name: str) -> date | None:
        """A date, whatever is written behind it."""
        value = self.text(name)
        try:
            return date.fromisoformat(value[:10]) if value else None
        except ValueError:
            raise self.fault(name, "a date") from None

    def moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A moment in the library's zone, from ISO 8601 or milliseconds since 1970."""
        value: object = self._value.get(name)
        try:
            if isinstance(value, str) and value.isdecimal():
                value = int(value)
            if isinstance(value, int) and not isinstance(value, bool):
                return (_EPOCH + timedelta(milliseconds=value)).astimezone(zone)
        except (ValueError, OverflowError):
            raise self.fault(name, "a date and time") from None
        return super().moment(name, zone)

    def number_text(self, name: str) -> str:
        """A number as Alma wrote it, whether as a number or as text; empty when it was not told."""
        value = self._value.get(name)
        return "" if value is None or isinstance(value, bool) else str(value)

    def amount(self, name: str, currency: str) -> Money | None:
        """A sum of money, whether written as a number or as text."""
        written = self.number_text(name).strip()
        try:
            return money(written, currency) if written else None
        except ValueError:
            raise self.fault(name, "an amount") from None

    def values(self, name: str) -> list[object]:
        """The rows of a list as they came."""
        self.rows(name)
        return [row for row in self._value.get(name) or [] if row is not None]
