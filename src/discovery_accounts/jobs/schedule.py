"""The jobs by the clock, in this process (without a message broker)."""

import logging
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

from discovery_accounts.jobs.runner import AlreadyRunning, run_job
from discovery_accounts.services.house import House
from discovery_accounts.services.job_table import JOBS
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)


def start_schedule(house: House) -> BaseScheduler:
    """Start the clock in a thread of this process; the caller shuts it down."""
    scheduler = BackgroundScheduler(timezone=UTC, daemon=True)
    _add_jobs(scheduler, house)
    scheduler.start()
    return scheduler


def start_if_wanted(house: House) -> None:
    """Start the clock where ``accounts.schedule`` says so; it ends with the process.

    Every process of a server may do so: a job's lock lets one of them run it.
    """
    if house.settings.schedule:
        start_schedule(house)


def run_schedule(house: House) -> None:
    """Run the clock until the process is ended."""
    scheduler = BlockingScheduler(timezone=UTC)
    _add_jobs(scheduler, house)
    scheduler.start()


def _add_jobs(scheduler: BaseScheduler, house: House) -> None:
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    house.hurry.listen(partial(_run_soon, scheduler))
    for job in JOBS.values():
        scheduler.add_job(
            _run_quietly,
            "interval",
            args=(house, job.name),
            seconds=job.every.total_seconds(),
            jitter=min(30, int(job.every.total_seconds() / 10)),
            max_instances=1,
            coalesce=True,
            id=job.name,
            **({"next_run_time": datetime.now(UTC)} if job.at_start else {}),
        )


def _run_soon(scheduler: BaseScheduler, name: str) -> None:
    """Somebody waits for what the job does: its next run is now."""
    with suppress(JobLookupError):
        scheduler.modify_job(name, next_run_time=datetime.now(UTC))


def _run_quietly(house: House, name: str) -> None:
    """One failing run must not stop the clock; the runner has logged and counted it."""
    try:
        run_job(house, name)
    except AlreadyRunning:
        return
    except Exception as problem:  # noqa: BLE001 (whatever it is, the next run comes)
        event(log, "schedule.run_failed", level=logging.ERROR, job=name, kind=type(problem).__name__)
