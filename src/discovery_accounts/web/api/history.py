"""``/history``: loans of the past, whether they are kept, and their end."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import HistoryKeeping, PastLoan
from discovery_accounts.domain.cards import CardState
from discovery_accounts.domain.native_id import write_native_id
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.histories import read_histories
from discovery_accounts.services.history import History, HistoryResult
from discovery_accounts.services.showing import CardReading
from discovery_accounts.web.api.answers import answer, local, state_json
from discovery_accounts.web.api.asked import asked_card, card_id
from discovery_accounts.web.offsets import read_offset
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    """Of one card, or of all one's own: whether they are kept is told of one."""
    offset = read_offset(visit.request.GET.get("offset", ""))
    if not visit.request.GET.get("card"):
        return _of_all(visit, offset)
    found = History(visit.house).read(visit.signed_in, asked_card(visit), offset)
    reading = CardReading(found.card, CardState.FRESH, visit.house.now())
    return answer(
        {
            "history": [_past_loan(found.card, loan) for loan in found.page.loans],
            "cards": [state_json(reading)],
            "next": found.page.next,
            "total": found.page.total,
            "keeping": found.keeping.value if found.keeping else None,
        }
    )


def _of_all(visit: Visit, offset: int) -> Response:
    found = read_histories(visit.house, visit.signed_in, offset)
    return answer(
        {
            "history": [_past_loan(card, loan) for card, loan in found.loans],
            "cards": [state_json(reading) for reading in found.readings],
            "next": found.next,
            "total": found.total,
            "keeping": None,
        }
    )


def switch(visit: Visit) -> Response:
    keeping = HistoryKeeping(visit.body["keeping"])
    return _result(History(visit.house).switch(visit.signed_in, card_id(visit.body["card"]), keeping))


def delete(visit: Visit) -> Response:
    return _result(History(visit.house).delete(visit.signed_in, asked_card(visit)))


def _result(result: HistoryResult) -> Response:
    body = {
        "card": str(result.card.id),
        "code": result.code,
        "keeping": result.keeping.value if result.keeping else None,
        "count": result.count,
    }
    return answer(body, 200 if result.done else 202)


def _past_loan(card: AccountCard, loan: PastLoan) -> dict[str, Any]:
    return {
        "id": write_native_id(card.id, loan.loan_id),
        "card": str(card.id),
        "library": card.library,
        "title": loan.title,
        "author": loan.author,
        "record_id": loan.record_id,
        "taken_at": local(loan.taken_at),
        "returned_at": local(loan.returned_at),
    }
