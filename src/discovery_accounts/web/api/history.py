"""``/history``: loans of the past, whether they are kept, and their end."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import HistoryKeeping, PastLoan
from discovery_accounts.domain.native_id import write_native_id
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.history import History, HistoryResult
from discovery_accounts.web.api.answers import answer, local
from discovery_accounts.web.api.asked import asked_card, card_id
from discovery_accounts.web.offsets import read_offset
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    offset = read_offset(visit.request.GET.get("offset", ""))
    found = History(visit.house).read(visit.signed_in, asked_card(visit), offset)
    return answer(
        {
            "history": [_past_loan(found.card, loan) for loan in found.page.loans],
            "next": found.page.next,
            "total": found.page.total,
            "keeping": found.keeping.value if found.keeping else None,
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
