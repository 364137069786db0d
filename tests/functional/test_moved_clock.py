"""A run whose clock is moved by ``--now``: everything in it goes by that clock, and its mail leaves all the same."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner

from discovery_accounts.cli import main
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import JobRun, LibraryCard
from tests.factories.ages import simulated
from tests.factories.ending import NOTHING
from tests.factories.portal import Portal
from tests.factories.rows import rows
from tests.factories.staff import LOGINS, add
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


def ahead(portal: Portal, job: str, *more: str, **by: float) -> dict[str, object]:
    """What the command tells of a run with the clock so far ahead."""
    moment = portal.clock() + timedelta(**by)
    words = ["--config", portal.ini(), "run", job, *more, "--now", moment.isoformat(), "--json"]
    ran = CliRunner().invoke(main, words)
    assert ran.exit_code == 0, ran.output
    told: dict[str, object] = json.loads(ran.output.splitlines()[-1])
    return told


def test_a_day_that_is_past_by_then_can_be_counted(portal: Portal) -> None:
    path = portal.folder / "counts.csv"
    day = (portal.clock() + timedelta(days=40)).date()
    path.write_text(f"date,library,kind,count\n{day},lumme,events,40\n")
    assert ahead(portal, "import-counts", str(path), days=30)["did"] == {"taken": 0, "unchanged": 0}
    assert ahead(portal, "import-counts", str(path), days=41)["did"] == {"taken": 1, "unchanged": 0}


def test_a_grant_whose_day_is_over_by_then_ends(portal: Portal) -> None:
    add(portal, last_day=(portal.clock() + timedelta(days=10)).date().isoformat())
    assert run_job(portal.house, "purge-sessions").done.did["grants"] == 0
    done = run_job(portal.house, "purge-sessions", now=portal.clock() + timedelta(days=12)).done
    assert done.did["grants"] == 1


def test_what_a_run_writes_bears_its_time(portal: Portal) -> None:
    portal.signed_in_client("lumme", "no_loans")
    simulated(portal, "lumme").desk.delete_patron(portal.patron("lumme", "no_loans").patron_id)
    then = portal.clock() + timedelta(days=4 * 366)
    run_job(portal.house, "retire-patrons", now=then)
    [card] = rows(portal.house, LibraryCard)
    assert card.gone_at.date() == then.date()


def test_the_report_and_the_row_of_a_run_bear_the_real_time(portal: Portal) -> None:
    told = ahead(portal, "expire-accounts", days=400)
    today = portal.clock().date()
    assert str(told["started"]).startswith(today.isoformat())
    assert {row.started_at.date() for row in rows(portal.house, JobRun)} == {today}


def test_warnings_of_a_run_ahead_of_time_leave_at_once_and_count_from_its_day(portal: Portal) -> None:
    portal.signed_in_client()
    assert ahead(portal, "expire-accounts", days=359)["did"] == NOTHING | {"warned": 1}
    run_job(portal.house, "send-mail")
    assert len(portal.mails()) == 1
    assert ahead(portal, "expire-accounts", days=365)["did"] == NOTHING
    assert ahead(portal, "expire-accounts", days=367)["did"] == NOTHING | {"ended": 1}
