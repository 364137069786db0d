"""What keeps one library from being a burden to another, whatever it is reached over: the breaker, the
bulkhead, pauses, and the time of one call."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

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
from discovery_accounts.telemetry.log import event
from discovery_accounts.telemetry.metrics import metrics

log = logging.getLogger(__name__)

LONGEST_PAUSE = 300.0  # seconds; after that one call asks the library itself
PATIENCE = 1.0  # seconds after which a call that its caller gave up counts as failed
OUR_LAG = 0.25  # seconds a limit may be overrun; beyond, this process was late, and says nothing of a library

T = TypeVar("T")
Attempt = Callable[[bool], Awaitable[T]]
"""One call to the library, within its own limit; told whether it may be repeated."""


@dataclass(slots=True)
class _State:
    """What belongs to one loop: after a fork the parent's calls under way are none of ours."""

    loop: asyncio.AbstractEventLoop | None
    breaker: Breaker
    bulkhead: Bulkhead
    paused_until: float = 0.0  # the loop's clock, seconds
    trial: asyncio.Task[None] | None = None  # held, or it would be collected while it runs


class Guard:
    """Lets calls to one library through, or not. ``host`` is for the texts of failures."""

    def __init__(self, settings: LibrarySettings, host: str) -> None:
        self._settings = settings
        self._host = host
        self._patience = min(PATIENCE, settings.timeout / 2)
        self._state = self._begin(None)

    def health(self) -> Health:
        """The breaker's state and the number of calls under way."""
        return Health(self._state.breaker.state, self._state.bulkhead.in_flight)

    def pause(self, seconds: float) -> None:
        """Let nothing through for ``seconds``, at most five minutes; on the event loop only."""
        state = self._here()
        until = asyncio.get_running_loop().time() + min(seconds, LONGEST_PAUSE)
        state.paused_until = max(state.paused_until, until)

    async def call(self, attempt: Attempt[T], *, safe: bool, optional: bool) -> T:
        """What ``attempt`` gives. Raises the kinds of ``LibraryError``.

        While the breaker is open a safe call may become its trial: it is made in the background
        and the caller is told ``BreakerOpen`` at once. Another call is the trial itself, because
        a person waits for it, and only its own caller may learn the outcome.
        """
        state = self._here()
        now = asyncio.get_running_loop().time()
        if now < state.paused_until:
            wait = state.paused_until - now
            raise RateLimited(f"{self._host}: asked us to wait", sent=False, retry_after=wait)
        admission = state.breaker.admit(now)
        try:
            state.bulkhead.enter(optional)
        except Overloaded:
            state.breaker.report(admission, Outcome.NO_VERDICT, now)
            raise
        if admission.trial and safe:
            state.trial = asyncio.create_task(self._try(attempt, state, admission))
            raise state.breaker.refusal(now)
        return await self._call(attempt, state, admission, may_repeat=safe and not admission.trial)

    async def _try(self, attempt: Attempt[T], state: _State, admission: Admission) -> None:
        try:
            await self._call(attempt, state, admission, may_repeat=False)
        except LibraryError as error:
            event(log, "trial_failed", library=self._settings.name, code=error.code)

    async def _call(self, attempt: Attempt[T], state: _State, admission: Admission, *, may_repeat: bool) -> T:
        clock = asyncio.get_running_loop().time
        started = clock()
        outcome = Outcome.NO_VERDICT
        try:
            answer = await attempt(may_repeat)
            outcome = Outcome.ANSWERED
        except (Unreachable, TimedOut, ServerFailure):
            if clock() - started <= self._settings.timeout + OUR_LAG:
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
        return answer

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
