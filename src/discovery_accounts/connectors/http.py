"""A library reached over HTTP: each call within its time, and no library a burden to another."""

import asyncio
import random
from typing import Protocol, runtime_checkable

import aiohttp

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import ServerFailure, TimedOut, Unreachable
from discovery_accounts.connectors.guard import Guard
from discovery_accounts.connectors.health import Health
from discovery_accounts.connectors.session import verifying_context
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest
from discovery_accounts.connectors.wire import Address, exchange, retry_after

SHORT_WAIT = 1.0  # seconds of Retry-After that one call may wait out


@runtime_checkable
class Pausable(Protocol):
    """A transport that can be told to leave its library alone for some seconds."""

    def pause(self, seconds: float) -> None: ...


class LibraryHttp:
    """The :class:`~discovery_accounts.connectors.transport.Transport` of one library.

    Raises ``ValueError`` when the library's URL is not one to speak to.
    """

    def __init__(self, settings: LibrarySettings) -> None:
        self._address = Address(settings.url, settings.insecure)
        self._guard = Guard(settings, self._address.host)
        self._limit = settings.timeout
        # Less than the whole, so that a host that never connects is known from one that never answers.
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=settings.timeout * 0.9)
        verifying_context()

    def health(self) -> Health:
        """The breaker's state and the number of calls under way."""
        return self._guard.health()

    def pause(self, seconds: float) -> None:
        """Send nothing for ``seconds`` (at most five minutes); until then calls are ``RateLimited``.

        A 429 with ``Retry-After`` does this by itself. For connectors, on the event loop only.
        """
        self._guard.pause(seconds)

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """Send ``request``; see :class:`~discovery_accounts.connectors.transport.Transport`, and
        ``Guard.call`` for what happens to safe and other requests while the breaker is open."""

        async def attempt(may_repeat: bool) -> HttpAnswer:
            answer = await self._attempt(request, may_repeat)
            if answer.status == 429 and (wait := retry_after(answer.headers.get("retry-after"))):
                self.pause(wait)
            return answer

        return await self._guard.call(attempt, safe=request.safe, optional=request.optional)

    async def _attempt(self, request: HttpRequest, may_repeat: bool) -> HttpAnswer:
        """One call, or two where the first failed at once and may be repeated, within the limit."""
        clock = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout(self._limit) as limit:
                try:
                    return await exchange(self._address, request, self._timeout)
                except (Unreachable, ServerFailure) as error:
                    wait = _wait_before_repeating(error) if may_repeat else None
                    if wait is None or clock() + wait >= (limit.when() or 0.0):
                        raise
                await asyncio.sleep(wait)
                return await exchange(self._address, request, self._timeout)
        except TimeoutError:
            pass  # raised below, where it does not drag along what aiohttp was doing
        raise TimedOut(f"{self._address.host}: no whole answer within {self._limit:g} s")


def _wait_before_repeating(error: Unreachable | ServerFailure) -> float | None:
    """Seconds to wait, with jitter so that callers don't return all at once; ``None``: don't."""
    jitter = random.uniform(0.02, 0.1)  # noqa: S311 - no secret
    if isinstance(error, Unreachable):
        return jitter if error.retryable else None
    if error.retry_after is None or error.retry_after > SHORT_WAIT:
        return None
    return error.retry_after + jitter
