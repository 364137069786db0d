"""Reading the sources of new items: each from its own mark on, one that fails never stops the others.

After each batch the place is written down; a batch that was read but not written down is read again and known. The job
waits for nobody: a source that wants to be left alone is read when it said.
"""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from discovery_accounts.config.settings import SourceSettings
from discovery_accounts.services.catalogue import TakenIn, mark_gone, take_in
from discovery_accounts.services.harvest_marks import HarvestMarks, Mark
from discovery_accounts.services.house import House
from discovery_accounts.services.job_runs import JobRuns
from discovery_accounts.services.progress import Progress, untold
from discovery_accounts.sources.api import Batch, Busy, PlaceLost, SoFar, Source, SourceFailed
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=30)
_SECONDS = 600.0
"""For one run of all sources; a source whose server is slow gets its share of it."""
_LEAST_SECONDS = 30.0


class UnknownSource(LookupError):
    """No source of that name is opened."""


@dataclass(frozen=True, slots=True)
class Harvested:
    """What a run read: records, those of them that are new, records that are gone, what was broken and left out.
    ``left`` counts sources that are not read to their end yet, ``failed`` those that could not be read, by
    ``name: code``."""

    read: int = 0
    new: int = 0
    gone: int = 0
    broken: int = 0
    left: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)

    def with_batch(self, batch: Batch, taken: TakenIn, gone: int) -> "Harvested":
        return replace(
            self,
            read=self.read + len(batch.records) + len(batch.deleted) + batch.broken,
            new=self.new + taken.new,
            gone=self.gone + gone,
            broken=self.broken + batch.broken,
        )

    def __add__(self, other: "Harvested") -> "Harvested":
        return Harvested(
            self.read + other.read,
            self.new + other.new,
            self.gone + other.gone,
            self.broken + other.broken,
            self.left + other.left,
            Counter(self.failed) + Counter(other.failed),
        )


class Harvesting:
    def __init__(self, house: House, seconds: float = _SECONDS) -> None:
        self._house = house
        self._marks = HarvestMarks(house.database)
        self._seconds = seconds

    def due(self, now: datetime) -> tuple[str, ...]:
        """The sources to be read now, the longest untried first: whose time has come, and those whose last reading was
        cut off; not those that wait to be left alone."""
        marks = self._marks.all()
        due = [
            (mark.tried_at or datetime.min.replace(tzinfo=now.tzinfo), name)
            for name, settings in self._house.sources.settings.items()
            if _is_due(mark := marks.get(name, Mark()), settings, now)
        ]
        return tuple(name for _, name in sorted(due))

    def run(
        self, now: datetime, limit: int, only: str | None = None, progress: Progress = untold
    ) -> Harvested:
        """Read the sources that are due, or ``only`` that one, whenever it was read; at most about ``limit`` records
        in all; ``progress`` counts those of each source. Raises ``UnknownSource``."""
        if only is not None and only not in self._house.sources.opened:
            raise UnknownSource(only)
        names = [only] if only is not None else list(self.due(now))
        ends = time.monotonic() + self._seconds
        total = Harvested()
        for position, name in enumerate(names):
            rest = limit - total.read
            if rest <= 0 or time.monotonic() >= ends:
                total = replace(total, left=total.left + len(names) - position)
                break
            share = max((ends - time.monotonic()) / (len(names) - position), _LEAST_SECONDS)
            total += self._alone(name, now, rest, time.monotonic() + share, progress)
        return total

    def _alone(self, name: str, now: datetime, limit: int, ends: float, progress: Progress) -> Harvested:
        """One source, unless somebody reads it already."""
        runs, holder, lock = JobRuns(self._house), uuid.uuid4(), f"harvest {name}"
        if not runs.take_lock(lock, holder, _LEASE):
            return Harvested(left=1)
        try:
            return _Reading(self._house, self._marks, name, now, progress).read(limit, ends)
        finally:
            runs.free_lock(lock, holder)


