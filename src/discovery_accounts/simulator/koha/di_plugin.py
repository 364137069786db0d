"""The routes of the Finnish discovery plugin that matter for loans; absent unless it is switched on."""

from aiohttp import web

from discovery_accounts.simulator.gate import shown
from discovery_accounts.simulator.koha import records
from discovery_accounts.simulator.koha.checkout_lists import ORDER, Order, loans_of, ordered
from discovery_accounts.simulator.koha.parameters import (
    PAGING,
    Page,
    known_patron,
    only,
    order,
    page,
    paged,
    truth,
)
from discovery_accounts.simulator.koha.times import is_past
from discovery_accounts.simulator.records import MAX_RENEWALS, Loan, Patron
from discovery_accounts.simulator.rendering import Kept, to_json
from discovery_accounts.simulator.simulation import Simulation
from discovery_accounts.simulator.store import Store, hindrance


class DiscoveryPlugin:
    """`/contrib/kohasuomi/patrons/{id}/checkouts`: titles and renewability in one call."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store: Store = simulation.store
        self._kept: Kept[tuple[bytes, int]] = Kept(simulation.store)

    def routes(self) -> list[web.RouteDef]:
        """One address with the plugin, none without."""
        if not self._simulation.manners.plugin:
            return []
        return [web.get("/api/v1/contrib/kohasuomi/patrons/{patron_id}/checkouts", self.checkouts)]

    async def checkouts(self, request: web.Request) -> web.Response:
        """The patron's checkouts with title, `renewable`, `renewability_blocks` and `max_renewals`."""
        only(request, PAGING | {"checked_in"})
        patron = known_patron(request, self._store)
        part, returned = page(request), truth(request, "checked_in")
        seen = shown(request, self._simulation, patron)
        body, total = self._page(seen, patron, order(request, ORDER), part, returned)
        return paged(request, body, total, total, part)

    def _page(
        self, patron: Patron, asked: Patron, columns: Order, part: Page, returned: bool
    ) -> tuple[bytes, int]:
        def render() -> tuple[bytes, int]:
            loans = ordered(loans_of(self._store, patron, asked, returned), columns)
            chosen = loans[part.bounds(len(loans))]
            return to_json([self._one(loan, patron, returned) for loan in chosen]), len(loans)

        return self._kept.get(patron.patron_id, (asked.patron_id, columns, part, returned), render)

    def _one(self, loan: Loan, patron: Patron, returned: bool) -> records.Json:
        work = self._store.biblios[loan.biblio_id]
        blocks = _blocks(patron, loan, returned)
        return records.checkout(loan) | {
            "item_itype": "KIRJA",
            "biblio_itype": "KIRJA",
            "homebranch": records.LIBRARY_ID,
            "holdingbranch": records.LIBRARY_ID,
            "ccode": "KIR",
            "permanent_location": "AIK",
            "enumchron": None,
            "serial_issue_number": None,
            "biblio_id": loan.biblio_id,
            "title": work.title,
            "subtitle": work.subtitle,
            "part_number": None,
            "part_name": None,
            "uniform_title": None,
            "publication_year": str(work.year),
            "copyright_date": work.year,
            "max_renewals": MAX_RENEWALS,
            "renewable": blocks is None,
            "renewability_blocks": blocks,
        }


def _blocks(patron: Patron, loan: Loan, returned: bool) -> str | None:
    if returned:
        return "NoMoreRenewals"
    if patron.restricted:
        return "debarred"
    return "cardexpired" if is_past(patron.expires_on) else hindrance(patron, loan)
