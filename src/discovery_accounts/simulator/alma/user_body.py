"""What may be in the body of a user that is made or changed, and Alma's codes for what may not."""

import json
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.alma.answers import error
from discovery_accounts.simulator.alma.user_record import Json
from discovery_accounts.simulator.records import Identifier, Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.store import Store

GROUPS = frozenset({"ADULT", "CHILD"})
ID_TYPES = frozenset({"BARCODE", "INST_ID", "NATIONAL_ID", "OTHER_ID_1"})
#: Fields that only `override` changes for users of the university.
KEPT_FOR_EXTERNAL = frozenset({"user_group", "job_category", "pin_number", "preferred_language"}) | {
    "campus_code",
    "user_title",
    "pref_first_name",
    "pref_middle_name",
    "pref_last_name",
}
_MANDATORY = ("primary_id", "last_name", "record_type", "account_type")
# What columns keep, or what is worked out.
_NOT_DETAILS = frozenset({"primary_id", "first_name", "last_name", "full_name", "user_identifier"}) | {
    "expiry_date",
    "password",
    "proxy_for_user",
    "link",
    "loans",
    "requests",
    "fees",
    "user_role",
}


async def user_body(request: web.Request) -> Json:
    """A user as sent, with everything that Alma demands."""
    try:
        body = json.loads(await request.read())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError(error(request, "401676", "No valid XML was given."))
    for name in _MANDATORY:
        value = body.get(name)
        if not (code(value) if isinstance(value, dict) else value):
            raise RefusedError(error(request, "401664", f"Mandatory field is missing: {name}"))
    refusal = _wrong(body)
    if refusal is not None:
        raise RefusedError(error(request, *refusal))
    return body


def _wrong(body: Json) -> tuple[str, str] | None:
    """Code and text of what is wrong with the account, the group or an identifier."""
    account, external = code(body["account_type"]), body.get("external_id")
    if account not in ("INTERNAL", "EXTERNAL"):
        return "401857", "The given user account type is illegal (must be INTERNAL/EXTERNAL)."
    if account == "INTERNAL" and external:
        return "401853", "External Id must be empty for internal user."
    if account == "EXTERNAL" and not external:
        return "401854", "External Id must be given for external user."
    if code(body.get("user_group")) not in GROUPS:
        return "401852", "Given user group is not legal."
    types = [code(one.get("id_type")) for one in body.get("user_identifier") or []]
    unknown = next((kind for kind in types if kind not in ID_TYPES), None)
    return None if unknown is None else ("401864", f"Given user identifier type ({unknown}) is invalid.")


def code(value: Any) -> str:
    """The code in `{"value", "desc"}`."""
    found = value.get("value") if isinstance(value, dict) else None
    return str(found or "")


def identifiers_of(body: Json, patron_id: str) -> tuple[str, list[Identifier]]:
    """The card number, which is the last active barcode, and the further identifiers."""
    rows = [
        Identifier(patron_id, code(one["id_type"]), str(one["value"]), _active(one))
        for one in body.get("user_identifier") or []
    ]
    cards = [one for one in rows if one.id_type == "BARCODE" and one.active]
    if not cards:
        return f"\0{patron_id}", rows
    return cards[-1].value, [one for one in rows if one is not cards[-1]]


def details_of(body: Json) -> Json:
    """What no column keeps."""
    return {name: value for name, value in body.items() if name not in _NOT_DETAILS}


def good_password(password: str, patron: Patron) -> bool:
    """Whether Alma takes it."""
    names = (patron.patron_id.lower(), patron.userid.lower())
    return len(password) >= 8 and not any(
        word in password.lower() for word in (*names, "password", "12345678")
    )


def preferred_email(body: Json) -> str:
    """The preferred address, or the first."""
    rows = (body.get("contact_info") or {}).get("email") or []
    chosen = next((row for row in rows if row.get("preferred")), rows[0] if rows else {})
    return str(chosen.get("email_address") or "")


def taken(request: web.Request, store: Store, body: Json, patron: Patron | None) -> web.Response | None:
    """The refusal of an identifier that another user has."""
    own = None if patron is None else patron.patron_id
    wanted = [("primary id", str(body["primary_id"]))]
    wanted += [
        (code(one["id_type"]), str(one["value"]))
        for one in body.get("user_identifier") or []
        if code(one["id_type"]) != "OTHER_ID_1"
    ]
    for kind, value in wanted:
        holder = (
            store.by_primary_id(value)
            or store.by_card(value)
            or store.by_identifier(value, None if kind == "primary id" else kind)
        )
        if holder is not None and holder.patron_id != own:
            return error(request, "401851", f"User with identifier {value} of type {kind} already exists.")
    return None


def _active(one: Json) -> bool:
    return str(one.get("status") or "ACTIVE").upper() == "ACTIVE"
