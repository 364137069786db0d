"""Reading PAIA's JSON."""

import re
from datetime import date
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.fields import Fields
from discovery_accounts.domain.money import Money, money

_MONEY = re.compile(r"(-?[0-9]{1,12}(?:\.[0-9]{1,4})?) ([A-Z]{3})", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


class PaiaFields(Fields):
    """One object of PAIA. Numbers may be texts, as the first versions allowed."""

    def has(self, name: str) -> bool:
        """Whether the server told it at all."""
        return self._value.get(name) is not None

    def names(self) -> tuple[str, ...]:
        """The names of what is told: those of conditions are URIs."""
        return tuple(name for name in self._value if self.has(name))

    def whole(self, name: str) -> int | None:
        """A whole number that is not negative."""
        value = self._value.get(name)
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            return int(value)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        raise self.fault(name, "a whole number")

    def money(self, name: str) -> Money | None:
        """``0.80 USD``."""
        told = self.text(name)
        if told is None:
            return None
        found = _MONEY.fullmatch(told)
        if found is None:
            raise self.fault(name, "an amount with a currency")
        return money(found[1], found[2])

    def calendar_day(self, name: str, zone: ZoneInfo) -> date | None:
        """The library's day of a date or of a moment."""
        moment = self.moment(name, zone)
        return None if moment is None else moment.date()

    def words(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._value.get(name)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(value)
        raise self.fault(name, "a list of texts")
