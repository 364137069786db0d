"""From records of the services to what the templates of holds, fees and past loans are given."""

import uuid
from collections.abc import Collection, Iterator, Sequence

from discovery_accounts.connectors.api import Capability, Fee, Hold, PastLoan
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.cards import SHOWN, CardState
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.native_id import write_native_id
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.showing import CardReading
from discovery_accounts.web.pages.favourite_records import as_favourite
from discovery_accounts.web.pages.list_shapes import (
    CardFees,
    CardFilter,
    CardLimits,
    FeeView,
    HoldView,
    PastLoanView,
)
from discovery_accounts.web.pages.shapes import CardView
from discovery_accounts.web.pages.views import card_view, plain_card
from discovery_accounts.web.visit import Visit

_ORDER = tuple(HoldState)
_STAYS = {HoldState.READY, HoldState.IN_TRANSIT, HoldState.IN_PROCESSING, HoldState.CANCELLING}
"""Holds that are not moved or suspended any more, unless the library says they may be."""


def card_filter(
    visit: Visit, readings: Sequence[CardReading], chosen: Collection[uuid.UUID] | None
) -> CardFilter:
    """The account's cards to choose from over a list of those in ``chosen``; ``None`` is all, which were read."""
    if chosen is None:
        return CardFilter(tuple(card_view(visit, reading) for reading in readings))
    cards = Cards(visit.house).all(visit.signed_in)
    return CardFilter(
        tuple(plain_card(visit, card) for card in cards), tuple(sorted(str(card_id) for card_id in chosen))
    )


def hold_views(visit: Visit, readings: Sequence[CardReading]) -> tuple[HoldView, ...]:
    """All holds of all cards: what can be fetched first, the soonest to go back before the others."""
    views = [view for reading in readings for view in _holds_of(visit, reading)]
    return tuple(
        sorted(
            views,
            key=lambda view: (
                _ORDER.index(view.state),
                str(view.ready_until or ""),
                view.position or 0,
                view.title or "",
            ),
        )
    )


def _holds_of(visit: Visit, reading: CardReading) -> Iterator[HoldView]:
    card = card_view(visit, reading)
    able = visit.house.gateway.capabilities(reading.card.library) if _may_act(visit, reading) else frozenset()
    for hold in reading.holds or ():
        yield _hold(reading.card, card, hold, able)


def _may_act(visit: Visit, reading: CardReading) -> bool:
    allowed = authorize(reading.card.access, Action.CHANGE_HOLD, visit.now) is Verdict.ALLOWED
    return allowed and reading.state is CardState.FRESH


def _hold(card: AccountCard, view: CardView, hold: Hold, able: frozenset[Capability]) -> HoldView:
    suspended = hold.state is HoldState.SUSPENDED
    moves = hold.state not in _STAYS
    return HoldView(
        id=write_native_id(card.id, hold.hold_id),
        card=view,
        title=hold.title,
        author=hold.author,
        state=hold.state,
        position=hold.position,
        pickup=(hold.pickup.name or hold.pickup.location_id) if hold.pickup else None,
        placed_on=hold.placed_on,
        ready_until=hold.ready_until,
        wanted_until=hold.wanted_until,
        suspended_until=hold.suspended_until,
        may_cancel=Capability.CANCEL_HOLDS in able
        and _may(hold.can_cancel, hold.state is not HoldState.CANCELLING),
        may_change_pickup=Capability.CHANGE_PICKUP in able and _may(hold.can_change_pickup, moves),
        may_suspend=Capability.SUSPEND_HOLDS in able and not suspended and _may(hold.can_suspend, moves),
        may_resume=Capability.SUSPEND_HOLDS in able and suspended,
        record=as_favourite(card.library, hold),
    )


def _may(told: bool | None, guess: bool) -> bool:
    """What the library says; where only trying tells, what is likely."""
    return guess if told is None else told


def hold_limits(visit: Visit, readings: Sequence[CardReading]) -> tuple[CardLimits, ...]:
    """What a reader would look for in vain, for each card that has such."""
    found = ((reading, tuple(_limits(visit, reading))) for reading in readings if reading.state in SHOWN)
    return tuple(CardLimits(card_view(visit, reading), codes) for reading, codes in found if codes)


def _limits(visit: Visit, reading: CardReading) -> Iterator[str]:
    unseen = why_unseen(visit, reading, Want.HOLDS, Action.SEE_HOLDS)
    if unseen is not None:
        yield unseen
    elif reading.holds:
        if authorize(reading.card.access, Action.CHANGE_HOLD, visit.now) is not Verdict.ALLOWED:
            yield "see_only"
            return
        able = visit.house.gateway.capabilities(reading.card.library)
        for capability, code in _MISSED.items():
            if capability not in able:
                yield code


_MISSED = {
    Capability.CANCEL_HOLDS: "no_cancel",
    Capability.CHANGE_PICKUP: "no_pickup",
    Capability.SUSPEND_HOLDS: "no_suspend",
}


def why_unseen(visit: Visit, reading: CardReading, want: Want, action: Action) -> str | None:
    """Why a card that could be read has nothing of that kind: a code; ``None`` when it has."""
    if want in reading.parts or reading.state not in SHOWN:
        return None
    allowed = authorize(reading.card.access, action, visit.now) is Verdict.ALLOWED
    return "not_supported" if allowed else "missing_scope"


def fees_of(visit: Visit, reading: CardReading) -> CardFees | None:
    """``None`` for a card whose fees are not known, or may not be seen."""
    if reading.fees is None or reading.owed is None:
        return None
    owed = tuple(amount for amount in reading.owed if amount.amount_minor)
    return CardFees(card_view(visit, reading), tuple(map(fee_view, reading.fees)), owed)


def fee_view(fee: Fee) -> FeeView:
    return FeeView(
        fee.kind, fee.description, fee.title, fee.amount, fee.outstanding, fee.charged_on, fee.disputed
    )


def past_loan_view(library: str, loan: PastLoan) -> PastLoanView:
    record = as_favourite(library, loan)
    return PastLoanView(loan.title, loan.author, loan.taken_at, loan.returned_at, record, loan.record_id)


def own_cards(visit: Visit, able: type[object]) -> tuple[AccountCard, ...]:
    """The account's own cards of libraries that can do that: the others are never asked for such things."""
    own = OwnCards(visit.house)
    return tuple(card for card in own.all(visit.signed_in) if own.can(card, able))
