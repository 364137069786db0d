"""What becomes of a mail whose sender dies with it in hand, or whose server goes silent (checklist A3)."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from discovery_accounts.models import OutboxMessage
from discovery_accounts.services.backlog import backlogs, doubts
from discovery_accounts.services.outbox import Letter, withdraw, write
from discovery_accounts.services.outbox_claims import ClaimLostError, Claims
from discovery_accounts.services.outbox_sending import Outbox
from tests.factories.mail_server import MailServer, mail_server
from tests.factories.portal import Portal
from tests.factories.rows import rows
from tests.factories.sending_process import start
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

ADDRESS = "ada@example.org"
MakePortal = Callable[..., Portal]
LATER = {"minutes": 10, "seconds": 1}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def portal(make_portal: MakePortal, server: MailServer) -> Portal:
    return make_portal(**server.settings)


def put(portal: Portal, kind: str = "email_code") -> None:
    with portal.house.database.writing() as session:
        write(session, portal.house, Letter(kind, ADDRESS, "Subject", "Text"), portal.clock())


def send(portal: Portal) -> dict[str, int]:
    return dict(Outbox(portal.house).send(portal.clock(), 100).counts())


def state(portal: Portal) -> tuple[str, bool]:
    """And whether its text is still there."""
    [row] = rows(portal.house, OutboxMessage)
    return row.state, row.sealed is not None


@pytest.mark.parametrize(
    ("kind", "database_url"),
    [
        ("email_code", "sqlite"),
        pytest.param("email_code", "postgresql", marks=pytest.mark.postgresql),
        pytest.param("digest", "postgresql", marks=pytest.mark.postgresql),
        ("alerts", "sqlite"),
    ],
    indirect=["database_url"],
)
def test_a_worker_killed_after_it_gave_the_mail_sends_digests_once_and_warnings_once_more_under_the_same_id(
    make_portal: MakePortal, kind: str
) -> None:
    with mail_server(waits=True) as waiting:
        portal = make_portal(**waiting.settings)
        put(portal, kind)
        worker = start(portal)
        assert waiting.given.wait(30)
        worker.kill()
        worker.communicate(timeout=10)
    with mail_server() as server:
        portal = make_portal(**server.settings)
        assert send(portal) == {"sent": 0, "delayed": 0, "failed": 0}, "the claim of the dead is not over yet"
        portal.clock.advance(**LATER)
        again = send(portal)
    if kind == "email_code":
        assert again == {"sent": 1, "delayed": 0, "failed": 0, "unknown": 1}
        assert [mail["Message-ID"] for mail in server.mails] == [mail["Message-ID"] for mail in waiting.mails]
        assert state(portal) == ("sent", False)
    else:
        assert again == {"sent": 0, "delayed": 0, "failed": 0, "unknown": 1}
        assert (server.mails, len(waiting.mails)) == ([], 1)
        assert state(portal) == ("unknown", False)


@ON_SQLITE
def test_a_second_doubt_is_the_last(portal: Portal, server: MailServer) -> None:
    server.silent = True
    put(portal)
    assert send(portal)["delayed"] == 1
    assert state(portal) == ("unknown", True)
    portal.clock.advance(**LATER)
    assert send(portal)["unknown"] == 1
    portal.clock.advance(hours=6)
    assert send(portal) == {"sent": 0, "delayed": 0, "failed": 0}
    assert state(portal) == ("unknown", False)
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert len(server.mails) == 2


@ON_SQLITE
def test_a_digest_that_the_server_did_not_answer_for_is_not_sent_again_and_staff_are_told(
    portal: Portal, server: MailServer
) -> None:
    server.silent = True
    put(portal, "digest")
    assert send(portal)["unknown"] == 1
    server.silent = False
    portal.clock.advance(hours=1)
    assert send(portal)["sent"] == 0
    assert len(server.mails) == 1
    assert backlogs(portal.house, portal.clock()) == ()
    [told] = doubts(portal.house, portal.clock())
    assert (told.waiting, told.in_doubt) == (1, True)
    assert doubts(portal.house, portal.clock() + timedelta(days=8)) == ()


@ON_SQLITE
def test_a_definite_no_leaves_no_doubt(portal: Portal, server: MailServer) -> None:
    server.refuse = "451 later"
    put(portal, "digest")
    assert send(portal)["delayed"] == 1
    [row] = rows(portal.house, OutboxMessage)
    assert (row.state, row.marked_at, row.claimed_at) == ("waiting", None, None)
    server.refuse = None
    portal.clock.advance(minutes=2, seconds=1)
    assert send(portal)["sent"] == 1


def test_a_claim_that_another_took_over_can_not_be_marked(portal: Portal) -> None:
    put(portal)
    claims = Claims(portal.house)
    [slow] = claims.take(portal.clock(), 10)
    portal.clock.advance(**LATER)
    [quick] = claims.take(portal.clock(), 10)
    with pytest.raises(ClaimLostError):
        claims.mark(slow, portal.clock())
    claims.mark(quick, portal.clock())
    with pytest.raises(ClaimLostError):
        claims.mark(quick, portal.clock())


@ON_SQLITE
def test_what_is_withdrawn_while_it_is_claimed_is_not_sent(portal: Portal, server: MailServer) -> None:
    put(portal)
    claims = Claims(portal.house)
    [row] = claims.take(portal.clock(), 10)
    with portal.house.database.writing() as session:
        withdraw(session, [])
        session.get_one(OutboxMessage, row.id).state = "withdrawn"
    with pytest.raises(ClaimLostError):
        claims.mark(row, portal.clock())
    assert server.mails == []


def test_a3_workers_side_by_side_give_the_server_each_mail_once(portal: Portal, server: MailServer) -> None:
    for _ in range(30):
        put(portal)
    sent = together(4, lambda _: send(portal)["sent"])
    assert sum(sent) == 30
    assert len(server.mails) == len({mail["Message-ID"] for mail in server.mails}) == 30


@ON_SQLITE
def test_who_waits_for_a_code_does_not_wait_for_digests(portal: Portal) -> None:
    for kind in ("digest", "alerts", "email_code"):
        put(portal, kind)
    [first] = Claims(portal.house).take(portal.clock(), 1)
    assert first.kind == "email_code"
    assert first.tries == 1


@ON_SQLITE
def test_what_a_run_did_not_get_to_is_free_for_the_next(
    portal: Portal, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        put(portal)

    def die(*_args: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "_give", die)
        with pytest.raises(MemoryError):
            send(portal)
    assert send(portal)["sent"] == 2
    portal.clock.advance(**LATER)
    assert send(portal)["sent"] == 1
    assert len(server.mails) == 3


@ON_SQLITE
def test_a4_names_with_line_breaks_reach_no_header_of_a_real_server(
    portal: Portal, server: MailServer
) -> None:
    evil = "Elsa\r\nBcc: thief@example.org\r\n\r\nbody"
    with portal.house.database.writing() as session:
        write(session, portal.house, Letter("test", ADDRESS, evil, "Text"), portal.clock())
        write(
            session,
            portal.house,
            Letter("test", "a@example.org\nBcc: b@example.org", "S", "T"),
            portal.clock(),
        )
        write(session, portal.house, Letter("test", ADDRESS, "S", f"Hello {evil}"), portal.clock())
    assert send(portal) == {"sent": 1, "delayed": 0, "failed": 2}
    [mail] = server.mails
    assert server.recipients == [ADDRESS]
    assert mail["Bcc"] is None
    assert "Bcc: thief" in mail.get_content()
