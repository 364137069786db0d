"""The jobs by the clock, in this process (without a message broker)."""

import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

from discovery_accounts.jobs.runner import AlreadyRunning, run_job
from discovery_accounts.services.house import House
from discovery_accounts.services.job_table import JOBS
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

_AGAIN = timedelta(seconds=1)


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
    hurried = _Hurried(scheduler, house)
    house.hurry.listen(hurried.ask)
    for job in JOBS.values():
        scheduler.add_job(
            hurried.run,
            "interval",
            args=(job.name,),
            seconds=job.every.total_seconds(),
            jitter=min(30, int(job.every.total_seconds() / 10)),
            max_instances=2,  # one that was asked for finds the lock taken, and comes again
            coalesce=True,
            id=job.name,
            **({"next_run_time": datetime.now(UTC)} if job.at_start else {}),
        )


class _Hurried:
    """Runs jobs, and at once those that somebody waits for: where one runs just now, here or elsewhere, it may have
    passed over what it was asked for, so it runs once more after that."""

    def __init__(self, scheduler: BaseScheduler, house: House) -> None:
        self._scheduler = scheduler
        self._house = house
        self._asked: set[str] = set()

    def ask(self, name: str) -> None:
        """Somebody waits for what the job does: its next run is now."""
        self._asked.add(name)
        self._next_run(name, timedelta(0))

    def run(self, name: str) -> None:
        """One failing run must not stop the clock; the runner has logged and counted it."""
        asked = name in self._asked
        self._asked.discard(name)
        try:
            run_job(self._house, name)
        except AlreadyRunning:
            if asked:
                self._asked.add(name)
                self._next_run(name, _AGAIN)
        except Exception as problem:  # noqa: BLE001 (whatever it is, the next run comes)
            event(log, "schedule.run_failed", level=logging.ERROR, job=name, kind=type(problem).__name__)

    def _next_run(self, name: str, after: timedelta) -> None:
        with suppress(JobLookupError):
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC) + after)
