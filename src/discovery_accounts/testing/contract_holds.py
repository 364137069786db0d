"""The contract about holds: one's own only, and the library's "no" by a code of the house."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    Hold,
    HoldChanged,
    HoldKept,
    HoldOptions,
    HoldPlaced,
    LibraryError,
    NewHold,
    NoSuchHold,
    NotHoldable,
)
from discovery_accounts.domain.holds import REASONS, HoldState
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, WorldPatron
from discovery_accounts.testing.contract_act_table import first_pickup, new_hold
from discovery_accounts.testing.contract_base import ODD_TEXTS, ContractBase

ByHold = Callable[[Any, str, str], Awaitable[Any]]

BY_HOLD: Mapping[str, tuple[Capability, ByHold]] = {
    "cancel": (Capability.CANCEL_HOLDS, lambda c, patron, hold: c.cancel_hold(patron, hold)),
    "look": (Capability.CHANGE_PICKUP, lambda c, patron, hold: c.pickup_locations(patron, hold)),
    "move": (Capability.CHANGE_PICKUP, lambda c, patron, hold: c.change_pickup(patron, hold, "1")),
    "suspend": (Capability.SUSPEND_HOLDS, lambda c, patron, hold: c.suspend_hold(patron, hold, None)),
    "resume": (Capability.SUSPEND_HOLDS, lambda c, patron, hold: c.resume_hold(patron, hold)),
}
"""What is done by a hold's own id."""

each_by_hold = pytest.mark.parametrize("verb", list(BY_HOLD))


