"""Alma's door: the key, the calls per second, and the header that counts down the day's calls."""

import hmac
import time

from aiohttp import web

from discovery_accounts.simulator.alma import errors
from discovery_accounts.simulator.simulation import API_KEY, Simulation

#: How many calls the institution may make in a day; only the header tells.
DAILY_CALLS = 1_000_000


class Door:
    """Lets calls with the right key in, as many a second as are allowed."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._second = 0
        self._in_second = 0
        self._today = 0

    def admit(self, request: web.Request) -> web.Response | None:
        """The refusal of a call with a wrong key (401) or over the limit (429)."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "apikey":
            key = request.query.get("apikey", "")
        if not hmac.compare_digest(key.strip().encode(), API_KEY.encode()):
            return errors.unauthorized(request)
        self._today += 1
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._in_second = second, 0
        self._in_second += 1
        limit = self._simulation.manners.per_second
        return errors.too_many(request) if 0 < limit < self._in_second else None

    async def sign(self, request: web.Request, response: web.StreamResponse) -> None:
        """Adds the number of calls left today."""
        if request.rel_url.raw_path.startswith("/almaws/"):
            response.headers["X-Exl-Api-Remaining"] = str(max(DAILY_CALLS - self._today, 0))
