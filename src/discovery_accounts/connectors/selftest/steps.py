"""The order of the steps: each with its time, those that need a failed one left out, all within a limit."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from discovery_accounts.connectors.api import CheckCause, CheckName, CheckState, CheckStep
from discovery_accounts.connectors.selftest.causes import Failure, why
from discovery_accounts.connectors.selftest.probe import Seen

WITHIN = 30.0
"""Seconds for all steps of a library together."""
CALLS = 2
"""How many calls a step may take, each within the library's own time."""
SLACK = 0.5  # seconds, so that a call that has a limit of its own tells itself what it waited for

NEEDS: Mapping[CheckName, tuple[CheckName, ...]] = {
    CheckName.DNS: (CheckName.SETTINGS,),
    CheckName.TCP: (CheckName.DNS,),
    CheckName.TLS: (CheckName.TCP,),
    CheckName.ANSWER: (CheckName.TLS,),
    CheckName.CREDENTIALS: (CheckName.ANSWER,),
    CheckName.RIGHTS: (CheckName.CREDENTIALS,),
    CheckName.CLOCK: (CheckName.ANSWER,),
    CheckName.TEST_PATRON: (CheckName.CREDENTIALS,),
    CheckName.TEST_PIN: (CheckName.TEST_PATRON,),
    CheckName.LOANS: (CheckName.TEST_PATRON,),
    CheckName.PAGING: (CheckName.LOANS,),
}


@dataclass(frozen=True, slots=True)
class Passed:
    """In order; ``seconds`` where only a part of the step is to be told."""

    found: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Warned:
    """In order, but."""

    cause: CheckCause
    found: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """There was nothing to test with."""

    found: str


Outcome = Passed | Warned | Failure | Skipped

Work = Callable[[], Awaitable[Outcome]]


class Steps:
    """Runs steps one after the other; ``tell`` hears of each when it is done, on the event loop."""

    def __init__(
        self,
        seconds_a_call: float,
        seen: Callable[[], Seen | None],
        tell: Callable[[CheckStep], None] | None,
    ) -> None:
        self._call = seconds_a_call
        self._seen = seen
        self._tell = tell
        self._until = time.monotonic() + WITHIN
        self._blocked: dict[CheckName, CheckName] = {}
        self.done: list[CheckStep] = []

    async def run(self, name: CheckName, work: Work) -> None:
        """Do one step, or leave it out."""
        blocker = next((self._blocked[need] for need in NEEDS.get(name, ()) if need in self._blocked), None)
        left = self._until - time.monotonic()
        if blocker is not None:
            self._blocked[name] = blocker
            self._add(CheckStep(name, CheckState.SKIPPED, 0.0, f"because this failed before: {blocker}"))
            return
        if left <= 0:
            self._add(CheckStep(name, CheckState.SKIPPED, 0.0, f"no time left of {WITHIN:g} s"))
            return
        started = time.monotonic()
        outcome = await self._within(work, min(left, CALLS * self._call + SLACK))
        self._add(_step(name, outcome, time.monotonic() - started))
        if isinstance(outcome, Failure) and name not in _ON_THEIR_OWN:
            self._blocked[name] = name

    async def _within(self, work: Work, seconds: float) -> Outcome:
        before = self._seen()
        try:
            async with asyncio.timeout(seconds):
                return await work()
        except TimeoutError:
            return Failure(CheckCause.NO_ANSWER_IN_TIME, f"not done within {seconds:g} s")
        except Exception as error:  # noqa: BLE001 - whatever a connector does, the test goes on to its end
            last = self._seen()
            return why(error, None if last is before else last)

    def _add(self, step: CheckStep) -> None:
        self.done.append(step)
        if self._tell is not None:
            self._tell(step)


_ON_THEIR_OWN = frozenset({CheckName.RIGHTS, CheckName.CLOCK, CheckName.TEST_PIN})
"""What fails there keeps nothing else from being tested."""


def _step(name: CheckName, outcome: Outcome, seconds: float) -> CheckStep:
    match outcome:
        case Passed(found, told):
            return CheckStep(name, CheckState.PASSED, seconds if told is None else told, found)
        case Warned(cause, found):
            return CheckStep(name, CheckState.WARNED, seconds, found, cause)
        case Failure(cause, found):
            return CheckStep(name, CheckState.FAILED, seconds, found, cause)
        case Skipped(found):
            return CheckStep(name, CheckState.SKIPPED, seconds, found)
