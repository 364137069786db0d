"""Holds: the list, and everything a patron may do about them."""

from dataclasses import replace
from datetime import date, timedelta

from discovery_accounts.connectors.api import (
    Hold,
    HoldChange,
    HoldChanged,
    HoldKept,
    HoldOptions,
    HoldPlaced,
    HoldTarget,
    NewHold,
    NoSuchHold,
    NotAPatron,
    NotHoldable,
    PickupLocation,
    Placing,
)
from discovery_accounts.connectors.memory.catalogue import PICKUPS, WORKS
from discovery_accounts.connectors.memory.people import Person
from discovery_accounts.connectors.memory.population import new_hold, pickups_of
from discovery_accounts.connectors.memory.verbs import Verbs
from discovery_accounts.domain.holds import HoldReason, HoldState
from discovery_accounts.domain.money import Money

MOST_HOLDS = 8
MOST_OWED = 2000  # minor units
_QUEUED = frozenset({HoldState.WAITING, HoldState.SUSPENDED})
_CANCELLABLE = _QUEUED | {HoldState.READY}


class HoldVerbs(Verbs):
    """``ListsHolds``, ``PlacesHolds``, ``CancelsHolds``, ``ChangesPickup`` and ``SuspendsHolds``."""

    suspends_until = True

    async def list_holds(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        async with self.library.gate.reading("holds"):
            person = self.person(patron_id)
            return NotAPatron() if person is None else tuple(map(_told, person.holds.values()))

    async def hold_options(
        self, patron_id: str, target: HoldTarget
    ) -> HoldOptions | NotHoldable | NotAPatron:
        async with self.library.gate.reading("options"):
            person = self.person(patron_id)
            if person is None:
                return NotAPatron()
            if because := self._hindrance(person, target):
                return NotHoldable(because)
            places = _places(person)
            title = WORKS[target.record_id].title
            return HoldOptions(target, places, places[0].location_id, title, takes_note=True, takes_date=True)

    async def place_hold(self, patron_id: str, hold: NewHold) -> Placing:
        async with self.library.gate.reading("options"):
            person = self.person(patron_id)
        if person is None:
            return NotAPatron()
        async with self.library.gate.acting("hold"):
            if because := self._hindrance(person, hold.target) or self._refusal(person, hold):
                return NotHoldable(because)
            placed = replace(
                new_hold(WORKS[hold.target.record_id], self.library.number("h"), self.library.today()),
                pickup=_place(hold.pickup),
                wanted_until=hold.wanted_until,
            )
            person.holds[placed.hold_id] = placed
            return HoldPlaced(placed.hold_id)

    async def cancel_hold(self, patron_id: str, hold_id: str) -> HoldChange:
        person, hold = await self._own(patron_id, hold_id)
        if person is None or hold is None:
            return NoSuchHold(hold_id)
        async with self.library.gate.acting("cancel"):
            if hold.state not in _CANCELLABLE:
                return HoldKept(hold_id, HoldReason.TOO_LATE)
            del person.holds[hold_id]
        return HoldChanged(hold_id)

    async def pickup_locations(
        self, patron_id: str, hold_id: str
    ) -> tuple[PickupLocation, ...] | HoldKept | NoSuchHold:
        person, hold = await self._own(patron_id, hold_id)
        if person is None or hold is None:
            return NoSuchHold(hold_id)
        return _places(person) if hold.state in _QUEUED else HoldKept(hold_id, HoldReason.TOO_LATE)

    async def change_pickup(self, patron_id: str, hold_id: str, location_id: str) -> HoldChange:
        person, hold = await self._own(patron_id, hold_id)
        if person is None or hold is None:
            return NoSuchHold(hold_id)
        if location_id not in pickups_of(person):
            return HoldKept(hold_id, HoldReason.PICKUP_NOT_ALLOWED)
        return await self._change(person, replace(hold, pickup=_place(location_id)))

    async def suspend_hold(self, patron_id: str, hold_id: str, until: date | None) -> HoldChange:
        person, hold = await self._own(patron_id, hold_id)
        if person is None or hold is None:
            return NoSuchHold(hold_id)
        if until is not None and until <= self.library.today():
            return HoldKept(hold_id, HoldReason.BAD_DATE)
        return await self._change(
            person, replace(hold, state=HoldState.SUSPENDED, suspended_until=until), hold
        )

    async def resume_hold(self, patron_id: str, hold_id: str) -> HoldChange:
        person, hold = await self._own(patron_id, hold_id)
        if person is None or hold is None:
            return NoSuchHold(hold_id)
        return await self._change(person, replace(hold, state=HoldState.WAITING, suspended_until=None), hold)

    async def _own(self, patron_id: str, hold_id: str) -> tuple[Person | None, Hold | None]:
        async with self.library.gate.reading("hold"):
            person = self.person(patron_id)
            return person, None if person is None else person.holds.get(hold_id)

    async def _change(self, person: Person, changed: Hold, before: Hold | None = None) -> HoldChange:
        async with self.library.gate.acting("hold"):
            if (before or changed).state not in _QUEUED:
                return HoldKept(changed.hold_id, HoldReason.TOO_LATE)
            person.holds[changed.hold_id] = changed
        return HoldChanged(changed.hold_id)

    def _hindrance(self, person: Person, target: HoldTarget) -> HoldReason | None:
        work = WORKS.get(target.record_id)
        if work is None:
            return HoldReason.NO_SUCH_RECORD
        mine = person.holds.values()
        checks = (
            (bool(person.blocks), HoldReason.CARD_BLOCKED),
            (person.expires_on < self.library.today(), HoldReason.CARD_EXPIRED),
            (person.owed(self.library.currency) > Money(MOST_OWED, self.library.currency), HoldReason.FEES),
            (work.reference, HoldReason.NOT_FOR_LOAN),
            (any(one.record_id == work.record_id for one in mine), HoldReason.ALREADY_HELD),
            (person.has(work.record_id), HoldReason.ALREADY_ON_LOAN),
            (work.adults and person.kind == "child", HoldReason.AGE_RESTRICTED),
            (len(mine) >= MOST_HOLDS, HoldReason.TOO_MANY_HOLDS),
        )
        return next((because for hindered, because in checks if hindered), None)

    def _refusal(self, person: Person, hold: NewHold) -> HoldReason | None:
        if hold.pickup not in pickups_of(person):
            return HoldReason.PICKUP_NOT_ALLOWED
        too_soon = self.library.today() + timedelta(days=1)
        return HoldReason.BAD_DATE if hold.wanted_until and hold.wanted_until < too_soon else None


def _told(hold: Hold) -> Hold:
    queued = hold.state in _QUEUED
    return replace(hold, can_cancel=hold.state in _CANCELLABLE, can_change_pickup=queued, can_suspend=queued)


def _places(person: Person) -> tuple[PickupLocation, ...]:
    return tuple(map(_place, pickups_of(person)))


def _place(location_id: str) -> PickupLocation:
    return next(place for place in PICKUPS if place.location_id == location_id)
