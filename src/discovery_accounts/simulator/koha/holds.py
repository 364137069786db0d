"""Lists of holds: `/patrons/{id}/holds` and `/holds`, and places of pickup."""

from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from discovery_accounts.simulator.desk.desk import BRANCHES
from discovery_accounts.simulator.desk.records import Hold
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.koha import desk_records, records
from discovery_accounts.simulator.koha.catalogue import work_of
from discovery_accounts.simulator.koha.errors import error, not_found
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
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.rendering import to_json
from discovery_accounts.simulator.simulation import Simulation

_EMBEDS = frozenset(
    {"+strings", "cancellation_requested", "biblio", "deleted_biblio", "item", "pickup_library"}
)
_ORDER = frozenset({"hold_id", "hold_date", "priority", "expiration_date"})
_FILTERS: dict[str, Callable[[Hold], str]] = {
    "hold_id": lambda hold: str(hold.hold_id),
    "patron_id": lambda hold: hold.patron_id,
    "biblio_id": lambda hold: str(hold.biblio_id),
    "pickup_library_id": lambda hold: hold.branch,
}
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "exact": str.__eq__,
    "contains": str.__contains__,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


class Holds:
    """Reading holds. What 23.11 can't send along is refused there."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._newest = simulation.manners.generation != "23.11"

    def routes(self) -> list[web.RouteDef]:
        """The addresses that read."""
        return [
            web.get("/api/v1/patrons/{patron_id}/holds", self.of_patron),
            web.get("/api/v1/holds", self.search),
            web.get("/api/v1/holds/{hold_id}/pickup_locations", self.pickups_of_hold),
            web.get("/api/v1/biblios/{biblio_id}/pickup_locations", self.pickups_of_work),
            web.get("/api/v1/items/{item_id}/pickup_locations", self.pickups_of_copy),
        ]

    async def of_patron(self, request: web.Request) -> web.Response:
        """The holds of the patron in the path."""
        only(request, PAGING | {"old"})
        patron = known_patron(request, self._store)
        return self._listed(request, self._of(patron, request))

    async def search(self, request: web.Request) -> web.Response:
        """By field; a filter matches parts of a number unless told otherwise."""
        only(request, PAGING | {"old"} | set(_FILTERS))
        rule = _COMPARE[match_rule(request)]
        asked = {name: request.query[name] for name in _FILTERS if name in request.query}
        for name in {"hold_id", "patron_id", "biblio_id"} & asked.keys():
            whole(asked[name], f"/{name}")
        found = [
            hold
            for hold in self._store.records(Hold)
            if all(rule(_FILTERS[name](hold), text) for name, text in asked.items())
        ]
        patron = self._store.patron(asked.get("patron_id", ""))
        note(request, patron)
        if patron is not None and shown(request, self._simulation, patron) is not patron:
            found = self._of(patron, request)
        return self._listed(request, found)

    def _of(self, patron: Patron, request: web.Request) -> list[Hold]:
        """Of the patron; while patrons are mixed up, somebody else's, whatever they are."""
        seen = shown(request, self._simulation, patron)
        own = self._store.records(Hold, patron.patron_id)
        theirs = self._store.records(Hold, seen.patron_id)
        return theirs or [replace(hold, patron_id=seen.patron_id) for hold in own]

    def _listed(self, request: web.Request, holds: list[Hold]) -> web.Response:
        wanted = embeds(request, _EMBEDS if self._newest else {"cancellation_requested"})
        if truth(request, "old"):
            holds = []
        rows = [self.rendered(hold, wanted) for hold in holds]
        for name, down in reversed(order(request, _ORDER)):
            rows.sort(key=lambda row: row[name] or "", reverse=down)
        part = page(request)
        return paged(request, to_json(rows[part.bounds(len(rows))]), len(rows), len(rows), part)

    def rendered(self, hold: Hold, wanted: frozenset[str] = frozenset()) -> records.Json:
        """A hold with the embeds asked for."""
        work = self._store.biblios[hold.biblio_id]
        branch = next(one for one in BRANCHES if one.code == hold.branch)
        extras: records.Json = {
            "cancellation_requested": hold.cancelling,
            "biblio": records.biblio_record(work),
            "deleted_biblio": None,
            "item": None if hold.state == "waiting" else desk_records.shelf_copy(work),
            "pickup_library": desk_records.branch(branch),
            "+strings": {},
        }
        names = {"+strings": "_strings"}
        more = {names.get(name, name): extras[name] for name in wanted}
        return desk_records.hold(hold, self._newest) | more

    async def pickups_of_hold(self, request: web.Request) -> web.Response:
        """All places; those that only staff could choose against the rules say so."""
        only(request, PAGING)
        hold = self._store.record(Hold, whole(request.match_info["hold_id"], "/hold_id"))
        if hold is None:
            return not_found("Hold")
        note(request, self._store.patron(hold.patron_id))
        allowed = self._store.pickups(hold.patron_id)
        rows = [desk_records.branch(one, one not in allowed) for one in BRANCHES if one.pickup]
        return _places(request, rows)

    async def pickups_of_work(self, request: web.Request) -> web.Response:
        """Where the patron may fetch any copy."""
        number = whole(request.match_info["biblio_id"], "/biblio_id")
        return self._pickups(request, "Bibliographic record", number in self._store.biblios)

    async def pickups_of_copy(self, request: web.Request) -> web.Response:
        """Where the patron may fetch that copy."""
        number = whole(request.match_info["item_id"], "/item_id")
        return self._pickups(request, "Item", work_of(self._store, number) is not None)

    def _pickups(self, request: web.Request, what: str, known: bool) -> web.Response:
        only(request, PAGING | {"patron_id"})
        if "patron_id" not in request.query:
            raise RefusedError(error(400, "Missing property patron_id"))
        patron = self._store.patron(str(whole(request.query["patron_id"], "/patron_id")))
        note(request, patron)
        if patron is None:
            return error(400, "Patron not found")
        if not known:
            return not_found(what)
        allowed = self._store.pickups(patron.patron_id)
        return _places(request, [desk_records.branch(one, False) for one in allowed])


def _places(request: web.Request, rows: list[records.Json]) -> web.Response:
    part = page(request)
    return paged(request, to_json(rows[part.bounds(len(rows))]), len(rows), len(rows), part)
