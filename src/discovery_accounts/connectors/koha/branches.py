"""The names of a Koha's libraries, for lists that tell their codes alone, and lists of places of pickup."""

import time
from collections.abc import Callable, Mapping

from discovery_accounts.connectors.api import LibraryError, PickupLocation
from discovery_accounts.connectors.koha.asking import rows_of
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.transport import HttpAnswer

_KEPT_SECONDS = 3600.0
_LONGEST = 10  # signs of a code


def possible_branch(code: str) -> bool:
    """Whether a library of Koha's could have that code."""
    return 0 < len(code) <= _LONGEST and code.isprintable()


class Branches:
    """Knows the names for an hour; a library without names is better than none."""

    def __init__(self, client: KohaClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._names: Mapping[str, str] = {}
        self._good_until = float("-inf")

    async def names(self) -> Mapping[str, str]:
        """Names by codes. One call, once in an hour."""
        if self._clock() >= self._good_until:
            try:
                self._names = await self._read()
            except LibraryError:
                return self._names
            self._good_until = self._clock() + _KEPT_SECONDS
        return self._names

    async def _read(self) -> Mapping[str, str]:
        answer = await self._client.get("/v1/libraries", {"_per_page": "-1"}, optional=True)
        if answer.status != 200:
            return {}
        places = places_of(answer)
        return {place.location_id: place.name for place in places if place.name}


def places_of(answer: HttpAnswer) -> tuple[PickupLocation, ...]:
    """Libraries where a hold may be fetched, without those that only staff could choose against the rules."""
    return tuple(
        PickupLocation(row.needed("library_id"), row.text("name"))
        for row in rows_of(answer, "libraries")
        if not row.flag("needs_override")
    )
