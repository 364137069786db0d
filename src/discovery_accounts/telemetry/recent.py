"""How the last hour went: counts by the minute, in this process and of a fixed size, whatever is asked."""

import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

MINUTES = 60
BOUNDS = tuple(0.005 * 1.25**step for step in range(43))
"""Seconds up to which each count of times reaches, 5 ms to about a minute; what took longer is counted after them.
A quantile is off by a quarter at most."""

_MINUTE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Span:
    """What was asked in some time. ``times`` are counts of answers by ``BOUNDS``; a failure took no time that says
    anything of the answers."""

    answered: int = 0
    failed: int = 0
    times: tuple[int, ...] = ()

    @property
    def asked(self) -> int:
        return self.answered + self.failed

    @property
    def failed_share(self) -> float:
        """0 to 1; 0 where nothing was asked."""
        return self.failed / self.asked if self.asked else 0.0

    def quantile(self, share: float) -> float | None:
        """Seconds within which this share (0 to 1) of the answers came; ``None`` where none came."""
        wanted, seen = share * sum(self.times), 0
        for place, count in enumerate(self.times):
            if count and seen + count >= wanted:
                if place >= len(BOUNDS):
                    return BOUNDS[-1]
                lower = BOUNDS[place - 1] if place else 0.0
                return lower + (BOUNDS[place] - lower) * max(0.0, wanted - seen) / count
            seen += count
        return None


def together(spans: Iterable[Span]) -> Span:
    """Several spans as one."""
    all_of = tuple(spans)
    times = tuple(map(sum, zip(*(span.times for span in all_of if span.times), strict=True)))
    return Span(sum(span.answered for span in all_of), sum(span.failed for span in all_of), times)


class _Minute:
    __slots__ = ("answered", "failed", "number", "times")

    def __init__(self, number: int) -> None:
        self.number = number
        self.answered = 0
        self.failed = 0
        self.times = array("L", [0] * (len(BOUNDS) + 1))


class Recent:
    """The last ``MINUTES`` minutes. One thread writes, any thread reads: it may miss what is just being counted."""

    __slots__ = ("_clock", "_ring")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ring: list[_Minute | None] = [None] * MINUTES

    def note(self, answered: bool, seconds: float) -> None:
        """Count a question that took so long."""
        number = self._now()
        minute = self._ring[number % MINUTES]
        if minute is None or minute.number != number:
            minute = self._ring[number % MINUTES] = _Minute(number)
        if answered:
            minute.answered += 1
            minute.times[bisect_left(BOUNDS, seconds)] += 1
        else:
            minute.failed += 1

    def hour(self) -> tuple[Span, ...]:
        """A span for each minute, the oldest first; the last is the one under way."""
        now = self._now()
        return tuple(self._span(number) for number in range(now - MINUTES + 1, now + 1))

    def _span(self, number: int) -> Span:
        minute = self._ring[number % MINUTES]
        if minute is None or minute.number != number:
            return Span()
        return Span(minute.answered, minute.failed, tuple(minute.times))

    def _now(self) -> int:
        return int(self._clock() // _MINUTE)
