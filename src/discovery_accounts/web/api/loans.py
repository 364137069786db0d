"""``/loans``: loans of all cards, one loan, renewals."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import Loan
from discovery_accounts.domain.native_id import write_native_id
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.loans import Loans
from discovery_accounts.services.renewals import RenewalResult, Renewals
from discovery_accounts.web.api.answers import answer, local, state_json
from discovery_accounts.web.api.asked import asked_cards, asks_anew
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    readings = Loans(visit.house).read(visit.signed_in, only=asked_cards(visit), refresh=asks_anew(visit))
    loans = [_loan(reading.card, loan) for reading in readings for loan in reading.loans or ()]
    return answer({"loans": loans, "cards": [state_json(reading) for reading in readings]})


def show(visit: Visit) -> Response:
    """One loan, its renewability asked from the library now; the list never asks."""
    one = Loans(visit.house).one(visit.signed_in, visit.request.matchdict["loan"])
    return answer(_loan(one.card, one.loan))


def renew(visit: Visit) -> Response:
    body = visit.body
    renewals = Renewals(visit.house)
    if body.get("all"):
        results = renewals.renew_all(visit.signed_in).results
    else:
        results = renewals.renew(visit.signed_in, body["loans"])
    return answer({"results": [_result(result) for result in results]}, status=207)


def _loan(card: AccountCard, loan: Loan) -> dict[str, Any]:
    return {
        "id": write_native_id(card.id, loan.loan_id),
        "card": str(card.id),
        "library": card.library,
        "title": loan.title,
        "author": loan.author,
        "barcode": loan.barcode,
        "checked_out_at": local(loan.checked_out_at),
        "due_at": local(loan.due_at),
        "renewals": loan.renewals,
        "renewable": loan.renewable,
        "not_renewable_because": loan.not_renewable_because,
    }


def _result(result: RenewalResult) -> dict[str, Any]:
    return {
        "loan": result.loan,
        "renewed": result.renewed,
        "due_at": local(result.due_at),
        "code": result.code,
    }
