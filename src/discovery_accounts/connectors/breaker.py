"""A library that fails again and again is left alone for a while, then tried by one call.

Touched only on the event loop, hence no locks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from discovery_accounts.connectors.api import BreakerOpen
from discovery_accounts.connectors.health import BreakerState

FAILURES = 5  # in a row
LONGEST = 60.0  # seconds between trials, unless the library's own setting is longer


class Outcome(Enum):
    """How a call ended: any answer at all, no answer, or cut short before one could be expected."""

    ANSWERED = auto()
    FAILED = auto()
    NO_VERDICT = auto()


@dataclass(frozen=True, slots=True)
class Admission:
    """Leave to make one call. ``era`` counts the openings, so that calls from before one are known."""

    era: int
    trial: bool = False


class Breaker:
    """Opens after five failures in a row; ``cool_down`` seconds later one trial call is let through.

    A failed trial doubles the wait, up to a minute. ``now`` is always the loop's clock, seconds.
    """

    def __init__(self, cool_down: float, changed: Callable[[BreakerState], None] | None = None) -> None:
        self.state: BreakerState = "closed"
        self._shortest = cool_down
        self._cool_down = cool_down
        self._changed = changed
        self._failures = 0
        self._era = 0
        self._until = 0.0

    def admit(self, now: float) -> Admission:
        """Leave for one call, which must be reported. Raises ``BreakerOpen``."""
        if self.state == "closed":
            return Admission(self._era)
        if self.state == "half_open" or now < self._until:
            raise self.refusal(now)
        self._become("half_open")
        return Admission(self._era, trial=True)

    def report(self, admission: Admission, outcome: Outcome, now: float) -> None:
        """Tell how an admitted call ended."""
        if outcome is Outcome.ANSWERED:  # proof of life, whenever the call began
            self._failures = 0
            self._cool_down = self._shortest
            self._become("closed")
        elif admission.era != self._era:
            pass  # began before the last opening, or before an answer proved that one wrong
        elif admission.trial and self.state == "half_open":
            if outcome is Outcome.FAILED:
                self._cool_down = max(min(self._cool_down * 2, LONGEST), self._shortest)
                self._open(now)
            else:
                self._become("open")  # the next call is the trial
        elif outcome is Outcome.FAILED and self.state == "closed":
            self._failures += 1
            if self._failures >= FAILURES:
                self._open(now)

    def refusal(self, now: float) -> BreakerOpen:
        """The exception for a call that is not made, with the seconds until another may be."""
        return BreakerOpen("failed repeatedly, left alone for now", retry_after=max(self._until - now, 1.0))

    def _open(self, now: float) -> None:
        self._era += 1
        self._failures = 0
        self._until = now + self._cool_down
        self._become("open")

    def _become(self, state: BreakerState) -> None:
        if state != self.state:
            self.state = state
            if self._changed is not None:
                self._changed(state)
