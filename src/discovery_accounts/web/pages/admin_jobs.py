"""The jobs for IT: how each went last, when it runs next, what it left, and its runs before."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pyramid.response import Response

from discovery_accounts.security.permissions import Permission
from discovery_accounts.services.backlog import backlogs, doubts
from discovery_accounts.services.job_runs import JobRuns, Run
from discovery_accounts.services.job_table import JOBS, Job
from discovery_accounts.web.pages.admin_nav import access_for, admin_nav
from discovery_accounts.web.pages.admin_shapes import JobView, RunView
from discovery_accounts.web.visit import Visit

EARLIER = 10
DIED = timedelta(minutes=30)
"""A run that is under way for longer is not: its process died, and gave the lock back."""
_ORDER = ("failed", "died", "late", "", "running", "done")


def show(visit: Visit) -> Response:
    access = access_for(visit, Permission.SEE_JOBS)
    runs = JobRuns(visit.house)
    views = job_views(visit)
    return visit.render(
        "admin_jobs.html",
        section="admin",
        nav=admin_nav(visit, access, "admin_jobs"),
        jobs=views,
        earlier={
            job.name: [_run_view(visit.now, run) for run in runs.history(job.name, EARLIER)] for job in views
        },
        backlogs=(*backlogs(visit.house, visit.now), *doubts(visit.house, visit.now)),
        by_clock=visit.settings.schedule,
    )


def job_views(visit: Visit) -> tuple[JobView, ...]:
    """Every job, what went wrong first."""
    runs = JobRuns(visit.house).latest()
    views = [_view(visit, job, runs.get(job.name)) for job in JOBS.values()]
    return tuple(sorted(views, key=lambda view: _ORDER.index(view.trouble or view.result or "")))


def _view(visit: Visit, job: Job, run: Run | None) -> JobView:
    shown = _run_view(visit.now, run) if run else None
    next_at = run.started_at + job.every if run and visit.settings.schedule else None
    trouble = shown.result if shown and shown.result in {"failed", "died"} else None
    if trouble is None and next_at is not None and visit.now > next_at + job.every:
        trouble = "late"
    return JobView(
        name=job.name,
        started_at=run.started_at if run else None,
        result=shown.result if shown else None,
        did=shown.did if shown else (),
        left=shown.left if shown else 0,
        next_at=next_at,
        every=int(job.every.total_seconds()) // 60,
        trouble=trouble,
    )


def _run_view(now: datetime, run: Run) -> RunView:
    result = run.result or ("died" if now - run.started_at > DIED else "running")
    took = (run.finished_at - run.started_at).total_seconds() if run.finished_at else None
    kept = _counts(run.report.get("kept", ()))
    did, left = _counts(run.report.get("did")), int(run.report.get("left", 0))
    return RunView(run.started_at, result, did, left, took, kept, run.dry)


def _counts(told: object) -> tuple[tuple[str, int], ...]:
    """Words and counts of a report, as this or another version wrote them."""
    if isinstance(told, Mapping):
        return tuple((str(word), int(count)) for word, count in told.items() if count)
    if isinstance(told, list):
        return tuple((str(one["reason"]), int(one["count"])) for one in told)
    return ()
