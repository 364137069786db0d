"""The discovery plugin at the desk: whether something can be held and why not, and deleting the history."""

from aiohttp import web

from discovery_accounts.simulator.gate import note
from discovery_accounts.simulator.koha import desk_records, records
from discovery_accounts.simulator.koha.catalogue import work_of
from discovery_accounts.simulator.koha.errors import answer, error, not_found
from discovery_accounts.simulator.koha.parameters import named_patron, only, whole
from discovery_accounts.simulator.simulation import Simulation

_BASE = "/api/v1/contrib/kohasuomi"
_QUERIES = frozenset(
    {"patron_id", "library_id", "query_pickup_locations", "ignore_patron_holds", "limit_items"}
    | {"include_found_in_hold_queue", "include_suspended_in_hold_queue"}
)
_PATRON = {
    "restricted": "Patron::Debarred",
    "expired": "Patron::CardExpired",
    "debt": "Patron::Debt",
    "age": "Patron::AgeRestricted",
    "too_many": "Hold::MaximumHoldsReached",
    "already_held": "Item::AlreadyHeldForThisPatron",
    "already_on_loan": "Biblio::CheckedOut",
}
_ITEM = {"not_for_loan": "Item::NotForLoan"}


class PluginDesk:
    """`/contrib/kohasuomi/availability/…/hold` and `/patrons/{id}/checkouts/history`."""

    def __init__(self, simulation: Simulation) -> None:
        self._store = simulation.store
        self._present = simulation.manners.plugin

    def routes(self) -> list[web.RouteDef]:
        """Three addresses with the plugin, none without."""
        if not self._present:
            return []
        return [
            web.get(f"{_BASE}/availability/biblios/{{biblio_id}}/hold", self.of_work),
            web.get(f"{_BASE}/availability/items/{{item_id}}/hold", self.of_copy),
            web.delete(f"{_BASE}/patrons/{{patron_id}}/checkouts/history", self.forget),
        ]

    async def of_work(self, request: web.Request) -> web.Response:
        """Of all copies together, and of each."""
        only(request, _QUERIES)
        number = whole(request.match_info["biblio_id"], "/biblio_id")
        if number not in self._store.biblios:
            return not_found("Bibliographic record")
        return self._answered(request, number, of_copies=True)

    async def of_copy(self, request: web.Request) -> web.Response:
        """Of one copy."""
        only(request, _QUERIES)
        number = work_of(self._store, whole(request.match_info["item_id"], "/item_id"))
        if number is None:
            return not_found("Item")
        return self._answered(request, number, of_copies=False)

    def _answered(self, request: web.Request, biblio_id: int, of_copies: bool) -> web.Response:
        patron = self._store.patron(request.query.get("patron_id", ""))
        note(request, patron)
        if patron is None:
            return error(404, "Patron not found")
        word = self._store.hold_hindrance(patron.patron_id, biblio_id) or ""
        of_patron, of_item = _PATRON.get(word), _ITEM.get(word)
        if not of_copies:
            return answer({"item_id": desk_records.SHELF + biblio_id} | _told(of_patron or of_item))
        whole_work = of_patron or ("Biblio::NoAvailableItems" if of_item else None)
        copy = {"item_id": desk_records.SHELF + biblio_id} | _told(of_item)
        body = {"biblio_id": biblio_id, "hold_queue_length": 0, "items_total": 1, "items_checked": 1}
        return answer(body | _told(whole_work) | {"item_availabilities": [copy]})

    async def forget(self, request: web.Request) -> web.Response:
        """Deletes every returned loan."""
        only(request, ())
        patron = named_patron(request, self._store)
        if patron is None:
            return error(404, "Patron not found")
        self._store.delete_history(patron.patron_id)
        return web.Response(status=204)


def _told(reason: str | None) -> records.Json:
    unavailable: records.Json = {} if reason is None else {reason: {}}
    told = {"available": reason is None, "confirmations": {}, "notes": {}, "unavailabilities": unavailable}
    return {"availability": told}
