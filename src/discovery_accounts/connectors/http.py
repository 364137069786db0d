"""A library reached over HTTP: each call within its time, and no library a burden to another."""

import asyncio
import logging
import random
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import aiohttp

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import (
    LibraryError,
    Overloaded,
    RateLimited,
    ServerFailure,
    TimedOut,
    Unreachable,
)
from discovery_accounts.connectors.breaker import Admission, Breaker, Outcome
from discovery_accounts.connectors.bulkhead import Bulkhead
from discovery_accounts.connectors.health import BreakerState, Health
from discovery_accounts.connectors.session import verifying_context
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest
from discovery_accounts.connectors.wire import Address, exchange, retry_after
from discovery_accounts.telemetry.log import event
from discovery_accounts.telemetry.metrics import metrics

log = logging.getLogger(__name__)

LONGEST_PAUSE = 300.0  # seconds; after that one call asks the library itself
SHORT_WAIT = 1.0  # seconds of Retry-After that one call may wait out
PATIENCE = 1.0  # seconds after which a call that its caller gave up counts as failed
OUR_LAG = 0.25  # seconds a limit may be overrun; beyond, this process was late, and says nothing of a library


@runtime_checkable
class Pausable(Protocol):
    """A transport that can be told to leave its library alone for some seconds."""

    def pause(self, seconds: float) -> None: ...


@dataclass(slots=True)
class _State:
    """What belongs to one loop: after a fork the parent's calls under way are none of ours."""

    loop: asyncio.AbstractEventLoop | None
    breaker: Breaker
    bulkhead: Bulkhead
    paused_until: float = 0.0  # the loop's clock, seconds
    trial: asyncio.Task[None] | None = None  # held, or it would be collected while it runs


class LibraryHttp:
    """The :class:`~discovery_accounts.connectors.transport.Transport` of one library.

    Raises ``ValueError`` when the library's URL is not one to speak to.
    """

    def __init__(self, settings: LibrarySettings) -> None:
        self._settings = settings
        self._address = Address(settings.url, settings.insecure)
        self._limit = settings.timeout
        # Less than the whole, so that a host that never connects is known from one that never answers.
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=settings.timeout * 0.9)
        self._patience = min(PATIENCE, settings.timeout / 2)
        self._state = self._begin(None)
        verifying_context()

    def health(self) -> Health:
        """The breaker's state and the number of calls under way."""
        return Health(self._state.breaker.state, self._state.bulkhead.in_flight)

    def pause(self, seconds: float) -> None:
        """Send nothing for ``seconds`` (at most five minutes); until then calls are ``RateLimited``.

        A 429 with ``Retry-After`` does this by itself. For connectors, on the event loop only.
        """
        state = self._here()
        until = asyncio.get_running_loop().time() + min(seconds, LONGEST_PAUSE)
        state.paused_until = max(state.paused_until, until)

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """Send ``request``; see :class:`~discovery_accounts.connectors.transport.Transport`.

        While the breaker is open a safe request may become its trial: it is sent in the background
        and the caller is told ``BreakerOpen`` at once. Another request is the trial itself, because
        a person waits for it, and only its own caller may learn the outcome.
        """
        state = self._here()
        now = asyncio.get_running_loop().time()
        if now < state.paused_until:
            wait = state.paused_until - now
            raise RateLimited(f"{self._address.host}: asked us to wait", sent=False, retry_after=wait)
        admission = state.breaker.admit(now)
        try:
            state.bulkhead.enter(request.optional)
        except Overloaded:
            state.breaker.report(admission, Outcome.NO_VERDICT, now)
            raise
        if admission.trial and request.safe:
            state.trial = asyncio.create_task(self._try(request, state, admission))
            raise state.breaker.refusal(now)
        return await self._call(request, state, admission)

    async def _try(self, request: HttpRequest, state: _State, admission: Admission) -> None:
        try:
            await self._call(request, state, admission)
        except LibraryError as error:
            event(log, "trial_failed", library=self._settings.name, code=error.code)

    async def _call(self, request: HttpRequest, state: _State, admission: Admission) -> HttpAnswer:
        clock = asyncio.get_running_loop().time
        started = clock()
        outcome = Outcome.NO_VERDICT
        try:
            answer = await self._attempt(request, may_repeat=request.safe and not admission.trial)
            outcome = Outcome.ANSWERED
        except (Unreachable, TimedOut, ServerFailure):
            if clock() - started <= self._limit + OUR_LAG:
                outcome = Outcome.FAILED
            raise
        except LibraryError as error:
            outcome = Outcome.ANSWERED if error.sent else Outcome.NO_VERDICT
            raise
        except asyncio.CancelledError:
            # A page's deadline may be shorter than a call's; a hung library must be found out all the same.
            if clock() - started >= self._patience:
                outcome = Outcome.FAILED
            raise
        finally:
            state.bulkhead.leave()
            state.breaker.report(admission, outcome, clock())
        if answer.status == 429 and (wait := retry_after(answer.headers.get("retry-after"))):
            self.pause(wait)
        return answer

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

    def _here(self) -> _State:
        running = asyncio.get_running_loop()
        if running is not self._state.loop:
            self._state = self._begin(running)
        return self._state

    def _begin(self, loop: asyncio.AbstractEventLoop | None) -> _State:
        breaker = Breaker(self._settings.breaker_seconds, self._changed)
        return _State(loop, breaker, Bulkhead(self._settings.max_in_flight))

    def _changed(self, state: BreakerState) -> None:
        metrics.breaker(self._settings.name, state != "closed")
        event(log, f"breaker_{state}", level=logging.WARNING, library=self._settings.name)


def _wait_before_repeating(error: Unreachable | ServerFailure) -> float | None:
    """Seconds to wait, with jitter so that callers don't return all at once; ``None``: don't."""
    jitter = random.uniform(0.02, 0.1)  # noqa: S311 - no secret
    if isinstance(error, Unreachable):
        return jitter if error.retryable else None
    if error.retry_after is None or error.retry_after > SHORT_WAIT:
        return None
    return error.retry_after + jitter
