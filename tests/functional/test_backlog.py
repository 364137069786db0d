"""Mail that does not leave is told where IT looks: the job's output, the self-test, the pages for staff."""

import socket
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner

from discovery_accounts.cli import main
from discovery_accounts.login.checks import Level
from discovery_accounts.services.backlog import backlogs
from discovery_accounts.services.login_checks import check_logins
from discovery_accounts.services.outbox import Letter, write
from discovery_accounts.services.outbox_sending import Outbox
from discovery_accounts.telemetry import metrics
from tests.factories.portal import Portal
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
MakePortal = Callable[..., Portal]


def put(portal: Portal) -> None:
    with portal.house.database.writing() as session:
        write(session, portal.house, Letter("test", "ada@example.org", "Subject", "Text"), portal.clock())


@pytest.fixture
def nobody() -> str:
    """The address of a mail server that is down."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"smtp://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def down(make_portal: MakePortal, nobody: str) -> Portal:
    return make_portal(mail_url=nobody, mail_insecure="true")


def test_the_job_tells_what_waits_and_why_and_what_to_do(down: Portal) -> None:
    put(down)
    put(down)
    ran = CliRunner().invoke(main, ["--config", down.ini(), "run", "send-mail"])
    assert ran.exit_code == 0, ran.output
    first, kept = ran.output.splitlines()
    assert first == "send-mail: 0 sent, 2 delayed, 0 failed, 0 composed, 0 told, 0 silent, 0 unasked; 0 left"
    assert kept.startswith("  kept 2: wait, email: ConnectionRefusedError; ")
    assert "accounts.mail_url" in kept


def test_what_is_put_off_is_measured_too(down: Portal) -> None:
    put(down)
    Outbox(down.house).send(down.clock(), 10)
    assert b"outbox_waiting 1.0" in metrics.render()


def test_the_self_test_of_sign_in_by_mail_fails_with_the_cause(make_portal: MakePortal, nobody: str) -> None:
    portal = make_portal(logins="mail", login__mail__kind="email", mail_url=nobody, mail_insecure="true")
    put(portal)
    Outbox(portal.house).send(portal.clock(), 10)
    (report,) = check_logins(portal.house)
    (mail,) = (step for step in report.steps if step.what == "mail")
    assert mail.level is Level.FAILED
    assert "ConnectionRefusedError" in mail.found
    assert "accounts.mail_url" in mail.advice


def test_mail_that_nobody_sends_is_late_after_a_while(portal: Portal) -> None:
    put(portal)
    now = portal.clock()
    assert backlogs(portal.house, now + timedelta(minutes=14)) == ()
    (late,) = backlogs(portal.house, now + timedelta(minutes=16))
    assert (late.error, late.waiting) == (None, 1)
    assert "schedule" in late.advice


def test_staff_see_it_on_their_page(make_portal: MakePortal) -> None:
    portal = make_portal(**LOGINS)
    browser = colleague(portal).sign_in()
    assert "Mails wait" not in browser.get("/admin").text
    put(portal)
    (portal.folder / "mail").rename(portal.folder / "before")
    (portal.folder / "mail").write_text("a file where the folder should be")
    Outbox(portal.house).send(portal.clock(), 10)
    page = browser.get("/admin").text
    assert "Mails wait: 1" in page
    assert "the mail folder can&#39;t be written" in page
    assert "accounts.mail_url" in page
