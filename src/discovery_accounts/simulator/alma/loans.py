"""A user's loans, single loans, and renewing."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from discovery_accounts.simulator.alma import errors
from discovery_accounts.simulator.alma.answers import answer, error, kept_answer, render, wants_json
from discovery_accounts.simulator.alma.loan_record import item_loan, refusal
from discovery_accounts.simulator.alma.numbers import number_of
from discovery_accounts.simulator.alma.people import People
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.records import Biblio, Loan, Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.rendering import Kept
from discovery_accounts.simulator.simulation import Simulation

MOST_IN_A_PAGE = 100
_ORDER: dict[str, Callable[[Loan, Biblio], str | int]] = {
    "id": lambda loan, _work: loan.loan_id,
    "loan_date": lambda loan, _work: loan.taken_at,
    "due_date": lambda loan, _work: loan.due_at,
    "barcode": lambda loan, _work: loan.barcode,
    "title": lambda _loan, work: work.title.casefold(),
    "author": lambda _loan, work: work.author.casefold(),
    "return_date": lambda loan, _work: loan.returned_at or 0,
}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a call asks of the list; also the key under which the answer is kept."""

    json: bool
    limit: int
    offset: int
    order: str
    down: bool
    renewable: bool
    returned: bool


class Loans:
    """`/users/{id}/loans` and `/users/{id}/loans/{loan_id}`."""

    def __init__(self, simulation: Simulation, people: People) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._people = people
        self._kept: Kept[bytes] = Kept(simulation.store)

    def routes(self) -> list[web.RouteDef]:
        """The addresses of loans."""
        return [
            web.get("/almaws/v1/users/{user_id}/loans", self.page),
            web.get("/almaws/v1/users/{user_id}/loans/{loan_id}", self.read),
            web.post("/almaws/v1/users/{user_id}/loans/{loan_id}", self.renew),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """A part of the list; without any loan there is no `item_loan` at all."""
        wanted = _wanted(request)
        patron = self._people.must_be(request)
        note(request, patron)
        other = shown(request, self._simulation, patron)
        if other.patron_id != patron.patron_id and not self._store.loans(other.patron_id, wanted.returned):
            return kept_answer(self._render(patron, wanted, other), wanted.json)
        body = self._kept.get(other.patron_id, wanted, lambda: self._render(other, wanted, other))
        return kept_answer(body, wanted.json)

    def _render(self, patron: Patron, wanted: _Wanted, named: Patron) -> bytes:
        """The patron's loans, as those of the one who is named: the two differ where patrons are mixed up and
        the other one has none."""
        works = self._store.biblios
        loans = sorted(
            self._store.loans(patron.patron_id, wanted.returned),
            reverse=wanted.down,
            key=lambda loan: (_ORDER[wanted.order](loan, works[loan.biblio_id]), loan.loan_id),
        )
        chosen = loans[wanted.offset : wanted.offset + wanted.limit]
        record: dict[str, object] = {"total_record_count": len(loans)}
        if chosen:
            record = {
                "item_loan": [
                    item_loan(loan, works[loan.biblio_id], named, wanted.renewable) for loan in chosen
                ]
            } | record
        return render(wanted.json, "item_loans", record)

    async def read(self, request: web.Request) -> web.Response:
        """One loan of that user."""
        found = self._find(request)
        if found is None:
            return error(request, "401652", errors.GENERAL_ERROR)
        loan, patron = found
        renewable = "renewable" in request.query.get("expand", "").split(",")
        return answer(
            request, "item_loan", item_loan(loan, self._store.biblios[loan.biblio_id], patron, renewable)
        )

    async def renew(self, request: web.Request) -> web.Response:
        """`op=renew`: the loan with its new due date, or 401822 with the reason in the text."""
        operation = request.query.get("op", "")
        if operation != "renew":
            return errors.wrong_parameter(request, "op", operation, "renew")
        found = self._find(request)
        loan_id = request.match_info["loan_id"]
        if found is None or found[0].returned_at is not None:
            return error(request, "401823", f"Loan ID {loan_id} does not exist.")
        loan, patron = found
        reason = refusal(patron, loan)
        if reason is not None:
            return error(request, "401822", f"Cannot renew loan: Loan ID {loan_id}. {reason}")
        renewed = self._store.renew(loan)
        return answer(request, "item_loan", item_loan(renewed, self._store.biblios[loan.biblio_id], patron))

    def _find(self, request: web.Request) -> tuple[Loan, Patron] | None:
        patron = self._people.must_be(request)
        note(request, patron)
        text = request.match_info["loan_id"]
        loan = self._store.loan(int(text)) if text.isdecimal() else None
        return (loan, patron) if loan is not None and loan.patron_id == patron.patron_id else None


def _wanted(request: web.Request) -> _Wanted:
    order, direction = request.query.get("order_by", "id"), request.query.get("direction", "ASC").upper()
    status = request.query.get("loan_status", "Active").capitalize()
    for name, value, allowed in (
        ("order_by", order, tuple(_ORDER)),
        ("direction", direction, ("ASC", "DESC")),
        ("loan_status", status, ("Active", "Complete")),
    ):
        if value not in allowed:
            raise RefusedError(errors.wrong_parameter(request, name, value, ", ".join(allowed)))
    return _Wanted(
        json=wants_json(request),
        limit=number_of(request, "limit", 10, MOST_IN_A_PAGE),
        offset=number_of(request, "offset", 0, None),
        order=order,
        down=direction == "DESC",
        renewable="renewable" in request.query.get("expand", "").split(","),
        returned=status == "Complete",
    )
