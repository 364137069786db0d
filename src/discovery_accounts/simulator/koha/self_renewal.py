"""Renewing one's own card: `/public/patrons/{id}/self_renewal`, with the patron's own name and PIN."""

import hmac
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from aiohttp import web

from discovery_accounts.simulator.gate import note
from discovery_accounts.simulator.koha.errors import answer, error
from discovery_accounts.simulator.koha.parameters import only, whole
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.simulation import Simulation

_ADDRESS = "/api/v1/public/patrons/{patron_id}/self_renewal"
#: From so many days before the end of the membership until so many after it.
EARLIEST, LATEST = 30, 60
NEW_DAYS = 365
TERMS = "By renewing you keep to the rules of the library."


class SelfRenewals:
    """Tells the terms and renews. Older Koha has no such address."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store

    def routes(self) -> list[web.RouteDef]:
        """The address in recent versions."""
        if self._simulation.manners.generation == "23.11":
            return []
        return [web.get(_ADDRESS, self.start), web.post(_ADDRESS, self.submit)]

    async def start(self, request: web.Request) -> web.Response:
        """The terms."""
        only(request, ())
        self._eligible(request)
        return answer(
            {
                "self_renewal_settings": {
                    "self_renewal_failure_message": "Please come to the desk.",
                    "self_renewal_information_messages": [TERMS],
                    "opac_patron_details": 1,
                }
            }
        )

    async def submit(self, request: web.Request) -> web.Response:
        """Renews from the end of the membership or from today, whichever is later."""
        only(request, ())
        patron = self._eligible(request)
        start = max(date.fromisoformat(patron.expires_on), datetime.now(UTC).date())
        until = (start + timedelta(days=NEW_DAYS)).isoformat()
        self._store.replace(replace(patron, expires_on=until), self._store.details(patron.patron_id))
        return answer({"expiry_date": f"{until}T00:00:00", "confirmation_sent": 1}, 201)

    def _eligible(self, request: web.Request) -> Patron:
        patron = self._own(request)
        left = (date.fromisoformat(patron.expires_on) - datetime.now(UTC).date()).days
        if patron.restricted or not -LATEST <= left <= EARLIEST:
            raise RefusedError(error(403, "You are not eligible for self-renewal"))
        return patron

    def _own(self, request: web.Request) -> Patron:
        """The patron who came with their own name and PIN, to their own address."""
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            raise RefusedError(error(403, "Authorization failure. Missing required permission(s)."))
        name, _, pin = b64decode(encoded).decode().partition(":")
        patron = self._store.by_userid(name) or self._store.by_card(name)
        right = patron is not None and hmac.compare_digest(patron.pin.encode(), pin.encode())
        note(request, patron, refused_pin=not right)
        if patron is None or not right:
            if patron is not None:
                self._store.count_pin(patron.patron_id, right=False)
            raise RefusedError(error(403, "Invalid password"))
        if patron.patron_id != str(whole(request.match_info["patron_id"], "/patron_id")):
            raise RefusedError(error(403, "Authorization failure. Missing required permission(s)."))
        return patron