class HoldContract(ContractBase):
    """Lists, placing, cancelling, places to fetch, suspending."""

    def test_every_hold_is_listed_once(self, world: ConnectorWorld) -> None:
        patron, hold_id = self.held(world)
        holds = self.holds(world, patron)
        assert [hold.hold_id for hold in holds] == [hold_id]
        assert holds[0].title
        assert holds[0].state is HoldState.WAITING
        assert holds[0].position is None or holds[0].position >= 1

    def test_a_hold_that_is_ready_says_so(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.LIST_HOLDS, "give_ready_hold")
        patron = self.patron(world, PatronKind.NO_LOANS)
        hold_id = world.give_ready_hold(patron)
        (hold,) = self.holds(world, patron)
        assert (hold.hold_id, hold.state) == (hold_id, HoldState.READY)
        assert hold.position is None
        assert hold.can_suspend in (None, False)

    def test_what_may_be_held_is_placed(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.PLACE_HOLDS, "holdable", "is_act")
        patron = self.patron(world, PatronKind.NO_LOANS)
        target = world.holdable(patron)
        options = self.ask(world, lambda connector: connector.hold_options(patron.patron_id, target))
        assert isinstance(options, HoldOptions)
        assert options.target == target
        assert options.pickups
        assert options.default_pickup in (None, *(place.location_id for place in options.pickups))
        assert self.acts(world) == 0
        hold = new_hold(self, world, patron)
        placed = self.ask(world, lambda connector: connector.place_hold(patron.patron_id, hold))
        assert isinstance(placed, HoldPlaced)
        assert self.acts(world) == 1
        (listed,) = self.holds(world, patron)
        assert placed.hold_id in (None, listed.hold_id)
        assert listed.pickup is None or listed.pickup.location_id == hold.pickup

    def test_what_may_not_be_held_is_told_by_a_code(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.PLACE_HOLDS, "not_holdable", "holdable")
        patron = self.patron(world, PatronKind.NO_LOANS)
        target, pickup = world.not_holdable(patron), new_hold(self, world, patron).pickup
        options = self.ask(world, lambda connector: connector.hold_options(patron.patron_id, target))
        answer = self.ask(world, lambda c: c.place_hold(patron.patron_id, NewHold(target, pickup)))
        assert isinstance(answer, NotHoldable)
        assert answer.because in REASONS
        assert isinstance(options, HoldOptions) or options.because in REASONS
        assert self.holds(world, patron) == ()

    @pytest.mark.parametrize("kind", [PatronKind.BLOCKED, PatronKind.EXPIRED])
    def test_who_may_not_hold_is_told_so(self, world: ConnectorWorld, kind: PatronKind) -> None:
        self.need(world, Capability.PLACE_HOLDS, "holdable", f"{kind}:{Capability.PLACE_HOLDS}")
        good, patron = self.patron(world, PatronKind.NO_LOANS), self.patron(world, kind)
        hold, before = new_hold(self, world, good), self.holds(world, patron)
        answer = self.ask(world, lambda connector: connector.place_hold(patron.patron_id, hold))
        assert isinstance(answer, NotHoldable)
        assert answer.because in REASONS
        assert self.holds(world, patron) == before

    def test_nothing_is_held_at_a_place_there_is_not(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.PLACE_HOLDS, "holdable")
        patron = self.patron(world, PatronKind.NO_LOANS)
        target = world.holdable(patron)
        for place in ("no-such-place", "", "../x", "a\0b"):
            hold = NewHold(target, place)
            answer = self.outcome(world, _placing(patron, hold))
            assert isinstance(answer, NotHoldable | LibraryError)
        assert self.holds(world, patron) == ()

    def test_a_cancelled_hold_is_gone_or_waits_for_staff(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CANCEL_HOLDS)
        patron, hold_id = self.held(world)
        answer = self.ask(world, lambda connector: connector.cancel_hold(patron.patron_id, hold_id))
        assert isinstance(answer, HoldChanged)
        left = [hold.state for hold in self.holds(world, patron)]
        assert left in ([], [HoldState.CANCELLING]) if answer.asked else left == []
        again = self.ask(world, lambda connector: connector.cancel_hold(patron.patron_id, hold_id))
        assert again == NoSuchHold(hold_id) or answer.asked

    def test_a_hold_can_be_fetched_elsewhere(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CHANGE_PICKUP)
        patron, hold_id = self.held(world)
        places = self.ask(world, lambda connector: connector.pickup_locations(patron.patron_id, hold_id))
        now = self.holds(world, patron)[0].pickup
        other = first_pickup(tuple(place for place in places if place != now and place.location_id != now))
        answer = self.ask(world, lambda c: c.change_pickup(patron.patron_id, hold_id, other))
        assert answer == HoldChanged(hold_id)
        moved = self.holds(world, patron)[0].pickup
        assert moved is None or moved.location_id == other

    def test_a_hold_is_not_moved_to_a_place_there_is_not(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CHANGE_PICKUP)
        patron, hold_id = self.held(world)
        before = self.holds(world, patron)
        answer = self.outcome(
            world, lambda connector: connector.change_pickup(patron.patron_id, hold_id, "no-such-place")
        )
        assert isinstance(answer, HoldKept | LibraryError)
        assert isinstance(answer, LibraryError) or answer.because in REASONS
        assert self.holds(world, patron) == before

    def test_a_hold_can_rest_and_be_woken(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.SUSPEND_HOLDS)
        patron, hold_id = self.held(world)
        assert self.ask(world, _suspending(patron, hold_id, None)) == HoldChanged(hold_id)
        (rests,) = self.holds(world, patron)
        assert (rests.state, rests.suspended_until) == (HoldState.SUSPENDED, None)
        woken = self.ask(world, lambda connector: connector.resume_hold(patron.patron_id, hold_id))
        assert woken == HoldChanged(hold_id)
        assert self.holds(world, patron)[0].state is not HoldState.SUSPENDED

    def test_a_hold_can_rest_until_a_day_where_the_library_takes_one(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.SUSPEND_HOLDS)
        patron, hold_id = self.held(world)
        if not self.ask(world, _suspends_until):
            pytest.skip("suspends_until: the connector says that no day can be given")
        until = date.today() + timedelta(days=30)  # noqa: DTZ011 - far enough in any zone
        assert self.ask(world, _suspending(patron, hold_id, until)) == HoldChanged(hold_id)
        assert self.holds(world, patron)[0].suspended_until == until

    @each_by_hold
    def test_a_strangers_hold_is_no_hold_and_nothing_is_sent(self, world: ConnectorWorld, verb: str) -> None:
        capability, do = BY_HOLD[verb]
        self.need(world, capability, "give_hold", "is_act")
        stranger, patron = self.patron(world, PatronKind.ANOTHER), self.patron(world, PatronKind.NO_LOANS)
        world.give_hold(patron)
        hold_id = world.give_hold(stranger)
        answer = self.ask(world, _by_hold(do, patron, hold_id))
        assert answer == NoSuchHold(hold_id)
        assert self.acts(world) == 0

    @each_by_hold
    def test_an_odd_id_is_no_hold_and_nothing_is_sent(self, world: ConnectorWorld, verb: str) -> None:
        capability, do = BY_HOLD[verb]
        self.need(world, capability, "give_hold", "is_act")
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.give_hold(patron)
        for odd in ODD_TEXTS:
            answer = self.outcome(world, _by_hold(do, patron, odd))
            assert isinstance(answer, NoSuchHold | LibraryError), odd[:20]
        assert self.acts(world) == 0
        self.no_call_left_its_place(world)

    @each_by_hold
    def test_a_hold_is_never_touched_when_the_library_tells_of_somebody_else(
        self, world: ConnectorWorld, verb: str
    ) -> None:
        capability, do = BY_HOLD[verb]
        self.need(world, "give_hold", "is_act")
        patron = self.patron(world, PatronKind.NO_LOANS)
        hold_id = world.give_hold(patron)
        self.mix_up(world, capability)
        answer = self.outcome(world, _by_hold(do, patron, hold_id))
        assert isinstance(answer, NoSuchHold | LibraryError)
        assert self.acts(world) == 0

    def held(self, world: ConnectorWorld) -> tuple[WorldPatron, str]:
        """Somebody with one hold that waits, and its id."""
        self.need(world, Capability.LIST_HOLDS, "give_hold")
        patron = self.patron(world, PatronKind.NO_LOANS)
        return patron, world.give_hold(patron)

    def holds(self, world: ConnectorWorld, patron: WorldPatron) -> tuple[Hold, ...]:
        """The patron's holds; skips the test where they can't be listed."""
        self.need(world, Capability.LIST_HOLDS)
        holds = self.ask(world, lambda connector: connector.list_holds(patron.patron_id))
        assert isinstance(holds, tuple)
        assert len({hold.hold_id for hold in holds}) == len(holds)
        return holds


def _placing(patron: WorldPatron, hold: NewHold) -> Callable[[Any], Awaitable[Any]]:
    return lambda connector: connector.place_hold(patron.patron_id, hold)


def _by_hold(do: ByHold, patron: WorldPatron, hold_id: str) -> Callable[[Any], Awaitable[Any]]:
    return lambda connector: do(connector, patron.patron_id, hold_id)


def _suspending(patron: WorldPatron, hold_id: str, until: date | None) -> Callable[[Any], Awaitable[Any]]:
    return lambda connector: connector.suspend_hold(patron.patron_id, hold_id, until)


async def _suspends_until(connector: Any) -> bool:
    found: bool = connector.suspends_until
    return found