class _Reading:
    """One run over one source."""

    def __init__(
        self, house: House, marks: HarvestMarks, name: str, now: datetime, progress: Progress
    ) -> None:
        self._house = house
        self._marks = marks
        self._name = name
        self._now = now
        self._progress = progress
        self._source: Source = house.sources.opened[name]
        self._settings = house.sources.settings[name]
        self._done = Harvested()

    def read(self, limit: int, ends: float) -> Harvested:
        self._marks.keep(self._name, tried_at=self._now, wait_until=None)
        try:
            try:
                ended = self._batches(limit, ends)
            except PlaceLost:
                event(log, "harvest.place_lost", source=self._name)
                self._marks.keep(self._name, place=None, begun_at=None)
                ended = self._batches(limit, ends)
        except Busy as busy:
            self._marks.keep(self._name, wait_until=self._now + busy.wait, error=busy.code)
            event(log, "harvest.waits", source=self._name, seconds=int(busy.wait.total_seconds()))
            return replace(self._done, left=1)
        except SourceFailed as failed:
            return self._failed(failed.code, failed)
        except Exception as bug:  # noqa: BLE001 (whatever one source does, the others go on)
            event(log, "harvest.broke", level=logging.ERROR, exc_info=True, source=self._name)
            return self._failed(f"broke_{type(bug).__name__}"[:64], bug)
        event(log, "harvest.read", source=self._name, read=self._done.read, new=self._done.new, ended=ended)
        return replace(self._done, left=int(not ended))

    def _batches(self, limit: int, ends: float) -> bool:
        """Whether the reading came to its end."""
        row = self._marks.of(self._name)
        first = self._settings.baseline and row.baseline_at is None
        if row.begun_at is None:
            self._marks.keep(self._name, begun_at=self._now)
        for batch in self._source.batches(SoFar(self._now, row.mark, row.place)):
            self._take(batch, baseline=first)
            if batch.mark is not None:
                self._ended(batch.mark, row)
                return True
            self._marks.keep(self._name, place=batch.place, error=None)
            if self._done.read >= limit or time.monotonic() >= ends:
                return False
        raise SourceFailed("no_end")

    def _take(self, batch: Batch, *, baseline: bool) -> None:
        days = self._settings.new_days
        taken = take_in(self._house, batch.records, self._now, baseline=baseline, new_days=days)
        gone = mark_gone(self._house, self._name, batch.deleted, self._now)
        self._done = self._done.with_batch(batch, taken, gone)
        self._progress(self._done.read, None)

    def _ended(self, mark: str, row: Mark) -> None:
        self._marks.keep(
            self._name,
            mark=mark,
            place=None,
            begun_at=None,
            read_at=self._now,
            baseline_at=row.baseline_at or self._now,
            error=None,
        )

    def _failed(self, code: str, why: Exception) -> Harvested:
        """What was read stays; a list that goes in circles or has no end is begun anew next time."""
        starts_over = code in _HOPELESS or isinstance(why, PlaceLost)
        self._marks.keep(self._name, error=code, **({"place": None, "begun_at": None} if starts_over else {}))
        event(log, "harvest.failed", level=logging.WARNING, source=self._name, code=code)
        return replace(self._done, left=1, failed={f"{self._name}: {code}": 1})


_HOPELESS = ("token_loops", "nothing_comes", "token_too_long", "no_end")


def _is_due(mark: Mark, settings: SourceSettings, now: datetime) -> bool:
    if mark.wait_until is not None and mark.wait_until > now:
        return False
    if mark.tried_at is None or (mark.place is not None and mark.error is None):
        return True
    if mark.wait_until is not None:  # it said when, and that is now
        return True
    # a run that begins a little earlier than the one before must not wait for the next
    return mark.tried_at <= now - timedelta(minutes=settings.every_minutes) + timedelta(minutes=1)
