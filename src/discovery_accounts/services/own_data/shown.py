"""Values as people read them: words for names and codes, dates as the language writes them."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.formats import Formats
from discovery_accounts.locale.language_names import language_name
from discovery_accounts.services.house import House
from discovery_accounts.services.letter_subjects import subject_of
from discovery_accounts.services.own_data.codes import CODES, FILTERS, SEEN
from discovery_accounts.services.own_data.labels import LABELS
from discovery_accounts.services.own_data.parts import Part
from discovery_accounts.services.own_data.reading import Row

_ZONE = ZoneInfo("Europe/Helsinki")
_WEEK, _DAY = 7, 24
_FIRST = frozenset({"at", "library", "label", "number_last4"})
"""What tells rows apart for whoever reads them."""
_WHEN = frozenset({"weekday", "hour"})
"""Below 0 where there is none."""
_PLAIN = frozenset({"year"})
"""Numbers that are not written as amounts are."""
_LIBRARIES = frozenset({"library", "libraries", "issuer", "source"})
"""A card signs in by its library, so that is who issued it."""
_FILTERED: Mapping[str, str] = {"languages": "language"}


class Shown:
    """Rows in one language. ``zone`` is that of the first library, as on pages that belong to none."""

    def __init__(self, house: House, language: str) -> None:
        self._house = house
        self._language = language
        self._say = translations(language).gettext
        zone = next((one.timezone for one in house.libraries.values()), _ZONE)
        self._formats = Formats(language, zone)

    def lines(self, row: Row) -> Iterator[tuple[str, str]]:
        """Label and value of everything that is known, without ids."""
        for name, value in sorted(row.items(), key=lambda item: item[0] not in _FIRST):
            empty = value is None or value in ("", [], {}) or (name in _WHEN and value < 0)
            if not empty and name in LABELS and not isinstance(value, uuid.UUID):
                yield self._say(LABELS[name]), self.value(name, value)

    def title(self, part: Part) -> str:
        return self._say(part.title)

    def moment(self, at: datetime) -> str:
        return self._formats.date_time(at)

    def value(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return self._say("Yes") if value else self._say("No")
        if isinstance(value, datetime):
            return self._formats.date_time(value)
        if isinstance(value, date):
            return self._formats.date(value)
        if isinstance(value, int | float):
            return self._number(name, value)
        if name == "scopes":
            value = str(value).split()
        if isinstance(value, list):
            return ", ".join(self._one_of(name, one) for one in value)
        if isinstance(value, dict):
            return "; ".join(
                f"{self._told(name, key)}: {self._below(key, one)}" for key, one in value.items()
            )
        return self._named(name, str(value))

    def _number(self, name: str, value: float) -> str:
        """A number may stand for something, too."""
        if name == "weekday" and 0 <= value < _WEEK:
            return self._formats.weekday_name(int(value))
        if name == "hour" and 0 <= value < _DAY:
            return self._formats.hour(int(value))
        if name in _PLAIN:
            return str(value)
        return self._code(name, str(value), self._formats.number(value))

    def _one_of(self, name: str, one: Any) -> str:
        """Of a list; a block has the library's own words beside its code."""
        if isinstance(one, dict):
            return str(one.get("text") or self._code(name, str(one.get("code"))))
        return self._named(name, str(one))

    def _below(self, name: str, value: Any) -> str:
        """What a value of several parts has by one name: a list of words, or seconds since 1970."""
        if isinstance(value, list):
            return ", ".join(self._named(_FILTERED.get(name, name), str(one)) for one in value)
        if isinstance(value, int | float):
            return self._formats.date_time(datetime.fromtimestamp(value, UTC))
        return str(value)

    def _told(self, name: str, key: str) -> str:
        """What one name among those of a value is called."""
        if name == "filters":
            return self._say(FILTERS[key]) if key in FILTERS else key
        return self._say(SEEN[key]) if key in SEEN else key

    def _named(self, name: str, value: str) -> str:
        """Libraries, ways to sign in and languages by their names, codes by their words."""
        if name in _LIBRARIES and value in self._house.libraries:
            return self._house.libraries[value].title(self._language)
        if name == "language":
            return language_name(value, self._language) or value
        if name == "login_name":
            return self._login(value)
        return self._code(name, value)

    def _login(self, value: str) -> str:
        login = self._house.settings.login(value)
        if login is None:
            return self._code("login", value)
        return login.title(self._language) if login.names else self._code("login", login.kind)

    def _code(self, name: str, value: str, otherwise: str | None = None) -> str:
        """Words for a code; the subject for a kind of message; anything else as it is."""
        if words := CODES.get(name, {}).get(value):
            return self._say(words)
        return (subject_of(self._language, value) if name == "kind" else None) or otherwise or value
