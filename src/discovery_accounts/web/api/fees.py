"""``/fees``: what is owed on all cards, and what was paid."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import Fee, Payment
from discovery_accounts.domain.native_id import write_native_id
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.fees import Fees
from discovery_accounts.web.api.answers import answer, day, money_json, state_json
from discovery_accounts.web.api.asked import asked_card, asked_cards, asks_anew
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    readings = Fees(visit.house).read(visit.signed_in, only=asked_cards(visit), refresh=asks_anew(visit))
    totals = [
        {"card": str(reading.card.id), "owed": [money_json(amount) for amount in reading.owed]}
        for reading in readings
        if reading.owed is not None
    ]
    return answer(
        {
            "fees": [_fee(reading.card, fee) for reading in readings for fee in reading.fees or ()],
            "totals": totals,
            "cards": [state_json(reading) for reading in readings],
        }
    )


def list_paid(visit: Visit) -> Response:
    found = Fees(visit.house).paid(visit.signed_in, asked_card(visit))
    paid, payments = found.history.paid, found.history.payments
    return answer(
        {
            "paid": None if paid is None else [_fee(found.card, fee) for fee in paid],
            "payments": None if payments is None else [_payment(found.card, one) for one in payments],
        }
    )


def _fee(card: AccountCard, fee: Fee) -> dict[str, Any]:
    return {
        "id": write_native_id(card.id, fee.fee_id),
        "card": str(card.id),
        "library": card.library,
        "kind": fee.kind.value,
        "description": fee.description,
        "title": fee.title,
        "amount": money_json(fee.amount),
        "outstanding": money_json(fee.outstanding),
        "charged_at": day(fee.charged_on),
        "disputed": fee.disputed,
    }


def _payment(card: AccountCard, payment: Payment) -> dict[str, Any]:
    return {
        "id": write_native_id(card.id, payment.payment_id),
        "amount": money_json(payment.amount),
        "paid_at": day(payment.paid_on),
        "method": payment.method,
    }
