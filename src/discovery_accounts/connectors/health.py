"""How the libraries are doing in this process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from discovery_accounts.config.faults import Fault

BreakerState = Literal["closed", "open", "half_open"]


@dataclass(frozen=True, slots=True)
class Health:
    """What a transport knows of its library: the breaker, and how many calls are under way."""

    breaker: BreakerState = "closed"
    in_flight: int = 0


@runtime_checkable
class TellsHealth(Protocol):
    """A transport that can be asked how it is, from any thread."""

    def health(self) -> Health: ...


@dataclass(frozen=True, slots=True)
class LibraryState:
    """A library for IT to look at.

    ``available`` is false for a faulty one and while its breaker is not closed; ``last_error`` is
    a ``LibraryError.code``.
    """

    name: str
    available: bool
    breaker: BreakerState = "closed"
    in_flight: int = 0
    last_answer_at: datetime | None = None
    last_error: str | None = None
    faults: tuple[Fault, ...] = ()
