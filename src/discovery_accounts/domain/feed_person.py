"""One person as a university's feed tells of them (rules 5.1): checked field by field, whatever the file was."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.email_address import check_email
from discovery_accounts.domain.person import FIELDS, line_of

LANGUAGES = ("fi", "sv", "en", "nb")
LONGEST = 254
"""Characters of a value."""
ENDLESS = 9000
"""The first of the years by which sources say that an account never ends."""


class BrokenRow(ValueError):
    """A row that can’t be used, and why, without what it holds. ``who`` is whom it names, if that can be read."""

    def __init__(self, reason: str, who: "Who | None" = None) -> None:
        super().__init__(reason)
        self.who = who


@dataclass(frozen=True, slots=True, repr=False)
class Who:
    """Whom a row names: the id by which the person signs in through ``login`` (``None``: the only one there is);
    ``issuer`` where several organisations sign in by it."""

    subject: str
    login: str | None = None
    issuer: str | None = None

    def __repr__(self) -> str:
        return "Who()"


@dataclass(frozen=True, slots=True, repr=False)
class FeedPerson:
    """``None`` is not told, and changes nothing. ``valid_until`` is the last valid day of the university account, if it
    has one."""

    who: Who
    given_names: str | None = None
    family_name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    valid_until: date | None = None

    def __repr__(self) -> str:
        return f"FeedPerson(told={self.told})"

    @property
    def told(self) -> tuple[str, ...]:
        """The names of the fields for the library that are told, in a fixed order."""
        return tuple(name for name in TOLD if getattr(self, name) is not None)


TOLD = tuple(one.name for one in fields(FeedPerson) if one.name not in {"who", "valid_until"})
"""What a library is told. What else a row has is passed over."""
DAILY = (*(name for name in TOLD if name not in FIELDS), "valid_until")
"""What nobody tells at a sign-in, only a feed: named in the consent beside what was told then (rules 4.5)."""
KNOWN = frozenset({"subject", "login", "issuer", "valid_until", *TOLD})
"""The names of all fields of a row."""


def read_person(row: Mapping[str, Any]) -> FeedPerson:
    """Raises ``BrokenRow``. An empty text is not told."""
    values = {name: _text(name, row.get(name), None) for name in ("subject", "login", "issuer")}
    subject = values["subject"]
    if subject is None:
        raise BrokenRow("no subject")
    who = Who(subject, values["login"], values["issuer"])
    told: dict[str, Any] = {name: _text(name, row.get(name), who) for name in TOLD}
    if told["language"] is not None and told["language"] not in LANGUAGES:
        raise BrokenRow(f"language: none of {', '.join(LANGUAGES)}", who)
    if told["email"] is not None:
        try:
            told["email"] = check_email(told["email"])
        except BadShape:
            raise BrokenRow("email: no address", who) from None
    return FeedPerson(who, **told, valid_until=_day(_text("valid_until", row.get("valid_until"), who), who))


def _text(name: str, value: Any, who: Who | None) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    line = line_of(value) if isinstance(value, str) else None
    if line is None:
        raise BrokenRow(f"{name}: must be a text of at most {LONGEST} visible characters", who)
    return line


def _day(value: str | None, who: Who) -> date | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:  # a week or a day without dashes is a date for Python, too
        raise BrokenRow("valid_until: must be a day as 2026-12-31", who)
    return day if day.year < ENDLESS else None
