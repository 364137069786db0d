"""Mail that comes back: whose address is left alone from then on, how they hear of it, how it is used again."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_string, policy
from pathlib import Path

import pytest
from click.testing import CliRunner

from discovery_accounts.cli import main
from discovery_accounts.domain.bounce import BounceKind
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, OutboxMessage
from discovery_accounts.services import events
from discovery_accounts.services.bounces import Bounce, Bounces, Heard
from discovery_accounts.services.outbox import Letter, write
from discovery_accounts.services.outbox_sending import Outbox
from tests.factories.bounce_reports import report
from tests.factories.codes import stepped_up
from tests.factories.found import account_of
from tests.factories.mail_server import mail_server
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.factories.rows import write as write_row
from tests.fixtures.databases import ON_SQLITE

MakePortal = Callable[..., Portal]
NOTICE = "Mail to your address comes back"


@pytest.fixture
def portal(make_portal: MakePortal, tmp_path: Path) -> Portal:
    secret = tmp_path / "bounce-secret"
    secret.write_text("a secret of both sides, long enough")
    return make_portal(bounce_secret=f"file:{secret}", bounce_folder=f"file:{tmp_path / 'bounces'}")


def mailed(portal: Portal, recipient: str | None = None) -> str:
    """The id of a mail that was sent to the only account there is."""
    [account] = rows(portal.house, Account)
    with portal.house.database.writing() as session:
        letter = Letter("link_made", recipient or account.email, "Subject", "Text", account.id)
        row_id = write(session, portal.house, letter, portal.clock())
    Outbox(portal.house).send(portal.clock(), 100)
    assert row_id is not None
    return f"<{row_id.hex}@library.example>"


def hear(portal: Portal, message_id: str, kind: str = "hard") -> Heard:
    return Bounces(portal.house).hear(Bounce(message_id, BounceKind(kind)), portal.clock())


def post(portal: Portal, body: bytes, signature: str | None = None) -> int:
    made = hmac.new(b"a secret of both sides, long enough", body, hashlib.sha256).hexdigest()
    headers = {"X-Signature": made if signature is None else signature}
    app = portal.browser().app
    return int(app.post("/hooks/mail-bounces", body, headers=headers, expect_errors=True).status_int)


def paused(portal: Portal) -> str | None:
    [account] = rows(portal.house, Account)
    because: str | None = account.email_paused_because
    return because


def test_a_hard_bounce_pauses_the_address_once(portal: Portal) -> None:
    portal.signed_in_browser()
    message_id = mailed(portal)
    assert hear(portal, message_id) is Heard.PAUSED
    assert hear(portal, message_id) is Heard.KNOWN
    assert paused(portal) == "hard_bounce"
    [event] = events_of(portal.house, events.EMAIL_PAUSED)
    assert event.detail == {"because": "hard_bounce"}


@ON_SQLITE
def test_the_person_is_told_on_every_page_and_tries_the_address_again(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    browser.post("/account", language="en", name="")
    assert NOTICE not in browser.get("/account").text
    hear(portal, mailed(portal))
    for path in ("/", "/loans", "/account", "/cards"):
        assert NOTICE in browser.get(path).text
    assert NOTICE not in portal.browser().get("/privacy").text
    answer = browser.post("/account/email", again="yes")
    assert (answer.status_int, answer.location) == (303, "http://localhost/account")
    Outbox(portal.house).send(portal.clock(), 100)
    assert "Try this address again" in browser.get("/account").text
    texts = [message_from_string(mail, policy=policy.default).get_content() for mail in portal.mails()]
    [path] = re.findall(r"https?://[^/\s]+(/account/email/\S+)", "".join(texts))
    assert portal.browser().post(path).status_int == 200, "no code of an old address: it would not arrive"
    assert paused(portal) is None
    assert NOTICE not in browser.get("/account").text


@ON_SQLITE
@pytest.mark.parametrize(("because", "letters"), [("hard_bounce", 1), ("soft_bounces", 2)])
def test_another_address_needs_no_code_of_one_that_does_not_exist_but_one_of_a_full_mailbox(
    portal: Portal, because: str, letters: int
) -> None:
    client = portal.signed_in_client()
    write_row(
        portal.house, "UPDATE account SET email_paused_at = created_at, email_paused_because = :b", b=because
    )
    asked = client.call("PATCH", "/account", {"email": "new@example.org"})
    if because == "soft_bounces":
        assert asked.json["code"] == "step_up_required", "a code can be read there, for all we know"
        stepped_up(portal)
        client.call("PATCH", "/account", {"email": "new@example.org"}, status=200)
    else:
        assert asked.status_int == 200, asked.text
    Outbox(portal.house).send(portal.clock(), 100)
    assert len(portal.mails()) == letters


@ON_SQLITE
def test_nobody_asks_for_a_link_where_no_mail_came_back(portal: Portal) -> None:
    browser: Browser = portal.signed_in_browser()
    assert browser.post("/account/email", again="yes").status_int == 404
    assert count(portal.house, OutboxMessage) == 0


@ON_SQLITE
def test_five_soft_ones_in_a_row_over_days_pause_and_one_that_arrived_between_does_not(
    portal: Portal,
) -> None:
    portal.signed_in_browser()
    for day in range(4):
        assert hear(portal, mailed(portal), "soft") is Heard.NOTED, day
        portal.clock.advance(hours=20)
    mailed(portal)
    portal.clock.advance(hours=20)
    assert [hear(portal, mailed(portal), "soft") for _ in range(4)] == [Heard.NOTED] * 4
    portal.clock.advance(days=3)
    assert hear(portal, mailed(portal), "soft") is Heard.PAUSED
    assert paused(portal) == "soft_bounces"


@ON_SQLITE
def test_five_soft_ones_in_an_hour_are_one_trouble_of_the_server(portal: Portal) -> None:
    portal.signed_in_browser()
    assert [hear(portal, mailed(portal), "soft") for _ in range(6)] == [Heard.NOTED] * 6
    assert paused(portal) is None


@ON_SQLITE
@pytest.mark.parametrize(
    "message_id",
    ["", "ada@example.org", f"<{'5c' * 16}@library.example>", "<" + "a" * 5000 + "@x>", "<\x00@x>"],
)
def test_only_the_id_of_a_message_of_ours_counts(portal: Portal, message_id: str) -> None:
    portal.signed_in_browser()
    mailed(portal)
    assert hear(portal, message_id) is Heard.NOT_OURS
    assert paused(portal) is None


@ON_SQLITE
def test_what_comes_back_after_two_weeks_or_of_another_address_pauses_nothing(portal: Portal) -> None:
    portal.signed_in_browser()
    assert hear(portal, mailed(portal, "other@example.org")) is Heard.NOTED
    late = mailed(portal)
    portal.clock.advance(days=14, hours=1)
    assert hear(portal, late) is Heard.NOT_OURS
    assert paused(portal) is None


@ON_SQLITE
def test_a_server_that_knows_no_such_mailbox_pauses_it_at_once_and_a_policy_does_not(
    make_portal: MakePortal,
) -> None:
    with mail_server() as server:
        portal = make_portal(**server.settings)
        portal.signed_in_browser()
        server.refuse = "550 5.7.1 not from you"
        mailed(portal)
        assert paused(portal) is None
        server.refuse = "550 5.1.1 no such person"
        mailed(portal)
    assert paused(portal) == "hard_bounce"
    assert count(portal.house, OutboxMessage, state="failed") == 2


@ON_SQLITE
class TestHook:
    def test_a_signed_one_is_heard_and_again_changes_nothing(self, portal: Portal) -> None:
        portal.signed_in_browser()
        body = json.dumps({"message_id": mailed(portal), "kind": "hard", "code": "5.1.1"}).encode()
        assert [post(portal, body), post(portal, body)] == [204, 204]
        assert len(events_of(portal.house, events.EMAIL_PAUSED)) == 1

    def test_a_wrong_signature_is_refused(self, portal: Portal) -> None:
        portal.signed_in_browser()
        body = json.dumps({"message_id": mailed(portal), "kind": "hard"}).encode()
        assert [post(portal, body, wrong) for wrong in ("", "0" * 64, "å", "sha256=")] == [401] * 4
        assert paused(portal) is None

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"{", b'{"message_id": 1, "kind": "hard"}', b'{"message_id": "x", "kind": "no"}']
    )
    def test_a_signed_one_that_can_not_be_read_is_told_so(self, portal: Portal, body: bytes) -> None:
        assert post(portal, body) == 400

    def test_without_a_secret_there_is_no_such_address(self, make_portal: MakePortal) -> None:
        assert post(make_portal(), b"{}") == 404


@ON_SQLITE
def test_a_folder_of_reports_is_read_each_once_whatever_else_is_in_it(portal: Portal, tmp_path: Path) -> None:
    portal.signed_in_browser()
    new = tmp_path / "bounces" / "new"
    assert "bounce_folder can't be read" in next(iter(run_job(portal.house, "read-bounces").done.kept))
    new.mkdir(parents=True)
    (new / "1.spam").write_bytes(b"Subject: hello\r\n\r\nhello")
    (new / "2.report").write_bytes(report(mailed(portal)))
    (new / "3.broken").write_bytes(b"\xff\xfe" * 100)
    (new / ".hidden").write_bytes(b"")
    dry = run_job(portal.house, "read-bounces", dry_run=True).done
    assert dry.did["heard"] == 3
    assert run_job(portal.house, "read-bounces", limit=1).done.left == 2
    done = run_job(portal.house, "read-bounces").done
    assert dict(done.did) == {"heard": 1, "other": 1}
    assert paused(portal) == "hard_bounce"
    assert sorted(path.name for path in (tmp_path / "bounces" / "cur").iterdir()) == [
        "1.spam:2,S",
        "2.report:2,S",
        "3.broken:2,S",
    ]
    assert dict(run_job(portal.house, "read-bounces").done.did) == {"heard": 0, "other": 0}


@ON_SQLITE
def test_the_mail_server_pipes_a_report_into_the_command(portal: Portal) -> None:
    portal.signed_in_browser()
    message_id = mailed(portal)
    ran = CliRunner().invoke(
        main, ["--config", portal.ini(), "mail", "bounced", "--stdin"], input=report(message_id)
    )
    assert (ran.exit_code, ran.output) == (0, "paused\n"), ran.output
    ran = CliRunner().invoke(main, ["--config", portal.ini(), "mail", "bounced", "--stdin"], input=b"spam")
    assert (ran.exit_code, ran.output) == (0, "no_report\n")


@ON_SQLITE
def test_a_mail_written_before_the_address_was_proved_anew_says_nothing_of_it(portal: Portal) -> None:
    portal.signed_in_browser()
    message_id = mailed(portal)
    portal.clock.advance(hours=1)
    with portal.house.database.writing() as session:
        session.get_one(Account, account_of(portal)).email_verified_at = portal.clock()
    assert hear(portal, message_id) is Heard.NOTED
    assert paused(portal) is None
    assert portal.clock() - timedelta(hours=2) < rows(portal.house, OutboxMessage)[0].bounced_at
