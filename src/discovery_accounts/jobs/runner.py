"""Running one job: one at a time over all machines, with a report that stays."""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from discovery_accounts.services.house import House
from discovery_accounts.services.job_runs import JobRuns
from discovery_accounts.services.job_table import JOBS, Done, Order
from discovery_accounts.services.progress import Progress, untold
from discovery_accounts.telemetry.log import event
from discovery_accounts.telemetry.metrics import metrics

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=30)


class UnknownJob(LookupError):
    """There is no job of that name."""


class AlreadyRunning(RuntimeError):
    """Another process holds the job's lock."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did, as the interface describes it."""

    job: str
    started: datetime
    finished: datetime
    done: Done

    def as_json(self) -> Mapping[str, Any]:
        return {
            "job": self.job,
            "started": self.started.isoformat().replace("+00:00", "Z"),
            "finished": self.finished.isoformat().replace("+00:00", "Z"),
            "did": dict(self.done.did),
            "left": self.done.left,
            "kept": [{"reason": reason, "count": count} for reason, count in self.done.kept.items()],
        }


def run_job(
    house: House,
    name: str,
    *,
    dry_run: bool = False,
    limit: int | None = None,
    now: datetime | None = None,
    only: str | None = None,
    shard: tuple[int, int] = (0, 1),
    sure: bool = False,
    progress: Progress = untold,
) -> Report:
    """Run one job now. ``now`` moves the clock of this run; ``only``, ``shard``, ``sure`` and ``progress`` as in
    ``Order``. Raises ``UnknownJob``, ``AlreadyRunning``."""
    job = JOBS.get(name)
    if job is None:
        raise UnknownJob(name)
    runs = JobRuns(house)
    holder = uuid.uuid4()
    lock = name if shard == (0, 1) else f"{name} {shard[0]}/{shard[1]}"
    if not runs.take_lock(lock, holder, LEASE):
        raise AlreadyRunning(name)
    started = house.now()
    there = house if now is None else house.moved_to(now)
    run_id = runs.begin(name, started, dry_run=dry_run)
    try:
        order = Order(now or started, limit or job.budget, dry_run, only, shard, sure, progress)
        done = job.work(there, order)
    except Exception:
        runs.finish(run_id, house.now(), "failed", None, dry_run=dry_run)
        metrics.job(name, "failed")
        event(log, "job.failed", level=logging.ERROR, exc_info=True, job=name)
        raise
    finally:
        runs.free_lock(lock, holder)
    report = Report(name, started, house.now(), done)
    result = "done" if done.failed is None else "failed"
    runs.finish(run_id, report.finished, result, report.as_json(), dry_run=dry_run)
    metrics.job(name, result)
    if done.failed is not None:  # why is in the report, and in the log for who reads that
        event(log, "job.failed", level=logging.ERROR, job=name, why=done.failed)
        return report
    event(log, "job.done", job=name, left=done.left, did=sum(done.did.values()))
    return report
