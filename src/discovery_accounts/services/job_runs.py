"""Which job runs where, and what the runs did."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, func, or_, select, true, update

from discovery_accounts.models import JobLock, JobRun
from discovery_accounts.services.house import House, system_clock
from discovery_accounts.services.upserts import insert_missing

_DRY = "dry_run"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did. ``result`` and ``finished_at`` are ``None`` while it is under way, or when it died."""

    job: str
    started_at: datetime
    finished_at: datetime | None
    result: str | None
    report: Mapping[str, Any]

    @property
    def dry(self) -> bool:
        """It only counted what the job would do."""
        return self.report.get(_DRY) is True


class JobRuns:
    """Locks use the real clock: a run with a moved clock must still exclude the others."""

    def __init__(self, house: House) -> None:
        self._house = house

    def take_lock(self, job: str, holder: uuid.UUID, lease: timedelta) -> bool:
        """Whether the lock was free, or its holder is gone for longer than its lease."""
        now = system_clock()
        with self._house.database.writing() as session:
            insert_missing(session, JobLock, [{"job": job}])
            result = session.execute(
                update(JobLock)
                .where(JobLock.job == job, or_(JobLock.until.is_(None), JobLock.until < now))
                .values(holder=holder, until=now + lease)
                .execution_options(synchronize_session=False)
            )
            assert isinstance(result, CursorResult)
            return result.rowcount == 1

    def free_lock(self, job: str, holder: uuid.UUID) -> None:
        with self._house.database.writing() as session:
            session.execute(
                update(JobLock)
                .where(JobLock.job == job, JobLock.holder == holder)
                .values(holder=None, until=None)
                .execution_options(synchronize_session=False)
            )

    def latest(self) -> Mapping[str, Run]:
        """The last run of each job that ever ran, by its name. A dry run is none: it says nothing of when the job
        last did its work."""
        real = JobRun.report[_DRY].as_boolean().is_not(true())
        last = (
            select(JobRun.job, func.max(JobRun.started_at).label("at"))
            .where(real)
            .group_by(JobRun.job)
            .subquery()
        )
        query = select(JobRun).join(last, (JobRun.job == last.c.job) & (JobRun.started_at == last.c.at))
        with self._house.database.reading() as session:
            return {row.job: _run(row) for row in session.scalars(query)}

    def history(self, job: str, most: int) -> tuple[Run, ...]:
        """The last runs of a job, the newest first."""
        query = select(JobRun).where(JobRun.job == job).order_by(JobRun.started_at.desc()).limit(most)
        with self._house.database.reading() as session:
            return tuple(map(_run, session.scalars(query)))

    def begin(self, job: str, at: datetime, *, dry_run: bool = False) -> uuid.UUID:
        """Marked from the beginning: a dry run that dies is no failure of the job either."""
        run_id = uuid.uuid4()
        with self._house.database.writing() as session:
            session.add(JobRun(id=run_id, job=job, started_at=at, report=_marked(None, dry_run)))
        return run_id

    def finish(
        self,
        run_id: uuid.UUID,
        at: datetime,
        result: str,
        report: Mapping[str, Any] | None,
        *,
        dry_run: bool = False,
    ) -> None:
        with self._house.database.writing() as session:
            session.execute(
                update(JobRun)
                .where(JobRun.id == run_id)
                .values(finished_at=at, result=result, report=_marked(report, dry_run))
                .execution_options(synchronize_session=False)
            )


def _marked(report: Mapping[str, Any] | None, dry_run: bool) -> dict[str, Any] | None:
    if dry_run:
        return {**(report or {}), _DRY: True}
    return None if report is None else dict(report)


def _run(row: JobRun) -> Run:
    return Run(row.job, row.started_at, row.finished_at, row.result, row.report or {})
