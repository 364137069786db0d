"""Changing a hold that is the patron's own. Every change is sent once."""

from collections.abc import Callable
from datetime import date

from discovery_accounts.connectors.api import (
    HoldChange,
    HoldChanged,
    HoldKept,
    NoSuchHold,
    PickupLocation,
)
from discovery_accounts.connectors.koha.branches import places_of, possible_branch
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.hold_reasons import refused_hold
from discovery_accounts.connectors.koha.hold_records import OPEN, may_cancel, state_of
from discovery_accounts.connectors.koha.holds import Holds
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.domain.holds import HoldReason, HoldState

# A hold that is ready is not cancelled by this but asked for: staff must take the copy off the shelf.
_ASKING = "cancellation-request-flow"


class HoldChanges:
    """Changes holds; ``today`` is the library's day."""

    def __init__(
        self, client: KohaClient, holds: Holds, settings: KohaSettings, today: Callable[[], date]
    ) -> None:
        self._client = client
        self._holds = holds
        self._settings = settings
        self._today = today

    async def cancel(self, patron_id: str, hold_id: str) -> HoldChange:
        """See ``CancelsHolds``. Two calls."""
        row = await self._holds.owned(patron_id, hold_id)
        if row is None:
            return NoSuchHold(hold_id)
        state = state_of(row)
        if state is HoldState.CANCELLING:
            return HoldChanged(hold_id, asked=True)
        if not may_cancel(state, self._settings):
            return HoldKept(hold_id, HoldReason.TOO_LATE)
        override = _ASKING if state is HoldState.READY else ""
        answer = await self._client.act("DELETE", f"/v1/holds/{hold_id}", override=override)
        if answer.status == 202:
            return HoldChanged(hold_id, asked=True)
        return _changed(answer, hold_id, "cancelling a hold")

    async def pickups(
        self, patron_id: str, hold_id: str
    ) -> tuple[PickupLocation, ...] | HoldKept | NoSuchHold:
        """See ``ChangesPickup``. Two calls."""
        if (closed := await self._closed(patron_id, hold_id)) is not None:
            return closed
        answer = await self._client.get(f"/v1/holds/{hold_id}/pickup_locations", {"_per_page": "-1"})
        if answer.status == 200:
            return places_of(answer)
        fault = read_fault(answer)
        if fault.about_a_thing:
            return NoSuchHold(hold_id)
        raise fault.as_error("asking where a hold may be fetched")

    async def change_pickup(self, patron_id: str, hold_id: str, location_id: str) -> HoldChange:
        """See ``ChangesPickup``. Two calls."""
        if (closed := await self._closed(patron_id, hold_id)) is not None:
            return closed
        if not possible_branch(location_id):
            return HoldKept(hold_id, HoldReason.PICKUP_NOT_ALLOWED)
        body = {"pickup_library_id": location_id}
        answer = await self._client.act("PUT", f"/v1/holds/{hold_id}/pickup_location", body)
        return _changed(answer, hold_id, "changing where a hold is fetched")

    async def suspend(self, patron_id: str, hold_id: str, until: date | None) -> HoldChange:
        """See ``SuspendsHolds``. Two calls. Koha itself does not look whether the day is in the past."""
        if (closed := await self._closed(patron_id, hold_id)) is not None:
            return closed
        if until is not None and until < self._today():
            return HoldKept(hold_id, HoldReason.BAD_DATE)
        body = {} if until is None else {"end_date": until.isoformat()}
        answer = await self._client.post(f"/v1/holds/{hold_id}/suspension", body)
        return _changed(answer, hold_id, "suspending a hold")

    async def resume(self, patron_id: str, hold_id: str) -> HoldChange:
        """See ``SuspendsHolds``. Two calls."""
        if (closed := await self._closed(patron_id, hold_id)) is not None:
            return closed
        answer = await self._client.act("DELETE", f"/v1/holds/{hold_id}/suspension")
        return _changed(answer, hold_id, "resuming a hold")

    async def _closed(self, patron_id: str, hold_id: str) -> HoldKept | NoSuchHold | None:
        """Why nothing about this hold can be changed any more."""
        row = await self._holds.owned(patron_id, hold_id)
        if row is None:
            return NoSuchHold(hold_id)
        return None if state_of(row) in OPEN else HoldKept(hold_id, HoldReason.TOO_LATE)


def _changed(answer: HttpAnswer, hold_id: str, doing: str) -> HoldChange:
    """What an answer to a change means."""
    if answer.status in (200, 201):
        KohaFields(answer.json(), "hold")  # a page of somebody in between is no yes
        return HoldChanged(hold_id)
    if answer.status == 204:
        return HoldChanged(hold_id)
    fault = read_fault(answer)
    if fault.about_a_thing:
        return NoSuchHold(hold_id)
    because = refused_hold(fault)
    if because is None:
        raise fault.as_error(doing)
    return HoldKept(hold_id, because)
