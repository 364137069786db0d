"""A PAIA server put together: its routes and its ways of refusing."""

from aiohttp import web

from discovery_accounts.simulator.paia.answers import error
from discovery_accounts.simulator.paia.auth import Auth
from discovery_accounts.simulator.paia.core import Core
from discovery_accounts.simulator.simulation import Simulation


class Paia:
    """The imitation for one simulation. Who comes without a token is refused by each method itself."""

    def __init__(self, simulation: Simulation) -> None:
        self._auth = Auth(simulation)
        self._core = Core(simulation, self._auth)

    def routes(self) -> list[web.RouteDef]:
        """Every address."""
        return [*self._auth.routes(), *self._core.routes()]

    def admit(self, _request: web.Request) -> web.Response | None:
        """Nobody is turned away before it is known what they want."""
        return None

    def refusal(self, request: web.Request, fault: str) -> web.Response:
        """PAIA's words for a plain refusal."""
        if fault == "too_many":
            return web.Response(status=429, text="Too Many Requests", headers={"Retry-After": "1"})
        if fault == "wrong_key":
            return error("invalid_client" if request.path == "/auth/login" else "invalid_grant")
        return error({"error_500": "internal_error"}.get(fault, "service_unavailable"))

    def nowhere(self, _request: web.Request, status: int) -> web.Response:
        """An address or method that does not exist."""
        return error("not_found" if status == 404 else "invalid_request")

    def shown_path(self, request: web.Request) -> str:
        """The path; there are no queries."""
        return request.rel_url.raw_path
