"""Holds of all cards on one page, and placing one (rules 3.2, interface ``/holds``).

What is done to a hold that is there stands in ``hold_changes``.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from discovery_accounts.connectors.api import (
    HoldOptions,
    HoldPlaced,
    HoldTarget,
    NewHold,
    NotAPatron,
    NotHoldable,
    PlacesHolds,
)
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.days import check_coming
from discovery_accounts.domain.holds import HoldReason
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.domain.native_id import write_native_id
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import Acts, NotAnswered
from discovery_accounts.services.admission import Admission
from discovery_accounts.services.hold_outcomes import PLACED, HoldResult, listed, look
from discovery_accounts.services.house import House
from discovery_accounts.services.lists import read_list
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.showing import CardReading

MAX_NOTE = 500  # characters
MAX_ID = 200  # characters of an id of a record, an item or a place

_AT_FIELD = {
    HoldReason.PICKUP_NOT_ALLOWED.value: "pickup",
    HoldReason.BAD_DATE.value: "wanted_until",
}
"""Reasons that are about something chosen, and where it was."""


@dataclass(frozen=True, slots=True)
class HoldOffer:
    """What may be chosen for a hold with that card; or ``because``, a reason why it may not be had."""

    card: AccountCard
    options: HoldOptions | None = None
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
        """See ``read_list``."""
        return read_list(self._house, actor, Want.HOLDS, only=only, refresh=refresh)

    def options(self, actor: Actor, card_id: uuid.UUID, target: HoldTarget) -> HoldOffer:
        """Where the card's patron may fetch that, asked from the library now. Raises ``BadShape`` for ids that
        no library could have."""
        _check_target(target)
        card = self._card(actor, card_id)
        found = self._acts.ask(card, PlacesHolds, lambda one: one.hold_options(card.patron_id, target))
        match found:
            case HoldOptions():
                return HoldOffer(card, found)
            case NotHoldable(because=because):
                return HoldOffer(card, because=because)
            case NotAPatron():
                raise Problem(Code.NOT_A_PATRON)

    def place(self, actor: Actor, card_id: uuid.UUID, hold: NewHold) -> HoldResult:
        """Place a hold, sent once. Without an answer the library's list tells whether it is there now.

        Raises ``BadShape`` about ``pickup``, ``wanted_until`` or ``note``, by us or as the library says.
        """
        _check_target(hold.target)
        check_place(hold.pickup)
        card = self._card(actor, card_id)
        check_coming(hold.wanted_until, today(self._house, card), "wanted_until")
        known = listed(self._house, actor, card, refresh=False)
        answer = self._acts.act(
            actor,
            card,
            PlacesHolds,
            lambda one: one.place_hold(card.patron_id, hold),
            word=events.HOLD_PLACED,
            says=_code,
        )
        match answer:
            case HoldPlaced(hold_id=native):
                return HoldResult(card, True, PLACED, write_native_id(card.id, native) if native else None)
            case NotHoldable(because=because):
                if because in _AT_FIELD:
                    raise BadShape(_AT_FIELD[because], "not_allowed")
                return HoldResult(card, False, because)
            case NotAPatron():
                raise Problem(Code.NOT_A_PATRON)
            case NotAnswered():
                before = None if known is None else {one.hold_id for one in known}
                return self._look_for(actor, card, hold.target, before)

    def _look_for(
        self, actor: Actor, card: AccountCard, target: HoldTarget, before: set[str] | None
    ) -> HoldResult:
        """Without the list as it was before, a hold that is there now proves nothing."""
        return look(
            self._house,
            actor,
            card,
            PLACED,
            lambda holds: (
                before is not None
                and any(one.record_id == target.record_id and one.hold_id not in before for one in holds)
            ),
        )

    def _card(self, actor: Actor, card_id: uuid.UUID) -> AccountCard:
        return Admission(self._house).admit(actor, {card_id}, Action.HOLD).card(card_id)


def clean_note(typed: str) -> str | None:
    """What is told the staff, as one line; ``None`` for nothing. Raises ``BadShape`` about ``note``."""
    return clean_label(typed, "note", MAX_NOTE) if typed.strip() else None


def check_place(location_id: str) -> None:
    """Raises ``BadShape`` about ``pickup`` for what no place could be called."""
    if not location_id.strip():
        raise BadShape("pickup", "missing")
    if not _could_be_id(location_id):
        raise BadShape("pickup", "unknown")


def today(house: House, card: AccountCard) -> date:
    """The day it is at the card's library."""
    return house.now().astimezone(house.library(card.library).timezone).date()


def _check_target(target: HoldTarget) -> None:
    for field, value in (("record_id", target.record_id), ("item_id", target.item_id)):
        if value is not None and not _could_be_id(value):
            raise BadShape(field, "unknown")


def _could_be_id(text: str) -> bool:
    return 0 < len(text) <= MAX_ID and text.isprintable() and text == text.strip()


def _code(answer: HoldPlaced | NotHoldable | NotAPatron) -> str:
    match answer:
        case HoldPlaced():
            return PLACED
        case NotHoldable(because=because):
            return because
        case NotAPatron():
            return Code.NOT_A_PATRON.value
