"""Koha's catalogue: works, copies and libraries, as far as lists of a patron need them."""

from collections.abc import Iterator
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.desk.desk import BRANCHES, Desk
from discovery_accounts.simulator.koha import desk_records, records
from discovery_accounts.simulator.koha.errors import answer, not_found
from discovery_accounts.simulator.koha.parameters import PAGING, embeds, match_rule, only, page, paged, whole
from discovery_accounts.simulator.koha.queries import fits, queries
from discovery_accounts.simulator.rendering import to_json
from discovery_accounts.simulator.simulation import Simulation


class Catalogue:
    """`/biblios`, `/items` and `/libraries`. Lists of works are not in 23.11."""

    def __init__(self, simulation: Simulation) -> None:
        self._store = simulation.store
        self._newest = simulation.manners.generation != "23.11"

    def routes(self) -> list[web.RouteDef]:
        """The addresses this generation of Koha has."""
        works = [web.get("/api/v1/biblios", self.works)] if self._newest else []
        return [
            *works,
            web.get("/api/v1/biblios/{biblio_id}", self.work),
            web.get("/api/v1/items", self.copies),
            web.get("/api/v1/libraries", self.libraries),
        ]

    async def works(self, request: web.Request) -> web.Response:
        """The works that the queries mean."""
        only(request, PAGING)
        asked = await queries(request)
        found = [records.biblio_record(one) for one in self._store.biblios.values()]
        return _listed(request, [row for row in found if all(fits(query, row) for query in asked)])

    async def work(self, request: web.Request) -> web.Response:
        """One work."""
        only(request, ())
        found = self._store.biblios.get(whole(request.match_info["biblio_id"], "/biblio_id"))
        if found is None:
            return not_found("Bibliographic record")
        return answer(records.biblio_record(found))

    async def copies(self, request: web.Request) -> web.Response:
        """The copies that the queries mean: on the shelf, and those lent that are asked for by number."""
        only(request, PAGING | {"external_id"})
        wanted = embeds(request, ("+strings", "biblio", "effective_bookable"))
        asked = await queries(request)
        rows = [row for row in self._copies(asked) if all(fits(query, row) for query in asked)]
        if "biblio" in wanted:
            works = self._store.biblios
            rows = [row | {"biblio": records.biblio_record(works[row["biblio_id"]])} for row in rows]
        return _listed(request, rows)

    def _copies(self, asked: list[Any]) -> Iterator[records.Json]:
        for work in self._store.biblios.values():
            yield desk_records.shelf_copy(work)
        for query in asked:
            told = query.get("me.item_id", ()) if isinstance(query, dict) else ()
            for item_id in told if isinstance(told, list) else (told,):
                loan = self._store.loan(item_id - 2000) if isinstance(item_id, int) else None
                if loan is not None:
                    yield records.item(loan, self._store.biblios[loan.biblio_id])

    async def libraries(self, request: web.Request) -> web.Response:
        """Every library."""
        only(request, PAGING | {"name"})
        return _listed(request, [desk_records.branch(one) for one in BRANCHES])


def work_of(store: Desk, item_id: int) -> int | None:
    """The work of which that is a copy; `None` when there is no such copy."""
    if item_id - desk_records.SHELF in store.biblios:
        return item_id - desk_records.SHELF
    loan = store.loan(item_id - 2000)
    return None if loan is None else loan.biblio_id


def _listed(request: web.Request, rows: list[records.Json]) -> web.Response:
    match_rule(request)
    part = page(request)
    return paged(request, to_json(rows[part.bounds(len(rows))]), len(rows), len(rows), part)
