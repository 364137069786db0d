"""PAIA auth: tokens by a password or by our client's key, ended, and another password."""

import hmac
import secrets
import time
from base64 import b64decode
from dataclasses import dataclass

from aiohttp import web

from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.paia.answers import answer, error
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.simulation import CLIENT_ID, CLIENT_SECRET, Simulation

CORE_SCOPES = frozenset({"read_patron", "read_fees", "read_items", "write_items"})
SCOPES = CORE_SCOPES | {"change_password"}
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token is for: one patron, or everybody (`None`)."""

    patron_id: str | None
    scopes: frozenset[str]


class Auth:
    """Gives tokens and knows what the good ones are for."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._grants: dict[str, Grant] = {}

    def routes(self) -> list[web.RouteDef]:
        """Its three addresses."""
        return [
            web.post("/auth/login", self.login),
            web.post("/auth/logout", self.logout),
            web.post("/auth/change", self.change),
        ]

    def grant(self, request: web.Request) -> Grant | None:
        """What the token of a call is for, while it is good."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or time.monotonic() >= self._simulation.tokens.get(token, 0.0):
            return None
        return self._grants.get(token)

    async def login(self, request: web.Request) -> web.Response:
        """A token for who proves to be somebody, or for our client."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        if not _our_client(request):
            return error("invalid_client")
        asked = frozenset(form.get("scope", "").split()) or CORE_SCOPES
        if form.get("grant_type") == "password":
            patron = self._by_name(form.get("username", ""))
            right = patron is not None and _same(patron.pin, form.get("password", ""))
            note(request, patron, refused_pin=not right)
            if patron is None or not right:
                return error("access_denied", "invalid patron or password")
            return self._give(shown(request, self._simulation, patron), asked & SCOPES)
        if form.get("grant_type") != "client_credentials":
            return error("invalid_request")
        named = form.get("patron", "")
        if self._simulation.manners.paia == "everybody":
            return self._give(None, asked & CORE_SCOPES)
        patron = self._store.patron(named)
        note(request, patron)
        if patron is None:
            return error("not_found")
        return self._give(shown(request, self._simulation, patron), asked & CORE_SCOPES)

    async def logout(self, request: web.Request) -> web.Response:
        """Ends the token of the call."""
        grant = self.grant(request)
        if grant is None:
            return error("invalid_grant")
        self._simulation.tokens.pop(request.headers["Authorization"].partition(" ")[2], None)
        return answer({"patron": grant.patron_id})

    async def change(self, request: web.Request) -> web.Response:
        """Another password, by the patron's own token and the old one."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        grant = self.grant(request)
        if grant is None:
            return error("invalid_grant")
        if "change_password" not in grant.scopes:
            return error("insufficient_scope")
        patron = self._by_name(form.get("username", ""))
        right = patron is not None and _same(patron.pin, form.get("old_password", ""))
        note(request, patron, refused_pin=not right)
        if patron is None or not right or not grant.patron_id == patron.patron_id == form.get("patron"):
            return error("access_denied")
        if len(form.get("new_password", "")) < SHORTEST:
            return error("invalid_request", "password too short")
        self._store.change_pin(patron.patron_id, form["new_password"])
        return answer({"patron": shown(request, self._simulation, patron).patron_id})

    def _by_name(self, name: str) -> Patron | None:
        return self._store.by_userid(name) or self._store.by_card(name)

    def _give(self, patron: Patron | None, scopes: frozenset[str]) -> web.Response:
        token = secrets.token_urlsafe(24)
        seconds = self._simulation.manners.token_seconds
        self._simulation.tokens[token] = time.monotonic() + seconds
        self._grants[token] = Grant(None if patron is None else patron.patron_id, scopes)
        return answer(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": seconds,
                "patron": CLIENT_ID if patron is None else patron.patron_id,
                "scope": " ".join(sorted(scopes)),
            }
        )


def _our_client(request: web.Request) -> bool:
    scheme, _, pair = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, secret = b64decode(pair, validate=True).decode().partition(":")
    except ValueError:
        return False
    return scheme.lower() == "basic" and _same(CLIENT_ID, name) and _same(CLIENT_SECRET, secret)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))
