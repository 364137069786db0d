"""Purchase suggestions: `/suggestions`, searched by a query and added to."""

from datetime import datetime
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.desk.records import Suggestion
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.koha.errors import answer, error, wrong_value
from discovery_accounts.simulator.koha.parameters import PAGING, match_rule, only, order, page, paged
from discovery_accounts.simulator.koha.patron_body import json_of
from discovery_accounts.simulator.koha.queries import fits, queries
from discovery_accounts.simulator.koha.records import LIBRARY_ID, Json
from discovery_accounts.simulator.loans import zone
from discovery_accounts.simulator.rendering import to_json
from discovery_accounts.simulator.simulation import Simulation

_NULLS = (
    *("managed_by", "managed_date", "accepted_by", "accepted_date", "rejected_by", "rejected_date"),
    *("last_status_change_by", "last_status_change_date", "staff_note", "volume_desc", "publication_year"),
    *("publication_place", "biblio_id", "patron_reason", "budget_id", "collection_title", "item_type"),
    *("quantity", "currency", "item_price", "total_price"),
)
_NUMBERS = frozenset({"suggested_by", "copyright_date", "biblio_id", "budget_id"})


def rendered(one: Suggestion) -> Json:
    """A suggestion with every field."""
    return dict.fromkeys(_NULLS) | {
        "suggestion_id": one.suggestion_id,
        "suggested_by": int(one.patron_id),
        "suggestion_date": one.suggested_on,
        "status": one.state.upper(),
        "title": one.title,
        "author": one.author,
        "publisher_code": one.publisher,
        "copyright_date": one.year,
        "isbn": one.isbn,
        "note": one.note,
        "reason": one.reason,
        "library_id": LIBRARY_ID,
        "timestamp": f"{one.suggested_on}T12:00:00+02:00",
        "archived": False,
    }


FIELDS = frozenset(rendered(Suggestion(1, "1", "", None, "2000-01-01")))


class Suggestions:
    """`/suggestions`."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store

    def routes(self) -> list[web.RouteDef]:
        """The list and adding to it."""
        return [web.get("/api/v1/suggestions", self.search), web.post("/api/v1/suggestions", self.add)]

    async def search(self, request: web.Request) -> web.Response:
        """Those that the queries mean; all without one."""
        only(request, PAGING)
        match_rule(request)
        asked, part, columns = await queries(request), page(request), order(request, FIELDS)
        every = [rendered(one) for one in self._store.records(Suggestion)]
        found = [row for row in every if all(fits(query, row) for query in asked)]
        for name, down in reversed(columns):
            found.sort(key=lambda row: (row[name] is not None, row[name]), reverse=down)
        chosen = [self._shown(request, row) for row in found[part.bounds(len(found))]]
        return paged(request, to_json(chosen), len(found), len(every), part)

    async def add(self, request: web.Request) -> web.Response:
        """One more, asked today. Nobody looks whether it was suggested before."""
        only(request, ())
        body = await json_of(request)
        refusal = _refusal(body)
        if refusal is not None:
            return refusal
        patron = self._store.patron(str(body.get("suggested_by")))
        note(request, patron)
        if patron is None:
            return error(500, "Something went wrong, check Koha logs for details.", "internal_server_error")
        made = Suggestion(
            self._store.next_desk_number(),
            patron.patron_id,
            body.get("title") or "",
            body.get("author"),
            datetime.now(zone("koha")).date().isoformat(),
            publisher=body.get("publisher_code"),
            year=body.get("copyright_date"),
            isbn=body.get("isbn"),
            note=body.get("note"),
        )
        self._store.keep(made)
        told = answer(self._shown(request, rendered(made)), 201)
        told.headers["Location"] = f"{request.rel_url.raw_path}/{made.suggestion_id}"
        return told

    def _shown(self, request: web.Request, row: Json) -> Json:
        patron = self._store.patron(str(row["suggested_by"]))
        if patron is None:
            return row
        return row | {"suggested_by": int(shown(request, self._simulation, patron).patron_id)}


def _refusal(body: Any) -> web.Response | None:
    if not isinstance(body, dict):
        return wrong_value("/body", "Expected object - got something else.")
    if set(body) - FIELDS:
        return wrong_value("/body", "Properties not allowed.")
    if "suggestion_id" in body:
        return wrong_value("/body/suggestion_id", "Read-only.")
    for name, value in body.items():
        kind = int if name in _NUMBERS else str
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            return wrong_value(f"/body/{name}", f"Expected {kind.__name__}.")
    return None
