"""PAIA core: six methods about one patron."""

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.desk.records import Hold
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.koha.catalogue import work_of
from discovery_accounts.simulator.koha.times import is_past
from discovery_accounts.simulator.paia.answers import answer, error
from discovery_accounts.simulator.paia.auth import Auth
from discovery_accounts.simulator.paia.records import (
    EDITION,
    ITEM,
    PLACE,
    Told,
    amount,
    fee_line,
    hold_document,
    loan_document,
    patron_record,
)
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.simulation import Simulation
from discovery_accounts.simulator.store import hindrance

STORAGE = "http://purl.org/ontology/paia#StorageCondition"
_SCOPES = {"": "read_patron", "items": "read_items", "fees": "read_fees"}
Given = Mapping[str, Any]


class Core:
    """The methods. What can't be done with a document is said of that document."""

    def __init__(self, simulation: Simulation, auth: Auth) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._auth = auth
        self._readings: dict[str, Callable[[Patron], Told]] = {
            "": lambda patron: patron_record(self._store, patron),
            "items": self._items,
            "fees": self._fees,
        }
        self._acts: dict[str, Callable[[Patron, Given], Told]] = {
            "request": self._request,
            "renew": self._renew,
            "cancel": self._cancel,
        }

    def routes(self) -> list[web.RouteDef]:
        """An address for each method."""
        return [
            web.get("/core/{patron}", self.read),
            web.get("/core/{patron}/{method}", self.read),
            web.post("/core/{patron}/{method}", self.act),
        ]

    async def read(self, request: web.Request) -> web.Response:
        """One of the methods that change nothing."""
        method = request.match_info.get("method", "")
        if method not in self._readings:
            return error("not_found")
        patron = self._admitted(request, _SCOPES[method])
        if isinstance(patron, web.Response):
            return patron
        return answer(self._readings[method](shown(request, self._simulation, patron)))

    async def act(self, request: web.Request) -> web.Response:
        """One of the methods that change something."""
        method = request.match_info["method"]
        if method not in self._acts:
            return error("not_found")
        patron = self._admitted(request, "write_items")
        if isinstance(patron, web.Response):
            return patron
        body = await request.json()
        documents = body.get("doc") if isinstance(body, dict) else None
        if not documents:
            return error("invalid_request")
        return answer({"doc": [self._acts[method](patron, one) for one in documents]})

    def _admitted(self, request: web.Request, scope: str) -> Patron | web.Response:
        grant = self._auth.grant(request)
        if grant is None:
            return error("invalid_grant")
        if scope not in grant.scopes:
            return error("insufficient_scope")
        named = request.match_info["patron"]
        if grant.patron_id not in (None, named):
            return error("access_denied")
        patron = self._store.patron(named)
        note(request, patron)
        return error("not_found") if patron is None else patron

    def _items(self, patron: Patron) -> Told:
        holds = self._store.records(Hold, patron.patron_id)
        loans = self._store.loans(patron.patron_id)
        return {
            "doc": [
                *(hold_document(self._store, hold) for hold in holds),
                *(loan_document(self._store, patron, loan) for loan in loans),
            ]
        }

    def _fees(self, patron: Patron) -> Told:
        lines = self._store.open_fees(patron.patron_id)
        return {"amount": amount(self._store.owed(patron.patron_id)), "fee": [fee_line(fee) for fee in lines]}

    def _renew(self, patron: Patron, given: Given) -> Told:
        loans = self._store.loans(patron.patron_id)
        loan = next((one for one in loans if f"{ITEM}{one.item_id}" == given.get("item")), None)
        if loan is None:
            return {**_named(given), "status": 0, "error": "not on loan"}
        against = "expired" if is_past(patron.expires_on) else hindrance(patron, loan)
        if against is not None:
            return {**loan_document(self._store, patron, loan), "error": against}
        return loan_document(self._store, patron, self._store.renew(loan))

    def _request(self, patron: Patron, given: Given) -> Told:
        number = str(given.get("edition") or "").removeprefix(EDITION)
        item = str(given.get("item") or "").removeprefix(ITEM)
        copied = work_of(self._store, int(item)) if item.isdigit() else None
        biblio = int(number) if number.isdigit() else copied or 0
        against = self._store.hold_hindrance(patron.patron_id, biblio)
        if against is not None:
            return {**_named(given), "status": 5, "error": f"not possible: {against}"}
        places = self._store.pickups(patron.patron_id)
        chosen = (given.get("confirm") or {}).get(STORAGE, [])
        place = next((one.code for one in places if f"{PLACE}{one.code}" in chosen), None)
        if place is None:
            options = [{"id": f"{PLACE}{one.code}", "about": one.name} for one in places]
            condition = {STORAGE: {"option": options, "default": [options[0]["id"]]}}
            return {**_named(given), "error": "a place must be chosen", "condition": condition}
        lent = int(item) if item.isdigit() else None
        hold = self._store.place_hold(patron.patron_id, biblio, place, item_id=lent)
        return hold_document(self._store, hold)

    def _cancel(self, patron: Patron, given: Given) -> Told:
        for hold in self._store.records(Hold, patron.patron_id):
            document = hold_document(self._store, hold)
            if all(document.get(name) == uri for name, uri in _named(given).items()):
                if not document["cancancel"]:
                    return {**document, "error": "too late"}
                self._store.drop(Hold, hold.hold_id)
                return {**_named(given), "status": 0}
        return {**_named(given), "error": "no such request"}


def _named(given: Given) -> Told:
    return {name: given[name] for name in ("item", "edition") if given.get(name)}
