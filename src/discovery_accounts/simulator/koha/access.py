"""Koha's door: client credentials for a token, and the token with every other call."""

import hmac
import secrets
import time

from aiohttp import web

from discovery_accounts.simulator.koha.errors import answer, error
from discovery_accounts.simulator.simulation import CLIENT_ID, CLIENT_SECRET, Simulation

TOKEN_ADDRESS = "/api/v1/oauth/token"  # noqa: S105 - an address, not a token
#: Where patrons may come with their own name and password.
OWN = "/api/v1/public/patrons/"


class Tokens:
    """Gives bearer tokens and knows those that are still good."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def routes(self) -> list[web.RouteDef]:
        """The one address that needs no token."""
        return [web.post(TOKEN_ADDRESS, self.give)]

    async def give(self, request: web.Request) -> web.Response:
        """Client credentials against a token."""
        form = await request.post()
        if form.get("grant_type") != "client_credentials":
            return error(400, "Unimplemented grant type")
        right_id = hmac.compare_digest(str(form.get("client_id", "")), CLIENT_ID)
        if not (right_id and hmac.compare_digest(str(form.get("client_secret", "")), CLIENT_SECRET)):
            return error(403, "unauthorized_client")
        token = secrets.token_urlsafe(24)
        seconds = self._simulation.manners.token_seconds
        self._simulation.tokens[token] = time.monotonic() + seconds
        return answer({"access_token": token, "expires_in": seconds, "token_type": "Bearer"})

    def admit(self, request: web.Request) -> web.Response | None:
        """The 401 for a call without a token that is good now."""
        path = request.rel_url.raw_path
        if path == TOKEN_ADDRESS or not path.startswith("/api/v1/"):
            return None
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic" and path.startswith(OWN):
            return None  # patrons themselves; who it is, the address finds out
        if scheme.lower() == "basic":
            return error(401, "Basic authentication disabled")
        if not token:
            return error(401, "Authentication required.")
        good_until = self._simulation.tokens.get(token, 0.0) if scheme.lower() == "bearer" else 0.0
        return None if time.monotonic() < good_until else error(401, "Authentication failure.")
