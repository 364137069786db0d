"""Dates and times as each language writes them."""

from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date, format_datetime, get_day_names
from babel.dates import format_time as babel_time
from babel.numbers import format_currency, format_decimal, format_percent

from discovery_accounts.domain.money import Money, minor_digits
from discovery_accounts.locale.catalogues import translations

_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB", "nb": "nb_NO"}
_DATE = {"fi": "d.M.y", "sv": "d MMM y", "en": "d MMM y", "nb": "d. MMM y"}
_WEEKDAY = {"fi": "ccc", "sv": "EEE", "en": "EEE", "nb": "EEE"}
_TIME = {"fi": "'klo' H.mm", "sv": "'kl.' HH.mm", "en": "HH:mm", "nb": "'kl.' HH.mm"}
_END_OF_DAY = time(23, 59)


@lru_cache(maxsize=4096)
def _number(number: float, locale: str) -> str:
    """Counts come again and again, and Babel takes as long for one as a short template does."""
    return format_decimal(number, locale=locale)


class Formats:
    """Bound to one language; templates get it as ``formats``.

    ``zone`` is for moments that come in UTC; a datetime that carries a library's zone is shown in that.
    ``now`` lets today's moments be shown by their time alone.
    """

    def __init__(self, language: str, zone: tzinfo = UTC, now: datetime | None = None) -> None:
        self._language = language if language in _LOCALES else "en"
        self._locale = _LOCALES[self._language]
        self._zone = zone
        self._now = now
        self._words = translations(self._language)

    def weekday(self, day: date) -> str:
        """A day with its weekday: ``to 26.11.2026``."""
        pattern = f"{_WEEKDAY[self._language]} {_DATE[self._language]}"
        return format_date(day, pattern, locale=self._locale)

    def weekday_name(self, number: int) -> str:
        """A day of the week alone, 0 for Monday: ``maanantai``."""
        return str(get_day_names("wide", "stand-alone", self._locale)[number])

    def month(self, day: date) -> str:
        """The month of a day: ``marraskuu 2026``."""
        return format_date(day, "LLLL y", locale=self._locale)

    def date(self, day: date) -> str:
        """A day: ``22.11.2026``."""
        if isinstance(day, datetime):
            day = self._local(day).date()
        return format_date(day, _DATE[self._language], locale=self._locale)

    def money(self, amount: Money) -> str:
        """An amount with its currency: ``2,40 €``."""
        digits = minor_digits(amount.currency)
        exact = Decimal(amount.amount_minor).scaleb(-digits)
        return format_currency(exact, amount.currency, locale=self._locale)

    def percent(self, share: float) -> str:
        """A share of 0 to 1: ``4 %``; what is not quite nothing, or not quite all, is never said to be."""
        shown = min(max(share, 0.01), 0.99) if 0 < share < 1 else share
        return format_percent(shown, locale=self._locale)

    def number(self, number: float) -> str:
        """A number: ``12 400``, ``4,25``."""
        return _number(number, self._locale)

    def seconds(self, seconds: float) -> str:
        """How long something took: ``0,25 s``."""
        return f"{format_decimal(round(seconds, 2), locale=self._locale)}\N{NO-BREAK SPACE}s"

    def time(self, moment: datetime) -> str:
        """A time of day: ``klo 10.42``."""
        return babel_time(self._local(moment), _TIME[self._language], locale=self._locale)

    def hour(self, hour: int) -> str:
        """An hour of the day, 0 to 23: ``klo 7.00``."""
        return babel_time(time(hour), _TIME[self._language], locale=self._locale)

    def date_time(self, moment: datetime) -> str:
        """A day and time: ``22.11.2026 klo 10.42``."""
        pattern = f"{_DATE[self._language]} {_TIME[self._language]}"
        return format_datetime(self._local(moment), pattern, locale=self._locale)

    def exact(self, moment: datetime) -> str:
        """A day and time to the second, for comparing with a log: ``22.11.2026 10:42:07``."""
        return f"{self.date(moment)} {self._local(moment):%H:%M:%S}"

    def moment(self, moment: datetime) -> str:
        """The time alone when it is today, else day and time."""
        if self._now is not None:
            local = self._local(moment)
            if local.date() == self._now.astimezone(local.tzinfo).date():
                return self.time(moment)
        return self.date_time(moment)

    def due_date(self, due_at: datetime, with_time: bool = True) -> str:
        """The due day with its weekday, and its time when it is not the end of the day."""
        pattern = f"{_WEEKDAY[self._language]} {_DATE[self._language]}"
        if with_time and self._has_time(due_at):
            pattern += f" {_TIME[self._language]}"
        return format_datetime(self._local(due_at), pattern, locale=self._locale)

    def due(self, days: int, due_at: datetime, overdue: bool = False) -> str:
        """How long until the due day, in words: ``tomorrow``, ``in 3 days``, ``2 days overdue``.

        ``days`` as in ``LoanView``; ``overdue`` tells what was due earlier today from what is due later.
        """
        _, ngettext = self._words.gettext, self._words.ngettext
        if days < 0:
            return ngettext("%(count)s day overdue", "%(count)s days overdue", -days) % {"count": -days}
        if days == 0 and overdue:
            return _("was due today")
        if days == 0:
            return f"{_('today')} {self.time(due_at)}" if self._has_time(due_at) else _("today")
        if days == 1:
            return _("tomorrow")
        return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}

    def machine(self, moment: datetime) -> str:
        """For the ``datetime`` attribute of ``<time>``."""
        return self._local(moment).isoformat(timespec="minutes")

    def _has_time(self, moment: datetime) -> bool:
        at = self._local(moment).time().replace(second=0, microsecond=0)
        return at not in {_END_OF_DAY, time(0, 0)}

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None or moment.tzinfo is UTC or str(moment.tzinfo) == "UTC":
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(self._zone)
        return moment
