"""One question to one library: its answer or its failure, counted either way."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar, TypeVarTuple

from discovery_accounts.connectors.api import LibraryError, TimedOut, UnexpectedAnswer
from discovery_accounts.telemetry.log import event
from discovery_accounts.telemetry.metrics import metrics
from discovery_accounts.telemetry.recent import Recent

log = logging.getLogger(__name__)

OK = "ok"
TELL_EVERY = 60.0
"""Seconds between two log lines about the same failure of a library."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Watch:
    """What a library's answers have told us so far. Written on the event loop, read from any thread."""

    __slots__ = ("_told_at", "last_answer_at", "last_error", "library", "recent")

    def __init__(self, library: str) -> None:
        self.library = library
        self.last_answer_at: datetime | None = None
        self.last_error: str | None = None  # a LibraryError.code
        self.recent = Recent()
        self._told_at: dict[str, float] = {}

    def note(self, result: str, seconds: float) -> None:
        """Count a question: ``result`` is ``ok`` or a ``LibraryError.code``."""
        if result == OK:
            self.last_answer_at = datetime.now(UTC)
        else:
            self.last_error = result
            self._tell(result)
        self.recent.note(result == OK, seconds)
        metrics.library_call(self.library, result, seconds)

    def _tell(self, result: str) -> None:
        now = time.monotonic()
        if now - self._told_at.get(result, -TELL_EVERY) >= TELL_EVERY:
            self._told_at[result] = now
            event(log, "library.failed", level=logging.WARNING, library=self.library, result=result)


async def ask(watch: Watch, call: Callable[[*Ts], Awaitable[T]], *args: *Ts) -> T | LibraryError:
    """The answer of ``call(*args)``, or its failure as a value.

    An exception that is no ``LibraryError`` is a bug of the connector: it becomes
    ``UnexpectedAnswer`` and is logged by type only, for its text may hold a card number.
    """
    clock = asyncio.get_running_loop().time
    started = clock()
    try:
        answer = await call(*args)
    except asyncio.CancelledError:
        watch.note(TimedOut.code, clock() - started)
        raise
    except LibraryError as error:
        failure = error
    except TimeoutError:
        failure = TimedOut()
    except Exception as bug:  # noqa: BLE001 - one connector's bug must not empty a page of other libraries
        event(log, "connector_bug", level=logging.ERROR, library=watch.library, kind=type(bug).__name__)
        failure = UnexpectedAnswer(f"{type(bug).__name__} in the connector")
    else:
        watch.note(OK, clock() - started)
        return answer
    watch.note(failure.code, clock() - started)
    return without_frames(failure)


def without_frames(failure: LibraryError) -> LibraryError:
    """``failure`` cut loose from its stack, whose local variables hold PINs and card numbers."""
    failure.__traceback__ = failure.__context__ = failure.__cause__ = None
    return failure


async def ask_until(
    until: float, watch: Watch, call: Callable[[*Ts], Awaitable[T]], *args: *Ts
) -> T | LibraryError:
    """As :func:`ask`, cancelled and ``TimedOut`` at ``until`` (the loop's clock, seconds)."""
    if asyncio.get_running_loop().time() >= until:
        return TimedOut("no time left to ask", sent=False)
    try:
        async with asyncio.timeout_at(until):
            return await ask(watch, call, *args)
    except TimeoutError:
        return TimedOut("no answer within the time given")
