"""Jobs: one at a time over all processes, with a budget, a dry run and a report that stays."""

import json
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from discovery_accounts.jobs import runner
from discovery_accounts.jobs.runner import AlreadyRunning, UnknownJob, run_job
from discovery_accounts.models import EmailChange, JobLock, JobRun, KnownBrowser, SignedInSession, Throttle
from discovery_accounts.services.job_runs import JobRuns
from discovery_accounts.services.job_table import JOBS, Done
from tests.factories.codes import stepped_up
from tests.factories.portal import Portal
from tests.factories.rows import count, rows, write
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@ON_SQLITE
@pytest.mark.parametrize("job", sorted(JOBS))
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_report_has_the_shape_of_the_interface(portal: Portal, job: str, dry_run: bool) -> None:
    report = json.loads(json.dumps(run_job(portal.house, job, dry_run=dry_run).as_json()))
    assert list(report) == ["job", "started", "finished", "did", "left", "kept"]
    assert report["job"] == job
    assert TIME.fullmatch(report["started"])
    assert TIME.fullmatch(report["finished"])
    assert report["did"]
    assert all(type(number) is int for number in report["did"].values())
    assert (report["left"], report["kept"]) == (0, [])
    [row] = rows(portal.house, JobRun)
    assert (row.job, row.result) == (job, "done")
    assert row.report == (report | {"dry_run": True} if dry_run else report)


def test_no_job_of_that_name(portal: Portal) -> None:
    with pytest.raises(UnknownJob):
        run_job(portal.house, "make-coffee")


def test_one_run_at_a_time_over_all_processes(portal: Portal) -> None:
    taken = together(8, lambda _: JobRuns(portal.house).take_lock("send-mail", uuid.uuid4(), runner.LEASE))
    assert sorted(taken) == [False] * 7 + [True]
    with pytest.raises(AlreadyRunning):
        run_job(portal.house, "send-mail")
    run_job(portal.house, "purge-sessions")


def test_a_run_that_died_gives_the_lock_back_after_its_lease(portal: Portal) -> None:
    assert JobRuns(portal.house).take_lock("send-mail", uuid.uuid4(), timedelta(seconds=-1))
    run_job(portal.house, "send-mail")
    [lock] = rows(portal.house, JobLock)
    assert (lock.holder, lock.until) == (None, None)


def test_a_run_that_fails_is_written_down_and_frees_the_lock(portal: Portal) -> None:
    write(portal.house, "ALTER TABLE outbox_message RENAME TO lost")
    with pytest.raises(Exception, match="outbox_message"):
        run_job(portal.house, "send-mail")
    [run] = rows(portal.house, JobRun)
    assert run.result == "failed"
    write(portal.house, "ALTER TABLE lost RENAME TO outbox_message")
    run_job(portal.house, "send-mail")


@ON_SQLITE
def test_a_run_that_did_nothing_because_of_its_file_failed_and_says_why(portal: Portal) -> None:
    run_job(portal.house, "import-counts", only=str(portal.folder / "nowhere.csv"))
    [run] = rows(portal.house, JobRun)
    assert run.result == "failed"
    assert "No such file" in str(run.report)


def some_rows(portal: Portal) -> None:
    for _ in range(3):
        portal.signed_in_browser()
    client = portal.signed_in_client()
    stepped_up(portal)
    client.call("PATCH", "/account", {"email": "new@example.org"}, status=200)
    wrong = {"library": "lumme", "card_number": "21270000009", "pin": "0000"}
    portal.client().call("POST", "/sessions", wrong, status=401)


def test_purge_sessions_removes_what_is_over_and_nothing_else(portal: Portal) -> None:
    some_rows(portal)
    assert run_job(portal.house, "purge-sessions").done.did["sessions"] == 0
    client = portal.signed_in_client()
    portal.clock.advance(hours=1, minutes=1)
    fresh = portal.signed_in_browser()
    did = run_job(portal.house, "purge-sessions").done.did
    assert (did["sessions"], did["email_changes"]) == (3, 1), (
        "idle browsers, and the change that nobody confirmed"
    )
    client.call("GET", "/account", status=200)
    assert fresh.get("/account").status_int == 200
    portal.clock.advance(days=200)
    did = run_job(portal.house, "purge-sessions").done.did
    assert did["sessions"] == 3
    assert did["browsers"] >= 1
    for model in (SignedInSession, EmailChange, KnownBrowser, Throttle):
        assert count(portal.house, model) == 0


def test_a_dry_run_counts_and_changes_nothing(portal: Portal) -> None:
    some_rows(portal)
    later = portal.clock() + timedelta(days=200)
    would = run_job(portal.house, "purge-sessions", dry_run=True, now=later).done.did
    assert would["sessions"] == 4
    assert count(portal.house, SignedInSession) == 4
    # the dry run has left a record of itself, which is as old as the others by that clock
    would = {**would, "runs": would["runs"] + 1}
    assert run_job(portal.house, "purge-sessions", now=later).done.did == would
    assert count(portal.house, SignedInSession) == 0
    waiting = run_job(portal.house, "send-mail", dry_run=True).done.did["sent"]
    assert waiting == run_job(portal.house, "send-mail").done.did["sent"] == 2


def test_a_dry_run_is_told_from_the_last_real_one(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = JobRuns(portal.house)
    run_job(portal.house, "purge-sessions", dry_run=True)
    assert runs.latest() == {}
    run_job(portal.house, "purge-sessions")
    real = runs.latest()["purge-sessions"]
    portal.clock.advance(hours=1)
    run_job(portal.house, "purge-sessions", dry_run=True)
    monkeypatch.setitem(JOBS, "purge-sessions", replace(JOBS["purge-sessions"], work=_broken))
    portal.clock.advance(hours=1)
    with pytest.raises(RuntimeError):
        run_job(portal.house, "purge-sessions", dry_run=True)
    assert runs.latest()["purge-sessions"] == real
    history = runs.history("purge-sessions", 10)
    assert [(run.result, run.dry) for run in history] == [
        ("failed", True),
        ("done", True),
        ("done", False),
        ("done", True),
    ]


def _broken(*_: object) -> Done:
    raise RuntimeError


def test_the_clock_of_a_run_can_be_moved(portal: Portal) -> None:
    some_rows(portal)
    early = datetime(2020, 1, 1, tzinfo=UTC)
    assert run_job(portal.house, "purge-sessions", now=early).done.did["sessions"] == 0
    later = portal.clock() + timedelta(days=1)
    assert run_job(portal.house, "purge-sessions", now=later).done.did["sessions"] == 4


def test_a_budget_leaves_the_rest_to_the_next_run(portal: Portal) -> None:
    some_rows(portal)
    later = portal.clock() + timedelta(days=1)
    report = run_job(portal.house, "purge-sessions", now=later, limit=3)
    assert (report.done.did["sessions"], report.done.left) == (3, 1)
    report = run_job(portal.house, "purge-sessions", now=later, limit=3)
    assert (report.done.did["sessions"], report.done.left) == (1, 0)
    report = run_job(portal.house, "send-mail", limit=1)
    assert (report.done.did["sent"], report.done.left) == (1, 1)
