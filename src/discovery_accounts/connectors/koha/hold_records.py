"""A hold of Koha's JSON turned into the house's record."""

from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import Hold, PickupLocation
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.titles import Work
from discovery_accounts.domain.holds import HoldState

_FOUND = {"W": HoldState.READY, "T": HoldState.IN_TRANSIT, "P": HoldState.IN_PROCESSING}
OPEN = frozenset({HoldState.WAITING, HoldState.SUSPENDED})
"""Holds for which no copy has been set aside yet: everything about them can be changed."""


def state_of(fields: KohaFields) -> HoldState:
    """How far the hold is."""
    if fields.flag("cancellation_requested"):
        return HoldState.CANCELLING
    found = _FOUND.get(fields.text("status") or "")
    return found or (HoldState.SUSPENDED if fields.flag("suspended") else HoldState.WAITING)


def may_cancel(state: HoldState, settings: KohaSettings) -> bool:
    """Whether Koha's own catalogue would let the patron: what is under way or asked for already, not."""
    return state in OPEN or (state is HoldState.READY and settings.cancellation_requests)


def read_hold(fields: KohaFields, work: Work, place: str | None, settings: KohaSettings) -> Hold:
    """One row of the list; ``place`` is the name of the place of pickup."""
    zone: ZoneInfo = settings.timezone
    state, position = state_of(fields), fields.number("priority")
    ends = fields.calendar_day("expiration_date", zone)
    ready = state is HoldState.READY or fields.text("status") == "W"
    record, item = fields.number("biblio_id"), fields.number("item_id")
    location = fields.text("pickup_library_id")
    return Hold(
        hold_id=fields.identifier("hold_id"),
        title=work.title,
        state=state,
        author=work.author,
        record_id=work.record_id if record is None else str(record),
        item_id=None if item is None else str(item),
        pickup=None if location is None else PickupLocation(location, place),
        placed_on=fields.calendar_day("hold_date", zone),
        position=position if position and state in OPEN else None,
        ready_until=ends if ready else None,
        wanted_until=None if ready else ends,
        suspended_until=fields.calendar_day("suspended_until", zone)
        if state is HoldState.SUSPENDED
        else None,
        can_cancel=may_cancel(state, settings),
        can_change_pickup=state in OPEN,
        can_suspend=state in OPEN,
    )
