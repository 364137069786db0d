"""Holds: what waits for a patron, and everything a patron may do about it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.api.patrons import NotAPatron
from discovery_accounts.domain.holds import HoldState


@dataclass(frozen=True, slots=True)
class PickupLocation:
    """A place where a hold can be fetched; ``name`` in the library's own words."""

    location_id: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class HoldTarget:
    """What to hold: any copy of a record, or one item of it. Ids are the library's own."""

    record_id: str
    item_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold of a patron.

    ``position`` is the place in the queue, from 1. ``ready_until`` is the last day to fetch it,
    ``wanted_until`` the day from which it is of no use, ``suspended_until`` the last day of the
    suspension, ``None`` also for one without end. The three ``can_…`` are ``None`` where only trying tells.
    Days are days of the library's own zone.
    """

    hold_id: str
    title: str | None
    state: HoldState
    author: str | None = None
    record_id: str | None = None
    item_id: str | None = None
    pickup: PickupLocation | None = None
    placed_on: date | None = None
    position: int | None = None
    ready_until: date | None = None
    wanted_until: date | None = None
    suspended_until: date | None = None
    can_cancel: bool | None = None
    can_change_pickup: bool | None = None
    can_suspend: bool | None = None


@dataclass(frozen=True, slots=True)
class NewHold:
    """A hold to be placed. ``note`` is for the staff."""

    target: HoldTarget
    pickup: str
    wanted_until: date | None = None
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HoldOptions:
    """What this patron may choose for that target. ``default_pickup`` is one of the locations, or ``None``.

    ``takes_note`` and ``takes_date`` say whether ``NewHold.note`` and ``wanted_until`` reach the library.
    """

    target: HoldTarget
    pickups: tuple[PickupLocation, ...]
    default_pickup: str | None = None
    title: str | None = None
    takes_note: bool = False
    takes_date: bool = False


@dataclass(frozen=True, slots=True)
class NotHoldable:
    """The library says no; ``because`` is a code of ``domain.holds.REASONS``."""

    because: str


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """The hold was placed; its id where the library told it."""

    hold_id: str | None = None


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """The change was made. ``asked`` is true where the library will look at it first (a cancellation
    that staff must approve)."""

    hold_id: str
    asked: bool = False


@dataclass(frozen=True, slots=True)
class HoldKept:
    """The hold is as it was; ``because`` is a code of ``domain.holds.REASONS``."""

    hold_id: str
    because: str


@dataclass(frozen=True, slots=True)
class NoSuchHold:
    """The patron has no such hold: gone meanwhile, or somebody else's."""

    hold_id: str


HoldChange = HoldChanged | HoldKept | NoSuchHold
Placing = HoldPlaced | NotHoldable | NotAPatron


@runtime_checkable
class ListsHolds(Protocol):
    """``Capability.LIST_HOLDS``: all open ones, with titles, in one call or one for every page."""

    async def list_holds(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron: ...


@runtime_checkable
class PlacesHolds(Protocol):
    """``Capability.PLACE_HOLDS``."""

    async def hold_options(
        self, patron_id: str, target: HoldTarget
    ) -> HoldOptions | NotHoldable | NotAPatron:
        """Where this patron may fetch it, or why they may not have it. Changes nothing."""
        ...

    async def place_hold(self, patron_id: str, hold: NewHold) -> Placing:
        """Sent once. After a failure that was ``sent`` the hold may have been placed: the caller looks at
        the list, nobody sends it again."""
        ...


@runtime_checkable
class CancelsHolds(Protocol):
    """``Capability.CANCEL_HOLDS``. Of a hold that is not this patron's nothing is sent."""

    async def cancel_hold(self, patron_id: str, hold_id: str) -> HoldChange: ...


@runtime_checkable
class ChangesPickup(Protocol):
    """``Capability.CHANGE_PICKUP``. Of a hold that is not this patron's nothing is sent."""

    async def pickup_locations(
        self, patron_id: str, hold_id: str
    ) -> tuple[PickupLocation, ...] | HoldKept | NoSuchHold:
        """Where this hold may be fetched, or why its place can't be changed now."""
        ...

    async def change_pickup(self, patron_id: str, hold_id: str, location_id: str) -> HoldChange: ...


@runtime_checkable
class SuspendsHolds(Protocol):
    """``Capability.SUSPEND_HOLDS``. ``suspends_until`` says whether an end may be given (it is never demanded)."""

    @property
    def suspends_until(self) -> bool: ...

    async def suspend_hold(self, patron_id: str, hold_id: str, until: date | None) -> HoldChange:
        """``until`` is the last day of the suspension; ``None`` is until resumed."""
        ...

    async def resume_hold(self, patron_id: str, hold_id: str) -> HoldChange: ...
