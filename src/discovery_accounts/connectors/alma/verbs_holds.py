"""The house's verbs for holds, handed to the part that knows them."""

from discovery_accounts.connectors.alma.holds import Holds
from discovery_accounts.connectors.alma.requests import Requests
from discovery_accounts.connectors.api import (
    Hold,
    HoldChange,
    HoldKept,
    HoldOptions,
    HoldTarget,
    NewHold,
    NoSuchHold,
    NotAPatron,
    NotHoldable,
    PickupLocation,
    Placing,
)


class HoldVerbs:
    """Listing, placing, cancelling and moving."""

    _holds: Holds
    _requests: Requests

    async def list_holds(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        """See ``ListsHolds``. One call for every 100 requests."""
        return await self._requests.all(patron_id)

    async def hold_options(
        self, patron_id: str, target: HoldTarget
    ) -> HoldOptions | NotHoldable | NotAPatron:
        """See ``PlacesHolds``. One call; two once an hour."""
        return await self._holds.options(patron_id, target)

    async def place_hold(self, patron_id: str, hold: NewHold) -> Placing:
        """See ``PlacesHolds``. One call."""
        return await self._holds.place(patron_id, hold)

    async def cancel_hold(self, patron_id: str, hold_id: str) -> HoldChange:
        """See ``CancelsHolds``. One call for whose it is, one to cancel."""
        return await self._holds.cancel(patron_id, hold_id)

    async def pickup_locations(
        self, patron_id: str, hold_id: str
    ) -> tuple[PickupLocation, ...] | HoldKept | NoSuchHold:
        """See ``ChangesPickup``. One call for whose it is; one more once an hour."""
        return await self._holds.pickups_of(patron_id, hold_id)

    async def change_pickup(self, patron_id: str, hold_id: str, location_id: str) -> HoldChange:
        """See ``ChangesPickup``. One call to read, one to write."""
        return await self._holds.change_pickup(patron_id, hold_id, location_id)
