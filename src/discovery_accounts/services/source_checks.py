"""The self-test of sources: whether one answers, whether its records can be read, whether its clock is right.

It reads the first records that the source gives and writes nothing down.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from discovery_accounts.config.faults import Fault
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.services.harvest_marks import HarvestMarks, Mark
from discovery_accounts.services.harvesting import UnknownSource
from discovery_accounts.services.house import House
from discovery_accounts.sources.api import Batch, SoFar, SourceFailed

CLOCK_MAY_BE_OFF = timedelta(minutes=2)
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class SourceReport:
    """``faults`` are of its settings, ``code`` why it could not be read; else ``records``, ``deleted`` and ``broken``
    count its first batch, of which ``samples`` are a few. ``clock_off`` is how far its clock is ahead of ours,
    ``None`` where it does not tell or that is little; ``mark`` how far harvesting has come."""

    name: str
    kind: str = ""
    faults: tuple[Fault, ...] = ()
    code: str | None = None
    records: int = 0
    deleted: int = 0
    broken: int = 0
    samples: tuple[NewRecord, ...] = ()
    seconds: float = 0.0
    clock_off: timedelta | None = None
    mark: Mark = field(default_factory=Mark)

    @property
    def ok(self) -> bool:
        """Whether records can be had: none at all is well, nothing but broken ones is not."""
        all_broken = self.broken > 0 and not self.records and not self.deleted
        return not self.faults and self.code is None and not all_broken


class SourceChecks:
    def __init__(self, house: House) -> None:
        self._house = house

    def names(self, wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
        """All sources, or those that are wanted. Raises ``UnknownSource``."""
        sources = self._house.sources
        known = (*sources.settings, *sources.faults)
        for name in wanted:
            if name not in known:
                raise UnknownSource(name)
        return wanted or known

    def check(self, name: str) -> SourceReport:
        """Raises ``UnknownSource``."""
        sources = self._house.sources
        if name in sources.faults:
            return SourceReport(name, faults=sources.faults[name])
        if name not in sources.opened:
            raise UnknownSource(name)
        kind, mark = sources.settings[name].kind, HarvestMarks(self._house.database).of(name)
        now, began = self._house.now(), time.monotonic()
        try:
            batch = next(iter(sources.opened[name].batches(SoFar(now))))
        except SourceFailed as failed:
            return SourceReport(name, kind, code=failed.code, seconds=time.monotonic() - began, mark=mark)
        except Exception as bug:  # noqa: BLE001 (the other sources are to be checked, too)
            return SourceReport(name, kind, code=f"broke_{type(bug).__name__}", mark=mark)
        return SourceReport(
            name,
            kind,
            records=len(batch.records),
            deleted=len(batch.deleted),
            broken=batch.broken,
            samples=batch.records[:_SAMPLES],
            seconds=time.monotonic() - began,
            clock_off=_clock_off(batch, now),
            mark=mark,
        )


def _clock_off(batch: Batch, now: datetime) -> timedelta | None:
    if batch.told_at is None:
        return None
    off = batch.told_at - now
    return off if abs(off) > CLOCK_MAY_BE_OFF else None
