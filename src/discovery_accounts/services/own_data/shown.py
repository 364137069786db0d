"""Values as people read them: words for names and codes, dates as the language writes them."""

import json
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.formats import Formats
from discovery_accounts.services.house import House
from discovery_accounts.services.letter_subjects import subject_of
from discovery_accounts.services.own_data.codes import CODES
from discovery_accounts.services.own_data.labels import LABELS
from discovery_accounts.services.own_data.parts import Part
from discovery_accounts.services.own_data.reading import Row

_ZONE = ZoneInfo("Europe/Helsinki")


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
        for name, value in row.items():
            empty = value is None or value in ("", [], {})
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
        if name == "library" and value in self._house.libraries:
            return self._house.libraries[value].title(self._language)
        if name == "scopes":
            value = str(value).split()
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return ", ".join(self._code(name, one) for one in value)
        if isinstance(value, list | dict):
            return json.dumps(value, ensure_ascii=False)
        return self._code(name, str(value))

    def _code(self, name: str, value: str) -> str:
        """Words for a code; the subject for a kind of message; anything else as it is."""
        if words := CODES.get(name, {}).get(value):
            return self._say(words)
        return (subject_of(self._language, value) if name == "kind" else None) or value
