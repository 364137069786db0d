"""Checkouts of a patron, single checkouts, and renewing."""

from aiohttp import web

from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.koha.checkout_lists import EMBEDS, ORDER, CheckoutLists
from discovery_accounts.simulator.koha.errors import answer, error, not_found
from discovery_accounts.simulator.koha.parameters import (
    PAGING,
    embeds,
    known_patron,
    match_rule,
    only,
    order,
    page,
    paged,
    truth,
    whole,
)
from discovery_accounts.simulator.records import MAX_RENEWALS, Loan, Patron
from discovery_accounts.simulator.simulation import Simulation
from discovery_accounts.simulator.store import hindrance


class Checkouts:
    """`/patrons/{id}/checkouts` (not in 23.11) and everything under `/checkouts`."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._lists = CheckoutLists(simulation.store)

    def routes(self) -> list[web.RouteDef]:
        """The addresses this generation of Koha has."""
        one = "/api/v1/checkouts/{checkout_id}"
        recent = [web.get("/api/v1/patrons/{patron_id}/checkouts", self.of_patron)]
        return (recent if self._simulation.manners.generation != "23.11" else []) + [
            web.get("/api/v1/checkouts", self.search),
            web.get(one, self.read),
            web.get(f"{one}/allows_renewal", self.allows_renewal),
            web.post(f"{one}/renewals", self.renew),
            web.post(f"{one}/renewal", self.renew),
        ]

    async def of_patron(self, request: web.Request) -> web.Response:
        """The checkouts of the patron in the path."""
        only(request, PAGING)
        return self._list(request, known_patron(request, self._store))

    async def search(self, request: web.Request) -> web.Response:
        """The older way: `?patron_id=`; an unknown patron has an empty list."""
        only(request, PAGING | {"checked_in", "patron_id"})
        patron_id = str(whole(request.query.get("patron_id", ""), "/patron_id"))
        patron = self._store.patron(patron_id)
        note(request, patron)
        if patron is None:
            return paged(request, b"[]", 0, 0, page(request))
        return self._list(request, patron)

    def _list(self, request: web.Request, patron: Patron) -> web.Response:
        match_rule(request)
        part = page(request)
        body, total = self._lists.page(
            shown(request, self._simulation, patron),
            patron,
            embeds(request, EMBEDS),
            order(request, ORDER),
            part,
            truth(request, "checked_in"),
        )
        return paged(request, body, total, total, part)

    async def read(self, request: web.Request) -> web.Response:
        """One checkout, current or returned."""
        only(request, ())
        wanted = embeds(request, EMBEDS)
        found = self._find(request, returned=True)
        return not_found("Checkout") if found is None else answer(self._lists.one(*found, wanted))

    async def allows_renewal(self, request: web.Request) -> web.Response:
        """Whether the checkout can be renewed, and if not, why not."""
        only(request, ())
        found = self._find(request)
        if found is None:
            return not_found("Checkout")
        loan, patron = found
        reason = hindrance(patron, loan)
        return answer(
            {
                "allows_renewal": reason is None,
                "max_renewals": MAX_RENEWALS,
                "current_renewals": loan.renewals,
                "unseen_renewals": 0,
                "error": reason,
            }
        )

    async def renew(self, request: web.Request) -> web.Response:
        """Renews, or says in the text why not."""
        only(request, ("seen",))
        found = self._find(request)
        if found is None:
            return not_found("Checkout")
        loan, patron = found
        reason = hindrance(patron, loan)
        if reason is not None:
            return error(403, f"Renewal not authorized ({reason})")
        renewed = answer(self._lists.one(self._store.renew(loan), patron, frozenset()), 201)
        renewed.headers["Location"] = request.rel_url.raw_path
        return renewed

    def _find(self, request: web.Request, returned: bool = False) -> tuple[Loan, Patron] | None:
        loan = self._store.loan(whole(request.match_info["checkout_id"], "/checkout_id"))
        patron = self._store.patron(loan.patron_id) if loan is not None else None
        note(request, patron)
        if loan is None or patron is None or (loan.returned_at is not None and not returned):
            return None
        return loan, patron
