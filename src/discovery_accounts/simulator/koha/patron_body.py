"""What may be in the body of a patron that is made or changed, as strict as Koha's schema."""

import json
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.koha import records
from discovery_accounts.simulator.koha.errors import error, wrong_value
from discovery_accounts.simulator.records import Attribute
from discovery_accounts.simulator.refusing import RefusedError

CATEGORIES = frozenset({"HENKILO", "LAPSI"})
REQUIRED = ("surname", "library_id", "category_id")
READ_ONLY = frozenset({"expired", "restricted", "anonymized"})
#: Types of extended attributes, each with whether one value may be had by one patron only.
ATTRIBUTE_TYPES = {"EPPN": False, "HETU": True, "SSBAR": False}

_EMBEDS = frozenset(
    {"extended_attributes", "checkouts_count", "overdues_count", "account_balance", "library", "_strings"}
)
_TRUTHS = {"incorrect_address", "patron_card_lost", "autorenew_checkouts", "protected"} | {
    "privacy_guarantor_checkouts",
    "privacy_guarantor_fines",
}
_NUMBERS = frozenset({"patron_id", "privacy", "login_attempts", "sms_provider_id"})
_NEVER_NULL = frozenset(
    {"library_id", "category_id", "autorenew_checkouts", "protected", "privacy", "lang", "patron_id"}
)
_LONGEST = {"cardnumber": 32, "userid": 75, "library_id": 10, "category_id": 10, "lang": 25}


async def json_of(request: web.Request) -> Any:
    """The body, whatever it is."""
    try:
        return json.loads(await request.read())
    except ValueError:
        raise RefusedError(wrong_value("/body", "Expected object - got null.")) from None


async def patron_body(request: web.Request) -> records.Json:
    """A patron as sent; refuses what the schema does not allow, and codes that do not exist."""
    body = await json_of(request)
    if not isinstance(body, dict):
        raise RefusedError(wrong_value("/body", "Expected object - got something else."))
    for name in REQUIRED:
        if name not in body:
            raise RefusedError(wrong_value(f"/body/{name}", "Missing property."))
    unknown = sorted(set(body) - records.PATRON_FIELDS - _EMBEDS)
    if unknown:
        raise RefusedError(wrong_value("/body", f"Properties not allowed: {', '.join(unknown)}."))
    for name in sorted(READ_ONLY & set(body)):
        raise RefusedError(wrong_value(f"/body/{name}", "Read-only."))
    for name, value in body.items():
        _fitting(name, value)
    if body["category_id"] not in CATEGORIES:
        raise RefusedError(error(400, "Given category_id does not exist"))
    if body["library_id"] != records.LIBRARY_ID:
        raise RefusedError(error(400, "Given library_id does not exist"))
    return body


def _fitting(name: str, value: object) -> None:
    if name in _EMBEDS or (value is None and name not in _NEVER_NULL):
        return
    kind: type = bool if name in _TRUTHS else int if name in _NUMBERS else str
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise RefusedError(wrong_value(f"/body/{name}", f"Expected {kind.__name__}."))
    if isinstance(value, str) and len(value) > _LONGEST.get(name, len(value)):
        raise RefusedError(wrong_value(f"/body/{name}", f"String is too long: {len(value)}."))


def attribute_refusal(
    kind: object, value: object, others: list[Attribute], status: int
) -> web.Response | None:
    """Why an attribute can't be had by somebody; `others` are the attributes of all other patrons."""
    if kind not in ATTRIBUTE_TYPES:
        return error(400, "Tried to use an invalid attribute type.", "invalid_attribute_type")
    if ATTRIBUTE_TYPES[str(kind)] and any(one.type == kind and one.value == value for one in others):
        return error(
            status, "Your action breaks a unique constraint on the attribute.", "attribute_not_unique"
        )
    return None
