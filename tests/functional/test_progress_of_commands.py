"""Long work tells how far it has come, and a run that can't be begun says so to a program, too."""

import json
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from discovery_accounts.cli import main
from discovery_accounts.cli import progress as progress_module
from discovery_accounts.jobs import runner
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account
from discovery_accounts.services.audit_chain.verifying import verify
from discovery_accounts.services.job_runs import JobRuns
from discovery_accounts.services.rotation import Rotation
from tests.factories.ages import days_pass
from tests.factories.portal import Portal
from tests.factories.rows import count
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
Seen = list[tuple[int, int | None]]


class Progressed:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.seen: Seen = []

    def __call__(self, done: int, of: int | None) -> None:
        self.seen.append((done, of))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are told without waiting for the work to be long."""
    monkeypatch.setattr(progress_module, "BETWEEN_LINES", 0.0)


def command(portal: Portal, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", portal.ini(), *arguments])


def counts(tmp_path: Path) -> str:
    path = tmp_path / "counts.csv"
    path.write_text("date,library,kind,count\n2026-01-31,lumme,visits,5\n2026-01-30,lumme,visits,6\n")
    return str(path)


def expired(portal: Portal) -> None:
    """Two people did not sign in for so long that they are to be told."""
    portal.signed_in_client("lumme")
    portal.signed_in_client("helka")
    days_pass(portal, 340)


def test_the_job_that_ends_accounts_counts_them(portal: Portal) -> None:
    expired(portal)
    progress = Progressed()
    run_job(portal.house, "expire-accounts", progress=progress)
    assert progress.seen == [(2, 2)]


def test_the_job_that_ends_patrons_counts_them(portal: Portal) -> None:
    portal.signed_in_client("lumme")
    portal.signed_in_client("helka")
    days_pass(portal, 1100)
    progress = Progressed()
    run_job(portal.house, "retire-patrons", progress=progress, dry_run=True)
    assert progress.seen == [(1, 2), (2, 2)]


def test_counts_of_others_are_counted_as_they_are_read(portal: Portal, tmp_path: Path) -> None:
    progress = Progressed()
    run_job(portal.house, "import-counts", only=counts(tmp_path), progress=progress)
    assert progress.seen == [(2, None)]


def test_seals_and_resealed_values_are_counted(portal: Portal) -> None:
    portal.signed_in_client()
    progress = Progressed()
    report = verify(portal.house, progress)
    assert progress.seen == [(report.checked, report.checked)]
    resealed = Progressed()
    Rotation(portal.house).reseal(resealed)
    assert set(resealed.seen) == {(0, 0)}


@pytest.mark.usefixtures("at_once")
def test_a_run_tells_it_beside_its_answer(portal: Portal) -> None:
    expired(portal)
    tried = ("run", "expire-accounts", "--dry-run", "--now", portal.clock().isoformat())
    ran = command(portal, *tried)
    assert ran.stderr == "expire-accounts: 2 of 2\n"
    assert "expire-accounts" in ran.stdout
    assert "2 of 2" not in ran.stdout
    ran = command(portal, *tried, "--json")
    assert json.loads(ran.stdout)["job"] == "expire-accounts"
    assert count(portal.house, Account) == 2


@pytest.mark.usefixtures("at_once")
def test_the_audit_tells_it_beside_its_lines(portal: Portal) -> None:
    portal.signed_in_client()
    ran = command(portal, "audit", "verify")
    assert ran.stderr.startswith("Checking: ")
    assert "The chain holds" in ran.stdout
    ran = command(portal, "audit", "export")
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.stderr.splitlines()[-1] == f"Exporting: {len(lines)} of {len(lines)}"


def test_a_job_that_runs_already_is_told_as_json_too(portal: Portal) -> None:
    assert JobRuns(portal.house).take_lock("send-mail", uuid.uuid4(), runner.LEASE)
    ran = command(portal, "run", "send-mail", "--json")
    assert ran.exit_code == 1
    assert json.loads(ran.stdout) == {"job": "send-mail", "error": "already_running"}
    assert "running already" in ran.stderr
    ran = command(portal, "run", "send-mail")
    assert (ran.exit_code, ran.stdout) == (1, "")
