"""A user's fines and fees, by status."""

from typing import Any

from aiohttp import web

from discovery_accounts.simulator.alma import errors
from discovery_accounts.simulator.alma.answers import answer, error
from discovery_accounts.simulator.alma.people import ANY, People
from discovery_accounts.simulator.desk.records import Fee, Payment
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.simulation import Simulation

CURRENCY = "EUR"
_STATUSES = {"ACTIVE": "Active", "INDISPUTE": "In dispute", "EXPORTED": "Exported", "CLOSED": "Closed"}
_TYPES = {
    "overdue": ("OVERDUEFINE", "Overdue fine"),
    "lost": ("LOSTITEMREPLACEMENTFEE", "Lost item replacement fee"),
    "membership": ("CARDRENEWAL", "Card renewal"),
    "hold": ("OTHER", "Hold not fetched"),
}


class Fees:
    """`/users/{id}/fees`."""

    def __init__(self, simulation: Simulation, people: People) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._people = people

    def routes(self) -> list[web.RouteDef]:
        """The address of the list."""
        return [web.get("/almaws/v1/users/{user_id}/fees", self.page)]

    async def page(self, request: web.Request) -> web.Response:
        """All fees of one status; without any there is no `fee` at all."""
        status = request.query.get("status", "ACTIVE")
        if status not in _STATUSES:
            return errors.wrong_parameter(request, "status", status, ", ".join(_STATUSES))
        patron = self._people.of(request)
        if patron is None:
            kind = request.query.get("user_id_type", ANY)
            text = f"User with identifier {request.match_info['user_id']} of type {kind} was not found."
            return error(request, "401890", text)
        note(request, patron)
        patron = shown(request, self._simulation, patron)
        fees = self._fees(patron, status)
        record: dict[str, object] = {"fee": [self._fee(one, status) for one in fees]} if fees else {}
        record |= {
            "total_record_count": len(fees),
            "total_sum": sum(fee.outstanding for fee in fees) / 100,
            "currency": CURRENCY,
        }
        if status == "CLOSED":
            self._add_payments(patron, record)
        return answer(request, "fees", record)

    def _fees(self, patron: Patron, status: str) -> list[Fee]:
        if status == "ACTIVE":
            return self._store.open_fees(patron.patron_id)
        paid = [fee for fee in self._store.records(Fee, patron.patron_id) if not fee.outstanding]
        return paid if status == "CLOSED" else []

    def _add_payments(self, patron: Patron, record: dict[str, Any]) -> None:
        """Alma has no payment without a fee: each is told with one of the closed fees, the last with the rest."""
        fees = record.get("fee", [])
        for number, payment in enumerate(self._store.records(Payment, patron.patron_id)):
            if fees:
                fees[min(number, len(fees) - 1)].setdefault("transaction", []).append(_transaction(payment))

    def _fee(self, fee: Fee, status: str) -> dict[str, Any]:
        value, desc = _TYPES.get(fee.kind, ("OTHER", "Other"))
        if fee.amount < 0:
            value, desc = "CREDIT", "Credit"
        work = self._store.biblios.get(fee.biblio_id or 0)
        return {
            "link": f"/almaws/v1/users/{fee.patron_id}/fees/{fee.fee_id}",
            "id": str(fee.fee_id),
            "type": {"value": value, "desc": desc},
            "status": {"value": status, "desc": _STATUSES[status]},
            "user_primary_id": {"value": fee.patron_id, "link": f"/almaws/v1/users/{fee.patron_id}"},
            "balance": fee.outstanding / 100,
            "remaining_vat_amount": 0.0,
            "original_amount": fee.amount / 100,
            "original_vat_amount": 0.0,
            "creation_time": f"{fee.charged_on}T10:00:00.000Z",
            "status_time": f"{fee.charged_on}T10:00:00.000Z",
            "comment": fee.description or None,
            "owner": {"value": "MAIN", "desc": "Main Library"},
            "title": None if work is None else f"{work.title} / {work.author}",
            "barcode": None,
            "bursar_transaction_id": None,
        }


def _transaction(payment: Payment) -> dict[str, Any]:
    return {
        "transaction_id": str(payment.payment_id),
        "type": {"value": "PAYMENT", "desc": "Payment"},
        "amount": payment.amount / 100,
        "vat_amount": 0.0,
        "reason": None,
        "comment": None,
        "created_by": "Desk",
        "external_transaction_id": None,
        "transaction_time": f"{payment.paid_on}T11:00:00.000Z",
        "received_by": {"value": "MAIN", "desc": "Main Library"},
        "payment_method": {"value": payment.method, "desc": payment.method.capitalize()},
    }
