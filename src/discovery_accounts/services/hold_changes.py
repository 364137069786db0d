"""What may be done to a hold that is there: cancel it, have it brought elsewhere, suspend and resume it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from discovery_accounts.connectors.api import (
    CancelsHolds,
    ChangesPickup,
    Hold,
    HoldChange,
    HoldChanged,
    HoldKept,
    NoSuchHold,
    PickupLocation,
    SuspendsHolds,
)
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.days import check_coming
from discovery_accounts.domain.holds import HoldReason, HoldState
from discovery_accounts.domain.native_id import read_native_id
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import Acts, NotAnswered
from discovery_accounts.services.admission import Admission
from discovery_accounts.services.hold_outcomes import (
    CANCEL_ASKED,
    CANCELLED,
    PICKUP_CHANGED,
    RESUMED,
    SUSPENDED,
    HoldResult,
    listed,
    look,
)
from discovery_accounts.services.holds import check_place, today
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem

P = TypeVar("P")

_AT_FIELD = {
    (PICKUP_CHANGED, HoldReason.PICKUP_NOT_ALLOWED.value): "pickup",
    (SUSPENDED, HoldReason.BAD_DATE.value): "until",
}
"""Reasons that are about something chosen, and where it was."""


@dataclass(frozen=True, slots=True)
class OneHold:
    """A hold and the card it is on; ``hold`` is as the library listed it, ``None`` when the list could not be
    had. ``pickups`` is where it may be fetched instead, ``because`` why nowhere."""

    card: AccountCard
    hold_id: str = field(repr=False)
    hold: Hold | None = field(default=None, repr=False)
    pickups: tuple[PickupLocation, ...] = ()
    because: str | None = None
    suspends_until: bool = False


@dataclass(frozen=True, slots=True)
class _Change(Generic[P]):
    """One act on a hold: what it is called when done, what is asked of the connector (patron, hold), and
    whether the hold as it is listed now (``None``: it is not) shows that it was done."""

    able: type[P]
    done: str
    call: Callable[[P, str, str], Awaitable[HoldChange]]
    shows: Callable[[Hold | None], bool]


class HoldChanges:
    """All raise ``Problem``: ``no_such_hold`` for what is gone or a stranger's, of which no library hears; and
    the reasons why a card may not be used: ``missing_scope``, ``pin_changed``, ``library_unavailable``, …"""

    def __init__(self, house: House) -> None:
        self._house = house
        self._acts = Acts(house)

    def one(self, actor: Actor, hold_id: str) -> OneHold:
        """The hold as the list has it, for a page about it. Asks nothing of a library whose list is kept."""
        card, native = self._own(actor, hold_id)
        holds = listed(self._house, actor, card, refresh=False)
        found = _find(holds or (), native)
        if holds is not None and found is None:
            raise Problem(Code.NO_SUCH_HOLD)
        until = self._house.gateway.tell(card.library, SuspendsHolds, lambda one: one.suspends_until)
        return OneHold(card, hold_id, found, suspends_until=bool(until))

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
                return OneHold(card, hold_id, pickups=found)

    def cancel(self, actor: Actor, hold_id: str) -> HoldResult:
        """Cancel, or ask for it where staff decide."""
        change = _Change(
            CancelsHolds,
            CANCELLED,
            lambda one, patron_id, native: one.cancel_hold(patron_id, native),
            lambda hold: hold is None or hold.state is HoldState.CANCELLING,
        )
        return self._do(actor, hold_id, change)

    def change_pickup(self, actor: Actor, hold_id: str, location_id: str) -> HoldResult:
        """Have it brought somewhere else. Raises ``BadShape`` about ``pickup``."""
        check_place(location_id)
        change = _Change(
            ChangesPickup,
            PICKUP_CHANGED,
            lambda one, patron_id, native: one.change_pickup(patron_id, native, location_id),
            lambda hold: (
                hold is not None and hold.pickup is not None and hold.pickup.location_id == location_id
            ),
        )
        return self._do(actor, hold_id, change)

    def suspend(self, actor: Actor, hold_id: str, until: date | None) -> HoldResult:
        """Let others go first, until that day or until resumed. Raises ``BadShape`` about ``until``."""
        change = _Change(
            SuspendsHolds,
            SUSPENDED,
            lambda one, patron_id, native: one.suspend_hold(patron_id, native, until),
            lambda hold: (
                hold is not None and hold.state is HoldState.SUSPENDED and hold.suspended_until == until
            ),
        )
        return self._do(actor, hold_id, change, until)

    def resume(self, actor: Actor, hold_id: str) -> HoldResult:
        """End the suspension."""
        change = _Change(
            SuspendsHolds,
            RESUMED,
            lambda one, patron_id, native: one.resume_hold(patron_id, native),
            lambda hold: hold is not None and hold.state is not HoldState.SUSPENDED,
        )
        return self._do(actor, hold_id, change)

    def _do(self, actor: Actor, hold_id: str, change: _Change[P], until: date | None = None) -> HoldResult:
        card, native = self._own(actor, hold_id)
        check_coming(until, today(self._house, card), "until")
        answer = self._acts.act(
            actor,
            card,
            change.able,
            lambda one: change.call(one, card.patron_id, native),
            word=events.HOLD_CANCELLED if change.done == CANCELLED else events.HOLD_CHANGED,
            says=lambda answered: _code(answered, change.done),
        )
        if isinstance(answer, NotAnswered):
            return look(
                self._house,
                actor,
                card,
                change.done,
                lambda holds: change.shows(_find(holds, native)),
                hold_id,
            )
        if isinstance(answer, NoSuchHold):
            raise Problem(Code.NO_SUCH_HOLD)
        code = _code(answer, change.done)
        if (change.done, code) in _AT_FIELD:
            raise BadShape(_AT_FIELD[change.done, code], "not_allowed")
        return HoldResult(card, isinstance(answer, HoldChanged), code, hold_id)

    def _own(self, actor: Actor, hold_id: str) -> tuple[AccountCard, str]:
        """The card, from the account's own links, and the library's id."""
        parsed = read_native_id(hold_id)
        if parsed is None:
            raise Problem(Code.NO_SUCH_HOLD)
        card_id, native = parsed
        try:
            admitted = Admission(self._house).admit(actor, {card_id}, Action.CHANGE_HOLD)
            return admitted.card(card_id), native
        except Problem as problem:
            if problem.code is Code.NO_SUCH_CARD:
                raise Problem(Code.NO_SUCH_HOLD) from None
            raise


def _find(holds: Sequence[Hold], native: str) -> Hold | None:
    return next((hold for hold in holds if hold.hold_id == native), None)


def _code(change: HoldChange, done: str) -> str:
    match change:
        case HoldChanged(asked=asked):
            return CANCEL_ASKED if asked and done == CANCELLED else done
        case HoldKept(because=because):
            return because
        case NoSuchHold():
            return Code.NO_SUCH_HOLD.value
