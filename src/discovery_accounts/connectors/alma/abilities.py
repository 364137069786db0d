"""What an Alma institution can't do, and why, in words for its IT."""

from collections.abc import Mapping

from discovery_accounts.connectors.alma.settings import PRIMARY_ID, AlmaSettings
from discovery_accounts.connectors.api import Capability

_NEVER: dict[Capability, str] = {
    Capability.SUSPEND_HOLDS: "Alma has no call that suspends a request",
    Capability.SWITCH_HISTORY: "whether past loans stay or become anonymous is decided for the whole institution,"
    " by an Alma job; there is no choice for one person",
    Capability.DELETE_HISTORY: "past loans become anonymous by an Alma job; no call removes those of one person",
    Capability.KEEP_MESSAGING: "Alma tells only that people take part in groups of letters, which every institution"
    " makes up for itself, and not which kinds of messages these are, how they come and how early",
    Capability.LIST_NOTICES: "Alma has no call that lists the letters it has sent to a user",
}


def absent(settings: AlmaSettings) -> Mapping[Capability, str]:
    """What never works, and what the settings leave out."""
    lacking = dict(_NEVER)
    if missing := settings.missing_for_new:
        lacking[Capability.MAKE_PATRONS] = f"not set: {', '.join(missing)}"
    if not settings.editable:
        lacking[Capability.CHANGE_CONTACT] = "editable names nothing"
    if settings.card_renewal_months is None:
        lacking[Capability.RENEW_CARD] = "not set: card_renewal_months"
    if settings.webhook_secret is None:
        lacking[Capability.HEAR_NEWS] = "not set: webhook_secret"
    if settings.permanent_id != PRIMARY_ID:
        lacking[Capability.READ_FAMILY] = (
            "Alma names the people for whom a user borrows by their primary ids, and permanent_id is another"
        )
    return lacking
