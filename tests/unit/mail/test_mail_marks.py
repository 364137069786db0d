"""The mark before the server is given a message: when it is set, and what an answer that does not come means."""

from pathlib import Path
from typing import Any

import pytest

from discovery_accounts.config.settings import MailSettings
from discovery_accounts.mail.api import (
    MailDelayed,
    MailInDoubt,
    MailUndeliverable,
    Message,
    RecipientRefused,
)
from discovery_accounts.mail.folder import FolderMailer
from discovery_accounts.mail.smtp import SmtpMailer

FakeSmtp = Any  # of conftest.py
MESSAGE = Message("anna@home.example", "Hei", "Text\n.\n..more", message_id="<1@x.example>")


class LostError(Exception):
    """As of a claim."""


def mailer(server: FakeSmtp) -> SmtpMailer:
    place = MailSettings("smtp", host="127.0.0.1", port=server.port, sender="accounts@library.example")
    return SmtpMailer(place, timeout=10)


def lost() -> None:
    raise LostError


def test_the_mark_comes_after_the_recipient_and_before_the_text(server: FakeSmtp) -> None:
    seen: list[tuple[str, ...]] = []
    mailer(server).send(MESSAGE, lambda: seen.append(tuple(server.verbs)))
    assert seen == [("EHLO", "MAIL", "RCPT")]
    assert len(server.messages) == 1


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT"])
def test_what_fails_before_is_not_marked(server: FakeSmtp, verb: str) -> None:
    marks: list[int] = []
    server.hang_up_after = verb
    with pytest.raises(MailDelayed):
        mailer(server).send(MESSAGE, lambda: marks.append(1))
    assert marks == []


def test_a_mark_that_fails_keeps_the_text_from_the_server(server: FakeSmtp) -> None:
    with pytest.raises(LostError):
        mailer(server).send(MESSAGE, lost)
    assert "DATA" not in server.verbs
    assert server.messages == []


def test_silence_after_the_text_is_doubt_and_silence_before_it_is_none(server: FakeSmtp) -> None:
    server.answers["."] = "\r\n"
    with pytest.raises(MailInDoubt):
        mailer(server).send(MESSAGE)
    server.answers.clear()
    server.hang_up_after = "DATA"
    with pytest.raises(MailDelayed):
        mailer(server).send(MESSAGE)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("550 5.1.1 no anna here", "5.1.1"),
        ("550 no anna here", None),
        ("550 5.1.1anna", None),
        ("550-5.2.1 first\r\n550 5.2.1 second", "5.2.1"),
    ],
)
def test_a_refused_recipient_is_told_apart_with_the_status_alone(
    server: FakeSmtp, answer: str, status: str | None
) -> None:
    server.answers["RCPT"] = answer
    with pytest.raises(RecipientRefused) as raised:
        mailer(server).send(MESSAGE)
    assert (raised.value.code, raised.value.status) == (550, status)
    server.answers = {".": "554 5.7.1 spam"}
    with pytest.raises(MailUndeliverable) as other:
        mailer(server).send(MESSAGE)
    assert not isinstance(other.value, RecipientRefused)


def test_a_line_with_nothing_but_a_dot_does_not_end_the_message(server: FakeSmtp) -> None:
    mailer(server).send(MESSAGE)
    assert server.messages[0].endswith(b"Text\r\n..\r\n...more\r\n")


def test_a_folder_is_marked_before_the_file_appears_and_not_written_without(tmp_path: Path) -> None:
    folder = FolderMailer(tmp_path, "a@b.example")
    seen: list[int] = []
    folder.send(MESSAGE, lambda: seen.append(len(list(tmp_path.glob("*.eml")))))
    assert seen == [0]
    with pytest.raises(LostError):
        folder.send(MESSAGE, lost)
    assert len(list(tmp_path.iterdir())) == 1
