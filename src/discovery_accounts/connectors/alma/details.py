"""What is told of a person, written into the JSON of an Alma user."""

from dataclasses import dataclass, field, replace
from typing import Any

from discovery_accounts.connectors.alma.settings import ANY_IDENTIFIER, PRIMARY_ID, AlmaSettings
from discovery_accounts.connectors.api import PatronDetails
from discovery_accounts.connectors.people import possible_value

Json = dict[str, Any]

NAMES = {"given_names": "first_name", "family_name": "last_name"}
_CONTACTS = {
    "email": ("email", "email_address", {"email_type": [{"value": "personal"}]}),
    "phone": ("phone", "phone_number", {"phone_type": [{"value": "mobile"}]}),
}
ALMA_LANGUAGES = {"nb": "no"}  # as the other codes are, by ISO 639-1
# Addresses and numbers of our making are the library's own, so that they can be changed again.
_OURS = "Internal"


@dataclass(frozen=True, slots=True)
class Writing:
    """What to write. ``identifiers`` are by type, the primary id among them; ``homeless`` and
    ``impossible`` are details with no place here, and those that no Alma could take."""

    details: PatronDetails
    identifiers: dict[str, str] = field(repr=False)
    homeless: tuple[str, ...]
    impossible: tuple[str, ...]


def writing(details: PatronDetails, settings: AlmaSettings) -> Writing:
    """Where everything that is told goes. A shared primary id goes before a user name."""
    identifiers: dict[str, str] = {}
    homeless: list[str] = []
    impossible = [
        name
        for name in details.told
        if name != "shared_id"
        and not possible_value(getattr(details, name))
        and not (name in _CONTACTS and not getattr(details, name))
    ]
    if details.user_name is not None:
        identifiers[PRIMARY_ID] = details.user_name
    if details.identity_code is not None:
        if settings.identity_code_type is None:
            homeless.append("identity_code")
        else:
            identifiers[settings.identity_code_type] = details.identity_code
    if details.shared_id is not None:
        id_type, value = details.shared_id
        if id_type == ANY_IDENTIFIER or not possible_value(value):
            impossible.append("shared_id")
        identifiers[id_type] = value
    return Writing(details, identifiers, tuple(homeless), tuple(impossible))


def new_user(told: Writing, primary_id: str, mark: str, settings: AlmaSettings) -> Json:
    """The body for a new user."""
    user: Json = {
        "record_type": {"value": settings.new_record_type},
        "account_type": {"value": (settings.new_account_type or "").upper()},
        "user_group": {"value": settings.new_user_group},
        "status": {"value": "ACTIVE"},
        "contact_info": {},
        "user_identifier": [],
        "user_note": [
            {
                "note_type": {"value": "OTHER"},
                "note_text": mark,
                "user_viewable": False,
                "popup_note": False,
                "segment_type": _OURS,
            }
        ],
    }
    if settings.new_account_type == "external":
        user["external_id"] = settings.new_external_id
    identifiers = told.identifiers | {PRIMARY_ID: primary_id}
    write(user, replace(told, identifiers=identifiers))
    return user


def write(user: Json, told: Writing) -> None:
    """Puts everything that is told into ``user``."""
    for name, theirs in NAMES.items():
        if (value := getattr(told.details, name)) is not None:
            user[theirs] = value
    if told.details.language is not None:
        language = told.details.language
        user["preferred_language"] = {"value": ALMA_LANGUAGES.get(language, language)}
    for name in _CONTACTS:
        if (value := getattr(told.details, name)) is not None:
            _write_contact(user, name, value)
    for id_type, value in told.identifiers.items():
        if id_type == PRIMARY_ID:
            user["primary_id"] = value
        else:
            _write_identifier(user, id_type, value)


def is_external(user: Json, row: Json) -> bool:
    """Whether a row of an external user is the university's, which is so unless it says otherwise."""
    account = (user.get("account_type") or {}).get("value") or ""
    return str(account).upper() == "EXTERNAL" and str(row.get("segment_type")).lower() != "internal"


def contacts(user: Json, name: str) -> list[Json]:
    """The rows of addresses or phone numbers."""
    rows = (user.get("contact_info") or {}).get(_CONTACTS[name][0]) or []
    return [row for row in rows if isinstance(row, dict)]


def _write_contact(user: Json, name: str, value: str) -> None:
    """Replaces the preferred one; an empty value removes all."""
    kind, field_name, types = _CONTACTS[name]
    rows = contacts(user, name) if value else []
    if value:
        chosen = next((row for row in rows if row.get("preferred") is True), rows[0] if rows else None)
        if chosen is None:
            chosen = {"preferred": True, "segment_type": _OURS, **types}
            rows.append(chosen)
        chosen[field_name] = value
    user["contact_info"] = (user.get("contact_info") or {}) | {kind: rows}


def _write_identifier(user: Json, id_type: str, value: str) -> None:
    rows = [row for row in user.get("user_identifier") or [] if isinstance(row, dict)]
    kept = [row for row in rows if (row.get("id_type") or {}).get("value") != id_type]
    new = {"id_type": {"value": id_type}, "value": value, "status": "ACTIVE", "segment_type": _OURS}
    user["user_identifier"] = [*kept, new]
