"""Placing a hold at a Koha library: what may be chosen, and the hold itself, sent once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from discovery_accounts.connectors.api import (
    HoldOptions,
    HoldPlaced,
    HoldTarget,
    LibraryError,
    NewHold,
    NotAPatron,
    NotHoldable,
    PickupLocation,
    Placing,
    WrongPatron,
)
from discovery_accounts.connectors.koha.branches import places_of, possible_branch
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.hold_reasons import availability_reason, no_patron, refused_hold
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.records import title_of
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.parallel import together
from discovery_accounts.domain.holds import HoldReason

_AVAILABILITY = "/v1/contrib/kohasuomi/availability"


@dataclass(slots=True)
class _Found:
    """What the calls side by side have found so far."""

    pickups: tuple[PickupLocation, ...] = ()
    home: str | None = None
    title: str | None = None
    because: str | None = None
    nobody: bool = False


class PlacingHolds:
    """Places holds; ``today`` is the library's day."""

    def __init__(self, client: KohaClient, settings: KohaSettings, today: Callable[[], date]) -> None:
        self._client = client
        self._settings = settings
        self._today = today

    async def options(self, patron_id: str, target: HoldTarget) -> HoldOptions | NotHoldable | NotAPatron:
        """See ``PlacesHolds``. Three calls side by side; with the plugin four. Without the plugin only
        trying tells most of the reasons."""
        if not is_id(patron_id):
            return NotAPatron()
        if not _possible(target):
            return NotHoldable(HoldReason.NO_SUCH_RECORD)
        found = _Found()
        calls = [partial(self._pickups, found, patron_id, target), partial(self._home, found, patron_id)]
        calls.append(partial(self._title, found, target.record_id))
        if self._settings.di_plugin:
            calls.append(partial(self._availability, found, patron_id, target))
        await together(calls)
        if found.nobody:
            return NotAPatron()
        if found.because is not None:
            return NotHoldable(found.because)
        if not found.pickups:
            return NotHoldable(HoldReason.LIBRARY_SAYS_NO)
        home = found.home if any(found.home == place.location_id for place in found.pickups) else None
        return HoldOptions(target, found.pickups, home, found.title, takes_note=True, takes_date=True)

    async def place(self, patron_id: str, hold: NewHold) -> Placing:
        """See ``PlacesHolds``. One call."""
        if not is_id(patron_id):
            return NotAPatron()
        if not _possible(hold.target):
            return NotHoldable(HoldReason.NO_SUCH_RECORD)
        if not possible_branch(hold.pickup):
            return NotHoldable(HoldReason.PICKUP_NOT_ALLOWED)
        if hold.wanted_until is not None and hold.wanted_until < self._today():
            return NotHoldable(HoldReason.BAD_DATE)
        answer = await self._client.post("/v1/holds", _body(patron_id, hold))
        if answer.status == 201:
            fields = KohaFields(answer.json(), "hold")
            if fields.identifier("patron_id") != patron_id:
                raise WrongPatron("a new hold is somebody else's")
            return HoldPlaced(fields.identifier("hold_id"))
        fault = read_fault(answer)
        if no_patron(fault):
            return NotAPatron()
        because = refused_hold(fault)
        if because is None:
            raise fault.as_error("placing a hold")
        return NotHoldable(because)

    async def _pickups(self, found: _Found, patron_id: str, target: HoldTarget) -> None:
        params = {"patron_id": patron_id, "_per_page": "-1"}
        answer = await self._client.get(f"/v1/{_thing(target)}/pickup_locations", params)
        if answer.status == 200:
            found.pickups = places_of(answer)
            return
        fault = read_fault(answer)
        if no_patron(fault):
            found.nobody = True
        elif fault.about_a_thing:
            found.because = HoldReason.NO_SUCH_RECORD
        else:
            raise fault.as_error("asking where a hold may be fetched")

    async def _home(self, found: _Found, patron_id: str) -> None:
        """The patron's own library, which is a good place to begin with."""
        patron = await self._read(f"/v1/patrons/{patron_id}", "patron")
        if patron is not None:
            if patron.identifier("patron_id") != patron_id:
                raise WrongPatron("a patron record of somebody else")
            found.home = patron.text("library_id")

    async def _title(self, found: _Found, record_id: str) -> None:
        biblio = await self._read(f"/v1/biblios/{record_id}", "biblio")
        if biblio is not None:
            found.title = title_of(biblio)

    async def _availability(self, found: _Found, patron_id: str, target: HoldTarget) -> None:
        """Why the patron may not have it, from the discovery plugin; trying tells where that fails."""
        path = f"{_AVAILABILITY}/{_thing(target)}/hold"
        told = await self._read(path, "availability", {"patron_id": patron_id})
        if told is not None and found.because is None:
            found.because = _because(told)

    async def _read(self, path: str, what: str, params: Mapping[str, str] | None = None) -> KohaFields | None:
        """Something that would be good to know; ``None`` where it can't be had."""
        try:
            answer = await self._client.get(path, params, optional=True)
            return KohaFields(answer.json(), what) if answer.status == 200 else None
        except LibraryError:
            return None


def _because(fields: KohaFields) -> str | None:
    """Why not. Where only "no copy" is said, what stands against every copy alike says more."""
    whole = _names(fields)
    because = availability_reason(whole)
    if because == HoldReason.NO_ITEMS:
        copies = {availability_reason(_names(row)) for row in fields.rows("item_availabilities")} - {None}
        if len(copies) == 1:
            return copies.pop()
    return because


def _names(fields: KohaFields) -> tuple[str, ...]:
    """The names of what stands against a hold, in the shapes that versions of the plugin have."""
    told = fields.inner("availability")
    if told.flag("available") is not False:
        return ()
    for name in ("unavailabilities", "unavailability"):
        inner = told.inner(name)
        if names := inner.inner("reasons").names or inner.names:
            return tuple(names)
    return ("",)


def _thing(target: HoldTarget) -> str:
    return f"biblios/{target.record_id}" if target.item_id is None else f"items/{target.item_id}"


def _possible(target: HoldTarget) -> bool:
    return is_id(target.record_id) and (target.item_id is None or is_id(target.item_id))


def _body(patron_id: str, hold: NewHold) -> dict[str, object]:
    body: dict[str, object] = {
        "patron_id": int(patron_id),
        "biblio_id": int(hold.target.record_id),
        "pickup_library_id": hold.pickup,
    }
    if hold.target.item_id is not None:
        body["item_id"] = int(hold.target.item_id)
    if hold.wanted_until is not None:
        body["expiration_date"] = hold.wanted_until.isoformat()
    if hold.note:
        body["notes"] = hold.note
    return body
