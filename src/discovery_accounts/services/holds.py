"""Holds of all cards on one page, and everything that may be done about one (rules 3.2, interface ``/holds``)."""

import uuid
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from discovery_accounts.connectors.api import (
    CancelsHolds,
    ChangesPickup,
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
    PlacesHolds,
    SuspendsHolds,
)
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import CardState
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.native_id import read_native_id, write_native_id
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import Acts, NotAnswered
from discovery_accounts.services.admission import Admission
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.readings import Readings
from discovery_accounts.services.showing import CardReading

P = TypeVar("P")

PLACED = "placed"
CANCELLED = "cancelled"
CANCEL_ASKED = "cancel_asked"
PICKUP_CHANGED = "pickup_changed"
SUSPENDED = "suspended"
RESUMED = "resumed"
UNKNOWN = "not_answered"
"""The library did not answer, and could not be looked at afterwards either."""
NOT_DONE = "not_done"
"""The library did not answer; its list shows that nothing changed."""

Evidence = Callable[[Sequence[Hold]], bool]
"""Whether the library's list shows that the act was done."""


@dataclass(frozen=True, slots=True)
class HoldResult:
    """What came of an act. ``code`` says what was done, or why not (``domain.holds.REASONS``, or the codes of
    this module); ``hold`` is the id as the outside sees it, where there is one."""

    card: AccountCard
    done: bool
    code: str
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class HoldOffer:
    """What may be chosen for a hold with that card; or ``because``, a reason why it may not be had."""

    card: AccountCard
    options: HoldOptions | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class OneHold:
    """A hold and the card it is on; ``pickups`` is where it may be fetched instead, ``because`` why not."""

    card: AccountCard
    hold_id: str = field(repr=False)
    pickups: tuple[PickupLocation, ...] = ()
    because: str | None = None


