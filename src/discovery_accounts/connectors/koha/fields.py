"""What is Koha's own in its JSON: ids that are numbers, flags of older versions, lists of words."""

from datetime import date
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.fields import Fields
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.domain.money import Money, money


class KohaFields(Fields):
    """One JSON object of Koha's. A time without an offset is in the library's zone."""

    @property
    def names(self) -> tuple[str, ...]:
        """What is told at all."""
        return tuple(self._value)

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
        return bool(value) if value in (0, 1) else super().flag(name)

    def amount(self, name: str, currency: str) -> Money | None:
        """A sum of money, which Koha writes as a decimal number."""
        value = self._value.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.fault(name, "an amount")
        try:
            return money(value, currency)
        except ValueError:
            raise self.fault(name, "an amount") from None

    def calendar_day(self, name: str, zone: ZoneInfo) -> date | None:
        """The library's day of a date, or of a moment where a version writes that."""
        moment = self.moment(name, zone)
        return None if moment is None else moment.date()

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words, or a single one."""
        value = self._value.get(name)
        if value is None or isinstance(value, str):
            return (value,) if value else ()
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(value)
        raise self.fault(name, "a list of words")


def total_count(answer: HttpAnswer) -> int | None:
    """How long the whole list is of which the answer is a page; ``None`` when it was not told."""
    told = answer.headers.get("x-total-count", "")
    return int(told[:9]) if told.isascii() and told.isdigit() else None
