"""The libraries of an institution, where holds can be fetched; asked for once in an hour."""

import time
from collections.abc import Callable

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import read_fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.api import PickupLocation, Refused

LIBRARIES = "/almaws/v1/conf/libraries"
_KEPT = 3600.0  # seconds


class Libraries:
    """Reads the area Configuration. ``clock`` gives seconds that only grow."""

    def __init__(
        self, client: AlmaClient, settings: AlmaSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._chosen = settings.pickup_libraries
        self._clock = clock
        self._kept: tuple[float, tuple[PickupLocation, ...]] | None = None

    def allows(self, location_id: str) -> bool:
        """Whether the settings let holds be fetched there; which libraries do it, Alma does not tell."""
        return not self._chosen or location_id in self._chosen

    async def pickups(self) -> tuple[PickupLocation, ...]:
        """Those of the settings, in their order, or every library. Without the right for the area those of
        the settings have no names."""
        try:
            every = await self._every()
        except Refused:
            if not self._chosen:
                raise
            every = ()
        if not self._chosen:
            return every
        names = {one.location_id: one for one in every}
        return tuple(names.get(code, PickupLocation(code)) for code in self._chosen)

    async def _every(self) -> tuple[PickupLocation, ...]:
        now = self._clock()
        if self._kept is not None and now - self._kept[0] < _KEPT:
            return self._kept[1]
        answer = await self._client.get(LIBRARIES, {})
        if answer.status != 200:
            raise read_fault(answer).as_error("listing libraries")
        rows = AlmaFields(answer.json(), "libraries").rows("library")
        every = tuple(PickupLocation(row.needed("code"), row.text("name")) for row in rows)
        self._kept = (now, every)
        return every
