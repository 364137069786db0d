"""What a patron owes and paid: `/patrons/{id}/account`, and its debits and credits."""

from dataclasses import replace

from aiohttp import web

from discovery_accounts.simulator.desk.records import Fee, Payment
from discovery_accounts.simulator.gate import shown
from discovery_accounts.simulator.koha import desk_records, records
from discovery_accounts.simulator.koha.errors import answer
from discovery_accounts.simulator.koha.parameters import (
    PAGING,
    known_patron,
    match_rule,
    only,
    order,
    page,
    paged,
)
from discovery_accounts.simulator.koha.queries import fits, queries
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.rendering import to_json
from discovery_accounts.simulator.simulation import Simulation

_ACCOUNT = "/api/v1/patrons/{patron_id}/account"
_ORDER = frozenset({"account_line_id", "date", "amount"})


class Accounts:
    """Accounts of patrons."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store

    def routes(self) -> list[web.RouteDef]:
        """Three addresses."""
        return [
            web.get(_ACCOUNT, self.balance),
            web.get(f"{_ACCOUNT}/debits", self.debits),
            web.get(f"{_ACCOUNT}/credits", self.credits),
        ]

    async def balance(self, request: web.Request) -> web.Response:
        """Everything that is open."""
        only(request, ())
        patron = known_patron(request, self._store)
        lines = [desk_records.line(fee) for fee in self._open(patron, request)]
        sides = {"outstanding_debits": False, "outstanding_credits": True}
        body: records.Json = {"balance": round(sum(line["amount_outstanding"] for line in lines), 2)}
        for side, below in sides.items():
            own = [line for line in lines if (line["amount"] < 0) is below]
            body[side] = {"total": round(sum(line["amount_outstanding"] for line in own), 2), "lines": own}
        return answer(body)

    async def debits(self, request: web.Request) -> web.Response:
        """What was charged, open or not."""
        fees = self._fees(known_patron(request, self._store), request)
        return await self._listed(request, [desk_records.debit(fee) for fee in fees if fee.amount >= 0])

    async def credits(self, request: web.Request) -> web.Response:
        """What came in or was given."""
        patron = known_patron(request, self._store)
        seen = shown(request, self._simulation, patron)
        paid = self._store.records(Payment, seen.patron_id)
        if not paid:
            own = self._store.records(Payment, patron.patron_id)
            paid = [replace(one, patron_id=seen.patron_id) for one in own]
        given = [desk_records.credit(fee) for fee in self._fees(patron, request) if fee.amount < 0]
        return await self._listed(request, [desk_records.payment(one) for one in paid] + given)

    async def _listed(self, request: web.Request, lines: list[records.Json]) -> web.Response:
        only(request, PAGING)
        match_rule(request)
        asked = await queries(request)
        rows = [line for line in lines if all(fits(query, line) for query in asked)]
        for name, down in reversed(order(request, _ORDER)):
            rows.sort(key=lambda row: row[name], reverse=down)
        part = page(request)
        return paged(request, to_json(rows[part.bounds(len(rows))]), len(rows), len(rows), part)

    def _fees(self, patron: Patron, request: web.Request) -> list[Fee]:
        """Of the patron; while patrons are mixed up, somebody else's, whatever they are."""
        seen = shown(request, self._simulation, patron)
        fees = self._store.records(Fee, seen.patron_id)
        own = self._store.records(Fee, patron.patron_id)
        return fees or [replace(fee, patron_id=seen.patron_id) for fee in own]

    def _open(self, patron: Patron, request: web.Request) -> list[Fee]:
        seen = shown(request, self._simulation, patron)
        fees = self._store.open_fees(seen.patron_id)
        return fees or [
            replace(fee, patron_id=seen.patron_id) for fee in self._store.open_fees(patron.patron_id)
        ]
