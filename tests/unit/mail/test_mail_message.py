"""A message: what it looks like when sent, and what can't be smuggled into it."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.mail.api import MailRejected, Message, new_message_id

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
UNSUBSCRIBE = f"<https://accounts.library.example/unsubscribe/{'a' * 120}>"


def parsed(message: Message, sender: str = "Kirjasto Ä <accounts@library.example>") -> EmailMessage:
    mail = message_from_bytes(message.to_email(sender, NOW).as_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_it_has_the_headers_of_an_automatic_mail() -> None:
    mail = parsed(Message("anna@home.example", "Hyvää päivää", "Text", message_id="<1@x.example>"))
    assert mail["To"] == "anna@home.example"
    assert mail["From"] == "Kirjasto Ä <accounts@library.example>"
    assert mail["Subject"] == "Hyvää päivää"
    assert mail["Date"] == "Sun, 01 Mar 2026 09:30:00 +0000"
    assert mail["Message-ID"] == "<1@x.example>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_text_and_html_are_alternatives_in_utf_8() -> None:
    mail = parsed(Message("a@b.example", "S", "Tekstiä ✓\n", "<p>Tekstiä ✓</p>\n"))
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert mail.get_content_type() == "multipart/alternative"
    assert text is not None
    assert text.get_content().splitlines() == ["Tekstiä ✓"]
    assert html is not None
    assert html.get_content().splitlines() == ["<p>Tekstiä ✓</p>"]


def test_a_long_address_in_a_header_is_neither_folded_nor_encoded() -> None:
    message = Message("a@b.example", "S", "T", headers={"List-Unsubscribe": UNSUBSCRIBE})
    assert f"\r\nList-Unsubscribe: {UNSUBSCRIBE}\r\n".encode() in message.to_email("a@b.example").as_bytes()


def test_everything_sent_is_ascii_with_lines_a_server_takes() -> None:
    sent = Message("a@b.example", "Ä" * 300, "ö" * 5000 + "x" * 5000).to_email("Ä <a@b.example>").as_bytes()
    assert sent.isascii()
    assert max(len(line) for line in sent.split(b"\r\n")) <= 998
    assert b"\n" not in sent.replace(b"\r\n", b"")


@pytest.mark.parametrize("broken", ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\x00", "a\x85b", "a\u2028b"])
def test_a_line_break_in_any_header_is_refused(broken: str) -> None:
    for make in (
        lambda: Message("a@b.example", broken, "T"),
        lambda: Message(broken, "S", "T"),
        lambda: Message("a@b.example", "S", "T", message_id=f"<{broken}@x>"),
        lambda: Message("a@b.example", "S", "T", headers={"X-Kind": broken}),
        lambda: Message("a@b.example", "S", "T", headers={broken: "x"}),
        lambda: Message("a@b.example", "S", "T").to_email(f"{broken} <a@b.example>"),
    ):
        with pytest.raises(MailRejected):
            make()


@pytest.mark.parametrize(
    "recipient", ["", "a", "a@", "a@b, c@d", "a@b;c@d", "Anna <a@b>", "a b@c", "a@b@c", "<a@b>", "a@b\n"]
)
def test_the_recipient_is_exactly_one_address(recipient: str) -> None:
    with pytest.raises(MailRejected):
        Message(recipient, "S", "T")


@pytest.mark.parametrize("name", ["Bcc", "to", "FROM", "Date", "Content-Type", "X Y", "X:Y", ""])
def test_headers_that_are_ours_are_not_set_by_others(name: str) -> None:
    with pytest.raises(MailRejected):
        Message("a@b.example", "S", "T", headers={name: "x@y.example"})


def test_half_a_character_is_refused_without_showing_the_text() -> None:
    with pytest.raises(MailRejected) as raised:
        Message("a@b.example", "S", "private \ud800")
    assert "private" not in str(raised.value)


def test_no_break_spaces_are_welcome_in_a_subject() -> None:
    assert parsed(Message("a@b.example", "1\u00a0000 uutta", "T"))["Subject"] == "1\u00a0000 uutta"


@given(st.text(), st.text(), st.text())
def test_no_text_adds_a_header(subject: str, body: str, name: str) -> None:
    try:
        message = Message("a@b.example", subject, body, headers={"X-Name": name})
    except MailRejected:
        return
    mail = parsed(message)
    ours = "From To Subject Date Message-ID Auto-Submitted X-Name MIME-Version"
    assert sorted(mail.keys()) == sorted([*ours.split(), "Content-Type", "Content-Transfer-Encoding"])


def test_the_repr_shows_neither_recipient_nor_words() -> None:
    shown = repr(
        Message("anna@home.example", "Secret subject", "Secret text", "<p>Secret", {"X-A": "Secret"})
    )
    assert "anna" not in shown
    assert "Secret" not in shown


def test_new_ids_are_unique_and_fit_a_message() -> None:
    one, other = new_message_id("x.example"), new_message_id("x.example")
    assert one != other
    assert Message("a@b.example", "S", "T", message_id=one).message_id == one
