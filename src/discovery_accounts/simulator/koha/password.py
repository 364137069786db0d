"""Checking of a patron's PIN: `POST /auth/password/validation`."""

import hmac
import json

from aiohttp import web

from discovery_accounts.simulator.gate import note
from discovery_accounts.simulator.koha.errors import answer, error, wrong_value
from discovery_accounts.simulator.koha.parameters import only
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.simulation import Simulation

_FIELDS = frozenset({"identifier", "userid", "password"})


class Passwords:
    """Says 201 to a right PIN and 400 to everything else, without telling an unknown patron apart."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def routes(self) -> list[web.RouteDef]:
        """The address of the check."""
        return [web.post("/api/v1/auth/password/validation", self.validate)]

    async def validate(self, request: web.Request) -> web.Response:
        """Looks a patron up by user name, then by card number, and compares the PIN."""
        only(request, ())
        body = await _body(request)
        if ("identifier" in body) == ("userid" in body):
            return error(400, "Bad request. Exactly one identifier attribute must be passed.")
        patron = self._find(body)
        if patron is not None and self._locked(patron):
            note(request, patron, refused_pin=True)
            return error(400, "Account is locked")
        right = patron is not None and hmac.compare_digest(patron.pin.encode(), body["password"].encode())
        note(request, patron, refused_pin=not right)
        if patron is None:
            return error(400, "Validation failed")
        if not right:
            self._simulation.store.count_pin(patron.patron_id, right=False)
            return error(400, "Validation failed")
        if patron.wrong_pins:
            self._simulation.store.count_pin(patron.patron_id, right=True)
        return answer(
            {"cardnumber": patron.card_number, "patron_id": int(patron.patron_id), "userid": patron.userid},
            201,
        )

    def _find(self, body: dict[str, str]) -> Patron | None:
        store = self._simulation.store
        if "userid" in body:
            return store.by_userid(body["userid"])
        return store.by_userid(body["identifier"]) or store.by_card(body["identifier"])

    def _locked(self, patron: Patron) -> bool:
        limit = self._simulation.manners.failed_login_attempts
        return 0 < limit <= patron.wrong_pins


async def _body(request: web.Request) -> dict[str, str]:
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise RefusedError(wrong_value("/body", "Expected object - got null.")) from None
    if not isinstance(body, dict):
        raise RefusedError(wrong_value("/body", "Expected object - got something else."))
    if "password" not in body:
        raise RefusedError(wrong_value("/body/password", "Missing property."))
    if set(body) - _FIELDS:
        raise RefusedError(wrong_value("/body", "Properties not allowed."))
    for name, value in body.items():
        if not isinstance(value, str):
            raise RefusedError(wrong_value(f"/body/{name}", "Expected string."))
    return body
