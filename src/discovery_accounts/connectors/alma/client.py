"""The wire and credential floors: one call with the API key, and the limits all calls share."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from discovery_accounts.connectors.alma.errors import DAILY_THRESHOLD, read_fault
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.api import DailyLimit, RateLimited
from discovery_accounts.connectors.http import Pausable
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport

# Alma counts calls by the second; a little more than what is left of it is always enough.
_NEXT_SECOND = 1.05

Pause = Callable[[float], Awaitable[None]]


class AlmaClient:
    """Speaks to one institution by Alma's gateway. Paths begin with ``/almaws/v1/``.

    Raises the kinds of ``LibraryError``; what is left for the caller to judge are 2xx and the
    error codes that are not about our key.
    """

    def __init__(
        self,
        settings: AlmaSettings,
        transport: Transport,
        pause: Pause = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._pause = pause
        self._now = now

    async def get(self, path: str, params: Mapping[str, str], optional: bool = False) -> HttpAnswer:
        """A reading."""
        return await self._send(
            HttpRequest("GET", path, params, self._headers(), safe=True, optional=optional)
        )

    async def post(self, path: str, params: Mapping[str, str], pin: str | None = None) -> HttpAnswer:
        """An act, or a check of ``pin``, which travels in a header and never in an address."""
        secret = {} if pin is None else {"Exl-User-Pw": quote(pin, safe="")}
        return await self._send(HttpRequest("POST", path, params, self._headers() | secret))

    async def act(
        self, method: str, path: str, params: Mapping[str, str], json: object | None = None
    ) -> HttpAnswer:
        """Something that changes what the library knows: sent once."""
        return await self._send(HttpRequest(method, path, params, self._headers(), json=json))

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"apikey {self._settings.api_key.reveal()}",
            "Accept": "application/json",
        }

    async def _send(self, request: HttpRequest) -> HttpAnswer:
        answer = await self._transport.send(request)
        if answer.status == 429:
            # Nothing was done yet, so even an act may be sent again.
            self._respect_the_day(answer)
            await self._pause(_NEXT_SECOND)
            answer = await self._transport.send(request)
        if answer.status == 429:
            self._respect_the_day(answer)
            raise RateLimited("too many calls in a second", retry_after=1.0)
        if answer.status >= 400 and (fault := read_fault(answer)).refuses_us:
            raise fault.as_error(f"{request.method} on users")
        return answer

    def _respect_the_day(self, answer: HttpAnswer) -> None:
        """Raises when the institution has used up its calls until midnight GMT."""
        if read_fault(answer).code != DAILY_THRESHOLD:
            return
        now = self._now().astimezone(UTC)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        seconds = (midnight - now).total_seconds()
        if isinstance(self._transport, Pausable):
            self._transport.pause(seconds)
        raise DailyLimit("no calls left today; counted anew at midnight GMT", retry_after=seconds)
