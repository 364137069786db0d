"""Setting a patron's PIN by the staff's call: `POST /patrons/{id}/password`."""

from aiohttp import web

from discovery_accounts.simulator.koha.errors import answer, error, wrong_value
from discovery_accounts.simulator.koha.parameters import named_patron, only
from discovery_accounts.simulator.koha.patron_body import json_of
from discovery_accounts.simulator.simulation import Simulation

#: `minPasswordLength`.
SHORTEST = 4
_FIELDS = ("password", "password_2")


class NewPasswords:
    """Sets PINs, and says in Koha's words what is wrong with one."""

    def __init__(self, simulation: Simulation) -> None:
        self._store = simulation.store

    def routes(self) -> list[web.RouteDef]:
        """The one address."""
        return [web.post("/api/v1/patrons/{patron_id}/password", self.set)]

    async def set(self, request: web.Request) -> web.Response:
        """A PIN that is too short, begins or ends with a blank, or is one sign again and again is refused."""
        only(request, ())
        patron = named_patron(request, self._store)
        body = await json_of(request)
        if not isinstance(body, dict) or set(body) != set(_FIELDS):
            return wrong_value("/body", "Missing property.")
        if not all(isinstance(body[name], str) for name in _FIELDS):
            return wrong_value("/body/password", "Expected string.")
        if patron is None:
            return error(404, "Patron not found.")
        if body["password"] != body["password_2"]:
            return error(400, "Passwords don't match")
        complaint = _complaint(body["password"])
        if complaint is not None:
            return error(400, complaint)
        self._store.change_pin(patron.patron_id, body["password"])
        self._store.count_pin(patron.patron_id, right=True)
        return answer("")


def _complaint(pin: str) -> str | None:
    if len(pin) < SHORTEST:
        return f"Password length ({len(pin)}) is shorter than required ({SHORTEST})"
    if len(set(pin)) == 1:
        return "[Password is too weak]"
    if pin != pin.strip():
        return "[Password contains leading/trailing whitespace character(s)]"
    return None
