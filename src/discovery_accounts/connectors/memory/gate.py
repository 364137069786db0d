"""The way to the pretend library: every call is noted, may be slow, and may fail as real ones do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from discovery_accounts.connectors.api import LibraryError

Failure = Callable[[], LibraryError]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that reached the library: whether it changes anything, and what it is about, without any value."""

    kind: Literal["read", "act"]
    subject: str


@dataclass(frozen=True, slots=True)
class _Fault:
    failure: Failure
    acts_only: bool
    done: bool


class Gate:
    """``calls`` are those that came, in order; ``delay`` is how long each takes, in seconds."""

    def __init__(self, delay: float = 0.0) -> None:
        self.calls: list[Call] = []
        self.delay = delay
        self._fault: _Fault | None = None

    def fail(self, failure: Failure, *, acts_only: bool = False, done: bool = False) -> None:
        """From now on calls fail, all or those that change something. ``done``: what was asked is done all
        the same, as when the line is cut before the answer."""
        self._fault = _Fault(failure, acts_only, done)

    def mend(self) -> None:
        """Ends every failure."""
        self._fault = None

    def reading(self, subject: str) -> AbstractAsyncContextManager[None]:
        """``async with gate.reading("loans"):`` around what only looks."""
        return self._pass("read", subject)

    def acting(self, subject: str) -> AbstractAsyncContextManager[None]:
        """``async with gate.acting("renewal"):`` around what changes something."""
        return self._pass("act", subject)

    @asynccontextmanager
    async def _pass(self, kind: Literal["read", "act"], subject: str) -> AsyncIterator[None]:
        self.calls.append(Call(kind, subject))
        if self.delay:
            await asyncio.sleep(self.delay)
        fault = self._fault
        if fault is None or (fault.acts_only and kind == "read"):
            yield
            return
        if fault.done:
            yield
        raise fault.failure()
