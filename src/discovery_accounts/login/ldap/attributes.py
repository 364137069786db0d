"""From an entry's attributes to who somebody is, what is told of them, and how long their account lasts."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from discovery_accounts.domain.feed_person import ENDLESS
from discovery_accounts.domain.person import Person
from discovery_accounts.login.claim import Attribute
from discovery_accounts.login.ldap.settings import LdapSettings

Raw = Mapping[str, tuple[bytes, ...]]

_LONGEST = 255  # characters of an id
# Sixteen bytes, the first three groups with their last byte first
MICROSOFT_IDS = {"objectguid", "ms-ds-consistencyguid"}
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?(Z|[+-]\d\d(?:\d\d)?)")
_MICROSOFT_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MICROSOFT_ENDLESS = (
    (datetime(ENDLESS, 1, 1, tzinfo=UTC) - _MICROSOFT_EPOCH) // timedelta(microseconds=1) * 10
)
_MICROSOFT_LARGEST = 2**63 - 1


class Unreadable(ValueError):
    """The directory's value is not of the form that the attribute must have."""


def identifier(raw: Raw, name: str) -> str | None:
    """The one value of an attribute that is somebody's id; ``None`` when there is none, several, or no text."""
    values = raw.get(name.lower(), ())
    if len(values) != 1:
        return None
    if name.lower() in MICROSOFT_IDS and len(values[0]) == 16:
        return str(uuid.UUID(bytes_le=values[0]))
    found = _text(values[0])
    return found if found and found.isprintable() and len(found) <= _LONGEST else None


def person(raw: Raw, settings: LdapSettings) -> Person:
    """What the directory told, by the settings' mapping: the first attribute that has a value counts."""
    told = {field: _first(raw, names) for field, names in settings.attributes.items()}
    user_name = told.get("user_name")
    if user_name and "@" not in user_name:
        told["user_name"] = f"{user_name}@{settings.realm}" if settings.realm else None
    return Person.from_mapping({field: value for field, value in told.items() if value})


def all_sent(raw: Raw, settings: LdapSettings) -> tuple[Attribute, ...]:
    """Every attribute that came, for IT trying out settings. What is no text is shown as hexadecimal."""
    becomes = {name.lower(): field for field, names in settings.attributes.items() for name in names}
    becomes |= {(settings.shared_id_attribute or "").lower(): "shared_id"}
    becomes |= {settings.subject_attribute.lower(): "subject"}
    return tuple(
        Attribute(name, tuple(_text(value) or value.hex() for value in values), becomes.get(name, ""))
        for name, values in sorted(raw.items())
        if values
    )


def valid_until(raw: Raw, name: str | None) -> datetime | None:
    """The last moment of the account there (UTC); ``None``: it has none, or one so late that none is meant.

    Takes generalized time (RFC 4517) and Active Directory's count of 100 ns. Raises ``Unreadable``.
    """
    values = raw.get((name or "").lower(), ())
    if not values:
        return None
    text = _text(values[0]) or ""
    try:
        if text.isdecimal() and (len(text) > 14 or text == "0"):
            return _counted(int(text))
        return _generalized_time(text)
    except (ValueError, OverflowError):
        raise Unreadable(name) from None


def _counted(count: int) -> datetime | None:
    if count > _MICROSOFT_LARGEST:
        raise ValueError("no count of Active Directory's")
    if count == 0 or count >= _MICROSOFT_ENDLESS:
        return None
    return _MICROSOFT_EPOCH + timedelta(microseconds=count // 10)


def _generalized_time(text: str) -> datetime | None:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("no time")
    *parts, zone = match.groups()  # six parts
    moment = datetime(*(int(part or 0) for part in parts), tzinfo=UTC)  # type: ignore[misc, arg-type]
    if moment.year >= ENDLESS:
        return None
    if zone == "Z":
        return moment
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:] or 0))
    return moment - ahead if zone[0] == "+" else moment + ahead


def _first(raw: Raw, names: tuple[str, ...]) -> str | None:
    texts = (_text(value) for name in names for value in raw.get(name.lower(), ()))
    return next((text.strip() for text in texts if text and text.strip()), None)


def _text(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None
