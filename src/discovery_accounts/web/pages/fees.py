"""What is owed on every card, and what was paid on one's own."""

import uuid
from collections.abc import Sequence

from pyramid.response import Response

from discovery_accounts.connectors.api import ListsPayments
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.money import totals
from discovery_accounts.services.fees import Fees
from discovery_accounts.services.problems import Code
from discovery_accounts.services.showing import CardReading
from discovery_accounts.web.api.asked import asked_cards, asks_anew
from discovery_accounts.web.pages.list_shapes import CardLimits, PaymentView
from discovery_accounts.web.pages.list_views import card_filter, fee_view, fees_of, own_cards, why_unseen
from discovery_accounts.web.pages.views import card_view, libraries_of, plain_card
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    """Open fees and credits by card; ``?card=`` asks only of that card, ``?refresh=1`` asks anew."""
    chosen = asked_cards(visit)
    readings = Fees(visit.house).read(visit.signed_in, only=chosen, refresh=asks_anew(visit))
    visit.about = libraries_of(readings)
    by_card = tuple(found for reading in readings if (found := fees_of(visit, reading)) is not None)
    ages = [reading.as_of for reading in readings if reading.as_of is not None]
    return visit.render(
        "fees.html",
        section="fees",
        by_card=by_card,
        owed=totals([amount for found in by_card for amount in found.owed]),
        limits=_limits(visit, readings),
        cards=tuple(card_view(visit, reading) for reading in readings),
        filter=card_filter(visit, readings, chosen),
        checked_at=min(ages, default=None),
        has_paid=bool(own_cards(visit, ListsPayments)),
    )


def show_paid(visit: Visit) -> Response:
    """What was paid on one of one's own cards; the first, where none is named. Without such a card there is
    nothing to show."""
    own = own_cards(visit, ListsPayments)
    if visit.request.GET.get("card"):
        chosen = visit.request.GET["card"]
    elif own:
        chosen = str(own[0].id)
    else:
        return visit.redirect(visit.url("fees"))
    try:
        paid = Fees(visit.house).paid(visit.signed_in, uuid.UUID(chosen))
    except ValueError:
        raise Refusal(404, Code.NO_SUCH_CARD) from None
    fees, payments = paid.history.paid, paid.history.payments
    return visit.render(
        "fees_paid.html",
        section="fees",
        card=plain_card(visit, paid.card),
        cards=tuple(plain_card(visit, card) for card in own),
        fees=None if fees is None else tuple(map(fee_view, fees)),
        payments=None
        if payments is None
        else tuple(PaymentView(one.amount, one.paid_on, one.method) for one in payments),
    )


def _limits(visit: Visit, readings: Sequence[CardReading]) -> tuple[CardLimits, ...]:
    found = ((reading, why_unseen(visit, reading, Want.FEES, Action.SEE_FEES)) for reading in readings)
    return tuple(CardLimits(card_view(visit, reading), (code,)) for reading, code in found if code)
