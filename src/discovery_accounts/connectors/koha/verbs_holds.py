"""The verbs about holds."""

from collections.abc import Callable
from datetime import date

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
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.hold_changes import HoldChanges
from discovery_accounts.connectors.koha.holds import Holds
from discovery_accounts.connectors.koha.placing import PlacingHolds
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.titles import Titles


class HoldVerbs:
    """A part of the connector; each verb is handed to what knows it."""

    def _open_holds(
        self, client: KohaClient, titles: Titles, settings: KohaSettings, today: Callable[[], date]
    ) -> None:
        self._holds = Holds(client, titles, settings)
        self._hold_changes = HoldChanges(client, self._holds, settings, today)
        self._placing = PlacingHolds(client, settings, today)

    async def list_holds(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        """See ``ListsHolds``. One call; in older versions two, and one in an hour for names of libraries."""
        return await self._holds.all(patron_id)

    async def hold_options(
        self, patron_id: str, target: HoldTarget
    ) -> HoldOptions | NotHoldable | NotAPatron:
        """See ``PlacesHolds``. Three calls side by side, with the plugin four."""
        return await self._placing.options(patron_id, target)

    async def place_hold(self, patron_id: str, hold: NewHold) -> Placing:
        """See ``PlacesHolds``. One call."""
        return await self._placing.place(patron_id, hold)

    async def cancel_hold(self, patron_id: str, hold_id: str) -> HoldChange:
        """See ``CancelsHolds``. Two calls."""
        return await self._hold_changes.cancel(patron_id, hold_id)

    async def pickup_locations(
        self, patron_id: str, hold_id: str
    ) -> tuple[PickupLocation, ...] | HoldKept | NoSuchHold:
        """See ``ChangesPickup``. Two calls."""
        return await self._hold_changes.pickups(patron_id, hold_id)

    async def change_pickup(self, patron_id: str, hold_id: str, location_id: str) -> HoldChange:
        """See ``ChangesPickup``. Two calls."""
        return await self._hold_changes.change_pickup(patron_id, hold_id, location_id)

    @property
    def suspends_until(self) -> bool:
        """A day may be given."""
        return True

    async def suspend_hold(self, patron_id: str, hold_id: str, until: date | None) -> HoldChange:
        """See ``SuspendsHolds``. Two calls."""
        return await self._hold_changes.suspend(patron_id, hold_id, until)

    async def resume_hold(self, patron_id: str, hold_id: str) -> HoldChange:
        """See ``SuspendsHolds``. Two calls."""
        return await self._hold_changes.resume(patron_id, hold_id)
