"""The choices of messages as the discovery plugin shows and takes them."""

from copy import deepcopy

from discovery_accounts.simulator.desk.desk import Desk
from discovery_accounts.simulator.koha.records import Json
from discovery_accounts.simulator.koha.times import local
from discovery_accounts.simulator.records import Patron

_PAPER = "messaging_preferences"
MOST_DAYS = 30


def _kind(
    ways: dict[str, bool], days: int | None = None, takes_days: bool = False, digest: bool = True
) -> Json:
    return {
        "transport_types": ways,
        "days_in_advance": {"configurable": takes_days, "value": days},
        "digest": {"configurable": digest, "value": False},
    }


#: What somebody has who never chose. A kind and a channel are of a library's own.
DEFAULTS: Json = {
    "Item_Due": _kind({"email": True, "sms": False, "print": False}),
    "Advance_Notice": _kind({"email": True, "sms": False}, 3, takes_days=True),
    "Hold_Filled": _kind({"email": True, "sms": False, "print": False, "suomifi": True}, digest=False),
    "Item_Check_in": _kind({"email": False, "sms": False}),
    "Item_Checkout": _kind({"email": False, "sms": False}),
    "Auto_Renewals": _kind({"email": False}),
    "Hold_Reminder": _kind({"email": True}),
}


class BadChoiceError(Exception):
    """The plugin's words against a choice."""


def choices(store: Desk, patron_id: str) -> Json:
    """All kinds as they stand for the patron."""
    kept: Json = store.paper(patron_id, _PAPER) or {}
    return deepcopy(DEFAULTS) | kept


def choose(store: Desk, patron: Patron, body: Json) -> Json:
    """Writes kind after kind; one that is refused leaves those before it written, as in the plugin."""
    now = choices(store, patron.patron_id)
    for name, wanted in body.items():
        if name not in now:
            raise BadChoiceError(f"Message type {name} not found.")
        now[name] = _chosen(store, patron, name, now[name], wanted)
        store.keep_paper(patron.patron_id, _PAPER, now)
    return now


def _chosen(store: Desk, patron: Patron, name: str, row: Json, wanted: Json) -> Json:
    """Channels that were not sent are off, and days that were not sent are gone."""
    on = {way for way, chosen in wanted.get("transport_types", {}).items() if chosen}
    for way in sorted(on):
        if way not in row["transport_types"]:
            raise BadChoiceError(f"No transport configured for {name} transport type {way}.")
    if "email" in on and not patron.email:
        raise BadChoiceError("Patron has invalid email address")
    if "sms" in on and not store.details(patron.patron_id).get("sms_number"):
        raise BadChoiceError("Patron has invalid sms number")
    days = wanted.get("days_in_advance", {}).get("value")
    if days is not None and not row["days_in_advance"]["configurable"]:
        raise BadChoiceError(f"days_in_advance cannot be defined for {name}.")
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise BadChoiceError(f"days_in_advance has to be a value between 0-30 for {name}.")
    digest = wanted["digest"]["value"] if "digest" in wanted else row["digest"]["value"]
    if digest and not row["digest"]["configurable"]:
        raise BadChoiceError(f"Digest not available for {name}.")
    return {
        "transport_types": {way: way in on for way in row["transport_types"]},
        "days_in_advance": row["days_in_advance"] | {"value": days},
        "digest": row["digest"] | {"value": digest},
    }


def written_on(seconds: int) -> str:
    """The day and time of a message, as the database gives them."""
    return local(seconds)[:19].replace("T", " ")
