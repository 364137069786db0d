"""PIN checks that outlive the page they were started for: their outcome is told all the same."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

T = TypeVar("T")


class LateReports:
    """Keeps checks alive after their caller has gone, and tells each outcome in a worker thread."""

    def __init__(self) -> None:
        self._open: set[asyncio.Future[Any]] = set()

    def keep(self, check: asyncio.Task[T], tell: Callable[[T | None], None]) -> None:
        """Have ``tell`` called with the result of ``check``, or ``None`` when it was cancelled."""
        self._open.add(check)
        check.add_done_callback(partial(self._ended, tell))

    def _ended(self, tell: Callable[[T | None], None], check: asyncio.Task[T]) -> None:
        self._open.discard(check)
        outcome = None if check.cancelled() or check.exception() else check.result()
        try:
            report = asyncio.get_running_loop().run_in_executor(None, _tell, tell, outcome)
        except RuntimeError:  # the interpreter is ending and takes no more work for its threads
            _tell(tell, outcome)
            return
        self._open.add(report)
        report.add_done_callback(self._open.discard)

    async def settle(self, seconds: float) -> None:
        """Wait up to ``seconds`` for what is open, then cancel it; every outcome has been told."""
        await self._wait(seconds)
        for future in self._mine():
            if isinstance(future, asyncio.Task):
                future.cancel()
        while self._mine():
            await self._wait(None)

    async def _wait(self, seconds: float | None) -> None:
        if mine := self._mine():
            await asyncio.wait(mine, timeout=seconds)

    def _mine(self) -> set[asyncio.Future[Any]]:
        running = asyncio.get_running_loop()  # after a fork there may be some of the parent's
        return {future for future in self._open if future.get_loop() is running}


def _tell(tell: Callable[[T | None], None], outcome: T | None) -> None:
    try:
        tell(outcome)
    except Exception as bug:  # noqa: BLE001 - nobody waits for this thread who could be told otherwise
        event(log, "late_report_failed", level=logging.ERROR, kind=type(bug).__name__)
