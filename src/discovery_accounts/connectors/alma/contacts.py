"""Addresses and numbers that a person changes, written into the JSON of an Alma user.

A number can be both the preferred one and the one for text messages; changing one of the two leaves the
other as it is. Every row of our making is the library's own, so that it can be changed again.
"""

from collections.abc import Callable
from typing import Any

from discovery_accounts.config.settings import LANGUAGES
from discovery_accounts.connectors.alma.details import ALMA_LANGUAGES, is_external
from discovery_accounts.connectors.api import ContactChanges, ContactField
from discovery_accounts.connectors.people import possible_value
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.email_address import check_email

Json = dict[str, Any]

_OURS = "Internal"
_LISTS = {
    ContactField.EMAIL: "email",
    ContactField.PHONE: "phone",
    ContactField.SMS_NUMBER: "phone",
    ContactField.STREET: "address",
    ContactField.POSTAL_CODE: "address",
    ContactField.CITY: "address",
}
_IN_ADDRESS = {
    ContactField.STREET: "line1",
    ContactField.POSTAL_CODE: "postal_code",
    ContactField.CITY: "city",
}
_FURTHER_LINES = ("line2", "line3", "line4", "line5")
_MANDATORY = (ContactField.STREET, ContactField.CITY)


def rows_of(user: Json, kind: str) -> list[Json]:
    """The rows of ``email``, ``phone`` or ``address``, the preferred one first."""
    rows = [row for row in (user.get("contact_info") or {}).get(kind) or [] if isinstance(row, dict)]
    return sorted(rows, key=lambda row: row.get("preferred") is not True)


def sms_row(user: Json) -> Json | None:
    """The number that text messages go to."""
    return next((row for row in rows_of(user, "phone") if row.get("preferred_sms") is True), None)


def is_theirs(user: Json, name: ContactField) -> bool:
    """Whether the university keeps that of its people: its next transfer to Alma would write it again."""
    kind = _LISTS.get(name)
    return kind is not None and any(is_external(user, row) for row in rows_of(user, kind))


def unfit(user: Json, changes: ContactChanges) -> tuple[ContactField, ...]:
    """The fields whose new values no Alma would keep."""
    refused = {name for name in changes.told if not _FITS[name](getattr(changes, name))}
    address = set(_IN_ADDRESS).intersection(changes.told)
    if not rows_of(user, "address") and not address.issuperset(_MANDATORY):
        refused |= address  # Alma demands these two of an address, and there is none yet
    return tuple(name for name in changes.told if name in refused)


def write_contacts(user: Json, changes: ContactChanges) -> tuple[str, ...]:
    """Puts all that is told into ``user``, and gives the fields that only ``override`` changes for people of
    the university."""
    for name, change in ((ContactField.EMAIL, _write_email), (ContactField.SMS_NUMBER, _write_sms)):
        if (value := getattr(changes, name)) is not None:
            change(user, value.strip())
    if changes.phone is not None:
        _write_phone(user, changes.phone.strip())
    _write_address(user, changes)
    if changes.language is None:
        return ()
    user["preferred_language"] = {"value": ALMA_LANGUAGES.get(changes.language, changes.language)}
    return ("preferred_language",)


def _put(user: Json, kind: str, rows: list[Json]) -> None:
    user["contact_info"] = (user.get("contact_info") or {}) | {kind: rows}


def _write_email(user: Json, value: str) -> None:
    """Replaces the preferred one; an empty value removes all, as a person who wants no mail means it."""
    rows = rows_of(user, "email") if value else []
    if value and not rows:
        rows = [{"preferred": True, "segment_type": _OURS, "email_type": [{"value": "personal"}]}]
    if rows:
        rows[0]["email_address"] = value
    _put(user, "email", rows)


def _write_phone(user: Json, value: str) -> None:
    rows = rows_of(user, "phone")
    if not value:
        kept = [row | {"preferred": False} for row in rows if row.get("preferred_sms") is True]
        _put(user, "phone", kept)
        return
    plain: Json | None = next((row for row in rows if row.get("preferred_sms") is not True), None)
    if plain is None:
        plain = _new_number()
        rows.append(plain)
    for row in rows:
        row["preferred"] = row is plain
    plain["phone_number"] = value
    _put(user, "phone", rows)


def _write_sms(user: Json, value: str) -> None:
    rows = rows_of(user, "phone")
    own = [row for row in rows if row.get("preferred_sms") is True and row.get("preferred") is not True]
    for row in rows:
        row["preferred_sms"] = False
    rows = [row for row in rows if all(row is not one for one in own)]
    if value:
        same = [row for row in rows if row.get("phone_number") == value]
        chosen = (*same, *own, _new_number())[0]
        if not same:
            chosen |= {"phone_number": value, "preferred": not rows}
            rows.append(chosen)
        chosen["preferred_sms"] = True
    _put(user, "phone", rows)


def _new_number() -> Json:
    return {"preferred": False, "segment_type": _OURS, "phone_type": [{"value": "mobile"}]}


def _write_address(user: Json, changes: ContactChanges) -> None:
    told = {field: getattr(changes, field) for field in _IN_ADDRESS if getattr(changes, field) is not None}
    if not told:
        return
    rows = rows_of(user, "address")
    if not rows:
        rows = [{"preferred": True, "segment_type": _OURS, "address_type": [{"value": "home"}]}]
    for field, value in told.items():
        rows[0][_IN_ADDRESS[field]] = value.strip()
    if ContactField.STREET in told:
        rows[0] |= dict.fromkeys(_FURTHER_LINES)
    _put(user, "address", rows)


def _mail(value: str) -> bool:
    try:
        return not value.strip() or bool(check_email(value))
    except BadShape:
        return False


def _plain(value: str) -> bool:
    return not value or possible_value(value)


def _number(value: str) -> bool:
    return not value.strip() or (possible_value(value) and any(sign.isdigit() for sign in value))


def _language(value: str) -> bool:
    return value in LANGUAGES


def _mandatory(value: str) -> bool:
    return possible_value(value)


def _never(_value: object) -> bool:
    return False


_FITS: dict[ContactField, Callable[[Any], bool]] = {
    **dict.fromkeys(ContactField, _never),
    ContactField.EMAIL: _mail,
    ContactField.PHONE: _number,
    ContactField.SMS_NUMBER: _number,
    ContactField.STREET: _mandatory,
    ContactField.POSTAL_CODE: _plain,
    ContactField.CITY: _mandatory,
    ContactField.LANGUAGE: _language,
}
