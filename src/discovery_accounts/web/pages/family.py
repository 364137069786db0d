"""All cards on one page: first what needs attention, whoever's it is, then each card for itself."""

from collections.abc import Sequence
from datetime import date

from pyramid.response import Response

from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.cards import SHOWN, CardState, LinkState
from discovery_accounts.domain.due import Urgency
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import Standing
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.overview import Overview
from discovery_accounts.services.showing import CardReading
from discovery_accounts.web.api.asked import asked_cards, asks_anew
from discovery_accounts.web.pages.family_shapes import Attention, CardOverview, Debt, Pickup
from discovery_accounts.web.pages.list_shapes import HoldView
from discovery_accounts.web.pages.list_views import card_filter, hold_views, why_unseen
from discovery_accounts.web.pages.shapes import CardView, LoanView
from discovery_accounts.web.pages.views import card_view, libraries_of, loan_views
from discovery_accounts.web.visit import Visit

FIRST = 3
"""Loans shown of each card; the others are counted."""
URGENT = 5
"""Overdue loans, and loans due soon, listed over all cards."""

_SEEN = ((Want.LOANS, Action.SEE_LOANS), (Want.HOLDS, Action.SEE_HOLDS), (Want.OWED, Action.SEE_FEES))


def show(visit: Visit) -> Response:
    """``?card=`` asks only of that card, ``?refresh=1`` asks anew."""
    chosen = asked_cards(visit)
    readings = Overview(visit.house).read(visit.signed_in, only=chosen, refresh=asks_anew(visit))
    visit.about = libraries_of(readings)
    loans = loan_views(visit, readings)
    holds = hold_views(visit, readings)
    cards = tuple(_overview(visit, reading, loans, holds) for reading in readings)
    ages = [reading.as_of for reading in readings if reading.as_of is not None]
    return visit.render(
        "family.html",
        section="family",
        filter=card_filter(visit, readings, chosen),
        attention=_attention(loans, holds, cards),
        next_due=next((loan for loan in loans if loan.urgency is Urgency.LATER), None),
        cards=cards,
        may_renew_any=any(one.may_renew for one in cards),
        checked_at=min(ages, default=None),
    )


def _attention(
    loans: Sequence[LoanView], holds: Sequence[HoldView], cards: Sequence[CardOverview]
) -> Attention:
    overdue = tuple(loan for loan in loans if loan.urgency is Urgency.OVERDUE)
    soon = tuple(loan for loan in loans if loan.urgency in {Urgency.TODAY, Urgency.SOON})
    debts = ((one.card, _above_zero(one.owed or ())) for one in cards)
    return Attention(
        overdue[:URGENT],
        len(overdue),
        soon[:URGENT],
        len(soon),
        _pickups([hold for hold in holds if hold.state is HoldState.READY]),
        tuple(Debt(card, owed) for card, owed in debts if owed),
        tuple(one.card for one in cards if _is_troubled(one.card)),
    )


def _pickups(ready: Sequence[HoldView]) -> tuple[Pickup, ...]:
    """By place, so that one way there fetches all; the place to go to first stands first."""
    places: dict[tuple[str, str | None], list[HoldView]] = {}
    for hold in ready:
        places.setdefault((hold.card.library_title, hold.pickup), []).append(hold)
    found = [
        Pickup(
            place,
            library,
            tuple(holds),
            min((one for hold in holds if (one := hold.ready_until)), default=None),
        )
        for (library, place), holds in places.items()
    ]
    return tuple(sorted(found, key=lambda pickup: pickup.until or date.max))


def _overview(
    visit: Visit, reading: CardReading, loans: Sequence[LoanView], holds: Sequence[HoldView]
) -> CardOverview:
    card = card_view(visit, reading)
    mine = [loan for loan in loans if loan.card.id == card.id]
    held = [hold for hold in holds if hold.card.id == card.id]
    return CardOverview(
        card=card,
        paused=_is_paused(visit, reading.card),
        loans=None if reading.loans is None else len(mine),
        overdue=sum(loan.urgency is Urgency.OVERDUE for loan in mine),
        first=tuple(mine[:FIRST]),
        holds=None if reading.holds is None else len(held),
        ready=tuple(hold for hold in held if hold.state is HoldState.READY),
        owed=None if reading.owed is None else tuple(one for one in reading.owed if one.amount_minor),
        unseen=tuple(_unseen(visit, reading)),
        may_renew=any(loan.may_renew and loan.renewable is not False for loan in mine),
        barcode=_barcode(visit, reading),
    )


def _unseen(visit: Visit, reading: CardReading) -> list[str]:
    """What this link may not see or do, or the library does not tell, of a card that could be read."""
    found = [
        f"{want.value}.{code}" for want, action in _SEEN if (code := why_unseen(visit, reading, want, action))
    ]
    renewing = authorize(reading.card.access, Action.RENEW, visit.now)
    if renewing is Verdict.MISSING_SCOPE and reading.loans:
        found.append(f"renew.{renewing.value}")
    return found


def _barcode(visit: Visit, reading: CardReading) -> str | None:
    if reading.state not in SHOWN or not visit.signed_in.sees_all:
        return None
    allowed = authorize(reading.card.access, Action.SHOW_BARCODE, visit.now) is Verdict.ALLOWED
    return visit.url("card_barcode", card=reading.card.id) if allowed else None


def _is_paused(visit: Visit, card: AccountCard) -> bool:
    """Whether the link waits because its card was handed over to a young person (rules 3.6)."""
    handed_over = card.hands_over_at is not None and card.since < card.hands_over_at <= visit.now
    return card.link_state is LinkState.PENDING and handed_over


def _is_troubled(card: CardView) -> bool:
    return card.state is not CardState.FRESH or card.standing in {Standing.BLOCKED, Standing.EXPIRED}


def _above_zero(owed: Sequence[Money]) -> tuple[Money, ...]:
    return tuple(amount for amount in owed if amount.amount_minor > 0)
