"""Sending over SMTP, against a server on this machine."""

import ssl
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from tests.factories.authority import Authority

from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import MailSettings
from discovery_accounts.mail.api import MailDelayed, MailUndeliverable, Message
from discovery_accounts.mail.smtp import SmtpMailer

FakeSmtp = Any  # of conftest.py
RunServer = Callable[..., AbstractContextManager[FakeSmtp]]
MESSAGE = Message("anna@home.example", "Hei", "Text", message_id="<1@x.example>")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server_tls(authority: Authority) -> ssl.SSLContext:
    return authority.server()


@pytest.fixture
def trusting(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.ca_file))


def settings(server: FakeSmtp) -> MailSettings:
    return MailSettings(
        "smtp", host="127.0.0.1", port=server.port, sender="Kirjasto Ä <accounts@library.example>"
    )


def mailer(server: FakeSmtp) -> SmtpMailer:
    return SmtpMailer(settings(server), timeout=10)


def test_a_message_arrives(server: FakeSmtp) -> None:
    mailer(server).send(MESSAGE)
    (content,) = server.messages
    assert b"To: anna@home.example\r\n" in content
    assert b"Message-ID: <1@x.example>\r\n" in content
    assert server.verbs == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


def test_a_batch_goes_over_one_connection(server: FakeSmtp) -> None:
    with mailer(server).session() as session:
        for _ in range(5):
            session.send(MESSAGE)
    assert (len(server.messages), server.connections) == (5, 1)


def test_an_empty_batch_makes_no_connection(server: FakeSmtp) -> None:
    with mailer(server).session():
        pass
    assert server.connections == 0


@pytest.mark.parametrize("verb", ["RCPT", "."])
def test_a_permanent_refusal_is_undeliverable_and_the_batch_goes_on(server: FakeSmtp, verb: str) -> None:
    with mailer(server).session() as session:
        server.answers[verb] = "550 no anna@home.example here"
        with pytest.raises(MailUndeliverable) as raised:
            session.send(MESSAGE)
        server.answers.clear()
        session.send(MESSAGE)
    assert raised.value.code == 550
    assert (len(server.messages), server.connections) == (1, 1)


@pytest.mark.parametrize("verb", ["RCPT", "."])
def test_a_temporary_refusal_is_delayed(server: FakeSmtp, verb: str) -> None:
    server.answers[verb] = "451 later"
    with pytest.raises(MailDelayed) as raised:
        mailer(server).send(MESSAGE)
    assert raised.value.code == 451


@pytest.mark.parametrize(
    ("verb", "answer"), [("MAIL", "550 not you"), ("RCPT", "530 sign in first"), ("EHLO", "554 go away")]
)
def test_a_refusal_of_ourselves_is_not_the_fault_of_the_address(
    server: FakeSmtp, verb: str, answer: str
) -> None:
    server.answers |= {verb: answer, "HELO": "554 go away"}
    with pytest.raises(MailDelayed):
        mailer(server).send(MESSAGE)


def test_a_lost_connection_is_made_anew_for_the_next_message(server: FakeSmtp) -> None:
    with mailer(server).session() as session:
        session.send(MESSAGE)
        server.hang_up_after = "MAIL"
        with pytest.raises(MailDelayed):
            session.send(MESSAGE)
        session.send(MESSAGE)
    assert (len(server.messages), server.connections) == (2, 2)


def test_no_server_is_delayed(run_server: RunServer) -> None:
    with run_server() as server:
        gone = mailer(server)
    with pytest.raises(MailDelayed):
        gone.send(MESSAGE)


def test_the_failure_shows_neither_address_nor_the_words_of_the_server(server: FakeSmtp) -> None:
    server.answers["RCPT"] = "550 no anna@home.example here"
    with pytest.raises(MailUndeliverable) as raised:
        mailer(server).send(MESSAGE)
    assert "anna" not in "".join(traceback.format_exception(raised.value))
    assert raised.value.__context__ is None


def test_starttls_comes_before_everything_else(
    run_server: RunServer, server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with run_server(server_tls) as server:
        place = replace(settings(server), starttls=True, user="portal", password=Secret("s3cret"))
        SmtpMailer(place, trusting, timeout=10).send(MESSAGE)
    assert server.verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]
    assert server.sign_ins == [b"\0portal\0s3cret"]
    assert len(server.messages) == 1


def test_a_server_without_starttls_gets_nothing(server: FakeSmtp) -> None:
    place = replace(settings(server), starttls=True, user="portal", password=Secret("s3cret"))
    with pytest.raises(MailDelayed):
        SmtpMailer(place, timeout=10).send(MESSAGE)
    assert set(server.verbs) <= {"EHLO", "QUIT"}


def test_a_certificate_nobody_vouches_for_gets_nothing(
    run_server: RunServer, server_tls: ssl.SSLContext
) -> None:
    with run_server(server_tls) as server, pytest.raises(MailDelayed):
        SmtpMailer(replace(settings(server), starttls=True), timeout=10).send(MESSAGE)
    assert server.verbs == ["EHLO", "STARTTLS"]


def test_smtps_is_encrypted_from_the_first_byte(
    run_server: RunServer, server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with run_server(server_tls, implicit_tls=True) as server:
        SmtpMailer(replace(settings(server), tls=True), trusting, timeout=10).send(MESSAGE)
    assert len(server.messages) == 1
