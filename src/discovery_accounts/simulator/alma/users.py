"""User records and the check of a password."""

import hmac
from urllib.parse import unquote

from aiohttp import web

from discovery_accounts.simulator.alma import errors
from discovery_accounts.simulator.alma.answers import answer, error, kept_answer, render, wants_json
from discovery_accounts.simulator.alma.people import People
from discovery_accounts.simulator.alma.user_record import user
from discovery_accounts.simulator.desk.records import Hold
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.rendering import Kept
from discovery_accounts.simulator.simulation import Simulation


class Users:
    """`GET /users/{id}`, `POST /users/{id}?op=auth` and the test of the key."""

    def __init__(self, simulation: Simulation, people: People) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._people = people
        self._kept: Kept[bytes] = Kept(simulation.store)

    def routes(self) -> list[web.RouteDef]:
        """The addresses of users."""
        return [
            web.get("/almaws/v1/users/operation/test", self.test),
            web.get("/almaws/v1/users/{user_id}", self.read),
            web.post("/almaws/v1/users/{user_id}", self.operate),
        ]

    async def test(self, request: web.Request) -> web.Response:
        """Answers any good key."""
        return answer(request, "test", {"status": "success"})

    async def read(self, request: web.Request) -> web.Response:
        """The record; `expand` adds how many loans, requests and fees there are, as text."""
        patron = self._people.must_be(request)
        note(request, patron)
        patron = shown(request, self._simulation, patron)
        json, brief = wants_json(request), request.query.get("view") == "brief"
        expand = frozenset(request.query.get("expand", "").split(",")) - {"", "none"}
        body = self._kept.get(
            patron.patron_id,
            (json, brief, expand),
            lambda: render(json, "user", self._record(patron, brief, expand)),
        )
        return kept_answer(body, json)

    def _record(self, patron: Patron, brief: bool, expand: frozenset[str]) -> dict[str, object]:
        store, patron_id = self._store, patron.patron_id
        record = user(patron, store.identifiers(patron_id), brief, store.details(patron_id))
        if not brief:
            record["proxy_for_user"] = [self._proxy(one.patron_id) for one in store.family(patron_id)[1]]
        values = {
            "loans": str(len(store.loans(patron_id))),
            "requests": str(len(store.records(Hold, patron_id))),
            "fees": str(store.owed(patron_id) / 100),
        }
        for name in expand & values.keys():
            record[name] = {"value": values[name], "link": f"/almaws/v1/users/{patron.patron_id}/{name}"}
        return record

    def _proxy(self, patron_id: str) -> dict[str, object]:
        """Somebody for whom the user borrows: a child, say."""
        found = self._store.patron(patron_id)
        name = "" if found is None else f"{found.given_name} {found.family_name}"
        return {"link": f"/almaws/v1/users/{patron_id}", "primary_id": patron_id, "full_name": name}

    async def operate(self, request: web.Request) -> web.Response:
        """`op=auth` (also when no `op` is sent); nobody here is linked, so `op=refresh` finds nobody."""
        operation = request.query.get("op", "auth")
        if operation == "refresh":
            return error(request, "401861", "Refresh user with given identifier not found.")
        if operation != "auth":
            return errors.wrong_parameter(request, "op", operation, "auth, refresh")
        patron = self._people.of(request)
        if patron is None:
            note(request, None, refused_pin=True)
            return error(request, "401890", "User was not found.")
        sent = request.headers.get("Exl-User-Pw")
        password = unquote(sent) if sent is not None else request.query.get("password", "")
        right = not patron.external and hmac.compare_digest(patron.pin.encode(), password.encode())
        note(request, patron, refused_pin=not right)
        if not right:
            return error(request, "401866", "User authentication failed")
        return web.Response(status=204)
