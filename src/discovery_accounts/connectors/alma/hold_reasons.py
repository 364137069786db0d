"""Alma's words for requests, and the house's codes for them."""

from discovery_accounts.domain.holds import HoldReason as Why
from discovery_accounts.domain.holds import HoldState

# Why a request can't be made or changed. What a code means elsewhere is another matter.
HOLD_REASONS: dict[str, Why] = {
    "401129": Why.NO_ITEMS,
    "401136": Why.ALREADY_HELD,
    "401168": Why.CARD_EXPIRED,
    "401684": Why.NO_SUCH_RECORD,
    "401895": Why.PICKUP_NOT_ALLOWED,
    "402203": Why.NO_SUCH_RECORD,
    "60308": Why.PICKUP_NOT_ALLOWED,
    "60309": Why.ADDRESS_UNKNOWN,
    "60310": Why.PICKUP_NOT_ALLOWED,
    "60324": Why.LIBRARY_SAYS_NO,
    "60325": Why.PICKUP_NOT_ALLOWED,
    "60326": Why.PICKUP_NOT_ALLOWED,
    "60327": Why.PICKUP_NOT_ALLOWED,
    "60328": Why.NO_SUCH_RECORD,
    "60330": Why.LIBRARY_SAYS_NO,
    "60331": Why.LIBRARY_SAYS_NO,
    "60340": Why.LIBRARY_SAYS_NO,
    "40166411": Why.LIBRARY_SAYS_NO,
}

# Written in capitals with underscores in JSON, and as words in the documentation.
_STATES: dict[str, HoldState] = {
    "NOT_STARTED": HoldState.WAITING,
    "IN_PROCESS": HoldState.IN_PROCESSING,
    "ON_HOLD_SHELF": HoldState.READY,
}
# The step of the work on a request that is in process; institutions may translate it.
_ON_THE_WAY = "transit"


def hold_state(status: str | None, task: str | None) -> HoldState:
    """How far a request is. One whose status is not known here waits: no step of it was told."""
    state = _STATES.get((status or "").strip().upper().replace(" ", "_"), HoldState.WAITING)
    if state is HoldState.IN_PROCESSING and _ON_THE_WAY in (task or "").lower():
        return HoldState.IN_TRANSIT
    return state


def hold_reason(code: str) -> Why | None:
    """The reason that an error code gives, or ``None`` when it is no answer but a failure."""
    return HOLD_REASONS.get(code)