class Holds:
    """All raise ``Problem`` with the reason why a card may not be used for that: ``no_such_card`` for a
    stranger's, ``missing_scope``, ``card_blocked``, ``pin_changed``, ``library_unavailable``, ``not_supported``."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._acts = Acts(house)

    def read(
        self, actor: Actor, *, only: Collection[uuid.UUID] | None = None, refresh: bool = False
    ) -> tuple[CardReading, ...]:
        """The holds of all cards, or of those in ``only``, in parallel within the page's deadline."""
        want = frozenset({Want.HOLDS, Want.PATRON})
        readings = Readings(self._house).read(actor, want, only=only, refresh=refresh)
        if only is not None and {reading.card.id for reading in readings} != set(only):
            raise Problem(Code.NO_SUCH_CARD)
        return readings

    def options(self, actor: Actor, card_id: uuid.UUID, target: HoldTarget) -> HoldOffer:
        """Where the card's patron may fetch that, asked from the library now."""
        card = self._card(actor, card_id, Action.HOLD)
        found = self._acts.ask(card, PlacesHolds, lambda one: one.hold_options(card.patron_id, target))
        match found:
            case HoldOptions():
                return HoldOffer(card, found)
            case NotHoldable(because=because):
                return HoldOffer(card, because=because)
            case NotAPatron():
                raise Problem(Code.NOT_A_PATRON)

    def place(self, actor: Actor, card_id: uuid.UUID, hold: NewHold) -> HoldResult:
        """Place a hold, sent once. Without an answer the library's list tells whether it is there now."""
        card = self._card(actor, card_id, Action.HOLD)
        before = {one.hold_id for one in self._listed(actor, card, refresh=False) or ()}
        answer = self._acts.act(
            actor,
            card,
            PlacesHolds,
            lambda one: one.place_hold(card.patron_id, hold),
            word=events.HOLD_PLACED,
            says=_placing_code,
        )
        match answer:
            case HoldPlaced(hold_id=native):
                return HoldResult(card, True, PLACED, write_native_id(card.id, native) if native else None)
            case NotHoldable(because=because):
                return HoldResult(card, False, because)
            case NotAPatron():
                raise Problem(Code.NOT_A_PATRON)
        target = hold.target
        return self._look(
            actor,
            card,
            PLACED,
            lambda holds: any(
                one.record_id == target.record_id and one.hold_id not in before for one in holds
            ),
        )

    def cancel(self, actor: Actor, hold_id: str) -> HoldResult:
        """Cancel, or ask for it where staff decide."""
        return self._change(
            actor,
            hold_id,
            CancelsHolds,
            lambda one, patron_id, native: one.cancel_hold(patron_id, native),
            CANCELLED,
            lambda native, holds: all(
                one.hold_id != native or one.state is HoldState.CANCELLING for one in holds
            ),
        )

    def pickups(self, actor: Actor, hold_id: str) -> OneHold:
        """Where the hold may be fetched instead, asked from the library now."""
        card, native = self._own(actor, hold_id)
        found = self._acts.ask(card, ChangesPickup, lambda one: one.pickup_locations(card.patron_id, native))
        match found:
            case NoSuchHold():
                raise Problem(Code.NO_SUCH_HOLD)
            case HoldKept(because=because):
                return OneHold(card, hold_id, because=because)
            case _:
                return OneHold(card, hold_id, found)

    def change_pickup(self, actor: Actor, hold_id: str, location_id: str) -> HoldResult:
        """Have it brought somewhere else."""
        return self._change(
            actor,
            hold_id,
            ChangesPickup,
            lambda one, patron_id, native: one.change_pickup(patron_id, native, location_id),
            PICKUP_CHANGED,
            lambda native, holds: any(
                one.hold_id == native and one.pickup is not None and one.pickup.location_id == location_id
                for one in holds
            ),
        )

    def suspend(self, actor: Actor, hold_id: str, until: date | None) -> HoldResult:
        """Let others go first, until that day or until resumed."""
        return self._change(
            actor,
            hold_id,
            SuspendsHolds,
            lambda one, patron_id, native: one.suspend_hold(patron_id, native, until),
            SUSPENDED,
            lambda native, holds: any(
                one.hold_id == native and one.state is HoldState.SUSPENDED and one.suspended_until == until
                for one in holds
            ),
        )

    def resume(self, actor: Actor, hold_id: str) -> HoldResult:
        """End the suspension."""
        return self._change(
            actor,
            hold_id,
            SuspendsHolds,
            lambda one, patron_id, native: one.resume_hold(patron_id, native),
            RESUMED,
            lambda native, holds: any(
                one.hold_id == native and one.state is not HoldState.SUSPENDED for one in holds
            ),
        )

    def _change(
        self,
        actor: Actor,
        hold_id: str,
        able: type[P],
        call: Callable[[P, str, str], Awaitable[HoldChange]],
        done: str,
        evidence: Callable[[str, Sequence[Hold]], bool],
    ) -> HoldResult:
        card, native = self._own(actor, hold_id)
        answer = self._acts.act(
            actor,
            card,
            able,
            lambda one: call(one, card.patron_id, native),
            word=events.HOLD_CANCELLED if done == CANCELLED else events.HOLD_CHANGED,
            says=lambda change: _change_code(change, done),
        )
        if isinstance(answer, NotAnswered):
            return self._look(actor, card, done, lambda holds: evidence(native, holds), hold_id)
        if isinstance(answer, NoSuchHold):
            raise Problem(Code.NO_SUCH_HOLD)
        return HoldResult(card, isinstance(answer, HoldChanged), _change_code(answer, done), hold_id)

    def _own(self, actor: Actor, hold_id: str) -> tuple[AccountCard, str]:
        parsed = read_native_id(hold_id)
        if parsed is None:
            raise Problem(Code.NO_SUCH_HOLD)
        card_id, native = parsed
        try:
            return self._card(actor, card_id, Action.CHANGE_HOLD), native
        except Problem as problem:
            if problem.code is Code.NO_SUCH_CARD:
                raise Problem(Code.NO_SUCH_HOLD) from None
            raise

    def _card(self, actor: Actor, card_id: uuid.UUID, action: Action) -> AccountCard:
        return Admission(self._house).admit(actor, {card_id}, action).card(card_id)

    def _look(
        self, actor: Actor, card: AccountCard, done: str, evidence: Evidence, hold_id: str | None = None
    ) -> HoldResult:
        """What became of an act that was not answered, by the library's list as it is now."""
        holds = self._listed(actor, card, refresh=True)
        if holds is None:
            return HoldResult(card, False, UNKNOWN, hold_id)
        shown = evidence(holds)
        return HoldResult(card, shown, done if shown else NOT_DONE, hold_id)

    def _listed(self, actor: Actor, card: AccountCard, *, refresh: bool) -> tuple[Hold, ...] | None:
        """The card's holds as the library told them; ``None`` when it did not, or they may not be seen."""
        readings = Readings(self._house).read(actor, frozenset({Want.HOLDS}), only={card.id}, refresh=refresh)
        fresh = [one for one in readings if one.state is CardState.FRESH]
        return fresh[0].holds if fresh else None


def _placing_code(answer: HoldPlaced | NotHoldable | NotAPatron) -> str:
    match answer:
        case HoldPlaced():
            return PLACED
        case NotHoldable(because=because):
            return because
        case NotAPatron():
            return Code.NOT_A_PATRON.value


def _change_code(change: HoldChange, done: str) -> str:
    match change:
        case HoldChanged(asked=asked):
            return CANCEL_ASKED if asked and done == CANCELLED else done
        case HoldKept(because=because):
            return because
        case NoSuchHold():
            return Code.NO_SUCH_HOLD.value
