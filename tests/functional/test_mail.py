"""Mail leaves after the commit, once; an address is proved by its link and the old one's code."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email import message_from_string, policy
from email.message import EmailMessage

import pytest

from discovery_accounts.models import Account, EmailChange, OutboxMessage
from discovery_accounts.services.outbox import Letter, write
from discovery_accounts.services.outbox_claims import Claims
from discovery_accounts.services.outbox_sending import Outbox
from tests.factories.codes import stepped_up
from tests.factories.portal import Browser, Client, Portal
from tests.factories.rows import count, dump, rows
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

NEW = "new@example.org"
NO_ADDRESSES = (
    "",
    "no address",
    "a@b",
    "a@example.org\nBcc: all@example.org",
    "å@example.org",
    "a" * 300 + "@example.org",
)


def letters(portal: Portal) -> list[EmailMessage]:
    return [message_from_string(mail, policy=policy.default) for mail in portal.mails()]


def send(portal: Portal) -> dict[str, int]:
    return dict(Outbox(portal.house).send(portal.clock(), 100).counts())


def put(portal: Portal, text: str = "Hello", once: str | None = None) -> None:
    with portal.house.database.writing() as session:
        write(session, portal.house, Letter("test", NEW, "Subject", text, once=once))


def test_nothing_is_written_when_the_transaction_fails(portal: Portal) -> None:
    with suppress(ZeroDivisionError), portal.house.database.writing() as session:
        write(session, portal.house, Letter("test", NEW, "Subject", "Text"))
        raise ZeroDivisionError
    assert send(portal) == {"sent": 0, "delayed": 0, "failed": 0}
    assert portal.mails() == []


def test_nothing_is_sent_before_the_job_runs_and_then_once(portal: Portal) -> None:
    put(portal)
    assert portal.mails() == []
    assert send(portal)["sent"] == 1
    assert send(portal)["sent"] == 0
    [letter] = letters(portal)
    assert (letter["To"], letter["Subject"]) == (NEW, "Subject")


def test_a3_two_senders_side_by_side_send_each_message_once(portal: Portal) -> None:
    for number in range(20):
        put(portal, f"Message {number}")
    sent = together(4, lambda _: send(portal)["sent"])
    assert sum(sent) == 20
    assert len({letter["Message-ID"] for letter in letters(portal)}) == len(portal.mails()) == 20


def test_a3_the_same_message_is_written_once(portal: Portal) -> None:
    together(5, lambda _: put(portal, once="the same"))
    assert send(portal)["sent"] == 1


@ON_SQLITE
def test_address_and_text_are_sealed_and_gone_when_sent(portal: Portal) -> None:
    put(portal, "Something private")
    assert NEW.encode() not in dump(portal.house)
    assert b"Something private" not in dump(portal.house)
    send(portal)
    [row] = rows(portal.house, OutboxMessage)
    assert (row.state, row.sealed, row.key_id) == ("sent", None, None)
    assert row.sent_at is not None


@ON_SQLITE
def test_mail_that_can_not_be_sent_now_is_tried_later_and_then_given_up(portal: Portal) -> None:
    (portal.folder / "mail").write_text("a file where the folder should be")
    put(portal)
    assert send(portal) == {"sent": 0, "delayed": 1, "failed": 0}
    assert send(portal) == {"sent": 0, "delayed": 0, "failed": 0}, "not at once again"
    portal.clock.advance(minutes=2, seconds=1)
    assert send(portal)["delayed"] == 1
    (portal.folder / "mail").unlink()
    portal.clock.advance(minutes=4, seconds=1)
    assert send(portal)["sent"] == 1
    (portal.folder / "mail").rename(portal.folder / "before")
    (portal.folder / "mail").write_text("again")
    put(portal)
    outcomes = []
    for _ in range(8):
        outcomes.append(next(word for word, number in send(portal).items() if number))
        portal.clock.advance(hours=6)
    assert outcomes == ["delayed"] * 7 + ["failed"]
    assert count(portal.house, OutboxMessage, state="failed", sealed=None) == 1


def test_a_sender_that_died_leaves_its_message_to_another(portal: Portal) -> None:
    put(portal)
    assert len(Claims(portal.house).take(portal.clock(), 5)) == 1
    assert send(portal)["sent"] == 0
    portal.clock.advance(minutes=10, seconds=1)
    assert send(portal)["sent"] == 1


def test_l6_the_holder_is_told_when_somebody_links_the_card_without_titles(portal: Portal) -> None:
    client, child = portal.signed_in_client(), portal.patron("helka", "child")
    client.link("helka", child, label="Elsa", relation="looked_after")
    send(portal)
    [letter] = letters(portal)
    assert letter["To"] == child.email
    titles = [loan["title"] for loan in client.call("GET", "/loans").json["loans"]]
    text = letter.get_content()
    assert not any(title in text for title in titles)
    assert child.card_number not in text


class TestAnotherAddress:
    """Changing the address (rules 1.2)."""

    @pytest.fixture
    def client(self, portal: Portal) -> Client:
        client = portal.signed_in_client()
        stepped_up(portal)
        return client

    def asked(self, portal: Portal, client: Client) -> tuple[str, str]:
        """The path of the one-time link and the code that were mailed last."""
        client.call("PATCH", "/account", {"email": NEW}, status=200)
        send(portal)
        texts = {str(letter["To"]): str(letter.get_content()) for letter in letters(portal)}
        link = re.search(r"https?://[^/\s]+(/account/email/\S+)", texts[NEW])
        code = re.search(r"^(\d{6})$", texts[portal.patron("lumme").email], re.MULTILINE)
        assert link is not None
        assert code is not None
        return link[1], code[1]

    def test_the_new_address_is_used_after_its_link_and_the_old_ones_code(
        self, portal: Portal, client: Client
    ) -> None:
        path, code = self.asked(portal, client)
        before = client.call("GET", "/account").json
        assert (before["email"], before["pending_email"]) == (portal.patron("lumme").email, NEW)
        browser = portal.browser()
        assert browser.get(path).status_int == 200
        assert NEW not in browser.get(path).text, "shown masked, because anybody may hold the link"
        assert client.call("GET", "/account").json["email"] == before["email"], "looking changes nothing"
        page = browser.post(path, code=code)
        assert page.status_int == 200
        after = client.call("GET", "/account").json
        assert (after["email"], after["email_source"], after["email_verified"]) == (NEW, "typed", True)
        assert after["pending_email"] is None
        assert browser.get(path, expect_errors=True).status_int == 404, "good once"

    def test_the_link_alone_is_not_enough(self, portal: Portal, client: Client) -> None:
        path, _ = self.asked(portal, client)
        assert portal.browser().post(path).status_int == 422
        assert client.call("GET", "/account").json["email"] == portal.patron("lumme").email

    def test_five_wrong_codes_end_the_link(self, portal: Portal, client: Client) -> None:
        path, code = self.asked(portal, client)
        browser, wrong = portal.browser(), "000000" if code != "000000" else "111111"
        assert [browser.post(path, code=wrong).status_int for _ in range(5)] == [422] * 5
        assert browser.post(path, code=code).status_int == 404
        assert count(portal.house, EmailChange) == 0

    def test_parallel_codes_are_counted_one_by_one(self, portal: Portal, client: Client) -> None:
        path, code = self.asked(portal, client)
        browsers = [portal.browser() for _ in range(12)]
        for browser in browsers:
            browser.csrf()
        wrong = "000000" if code != "000000" else "111111"
        answers = together(12, lambda number: browsers[number].post(path, code=wrong).status_int)
        assert sorted(answers) == [404] * 7 + [422] * 5

    def test_the_link_lasts_an_hour(self, portal: Portal, client: Client) -> None:
        path, code = self.asked(portal, client)
        portal.clock.advance(minutes=61)
        assert portal.browser().post(path, code=code).status_int == 404
        assert client.call("GET", "/account").json["pending_email"] is None

    def test_a_later_change_ends_the_earlier_link(self, portal: Portal, client: Client) -> None:
        path, code = self.asked(portal, client)
        client.call("PATCH", "/account", {"email": "newer@example.org"}, status=200)
        assert portal.browser().post(path, code=code).status_int == 404

    def test_asking_again_and_again_is_limited(self, portal: Portal) -> None:
        """Each asking writes to an address that may be a stranger's, and makes five more guesses possible."""
        browser = portal.signed_in_browser()
        stepped_up(portal)
        answers = [browser.post("/account/email", email=f"{turn}.{NEW}") for turn in range(7)]
        assert [answer.status_int for answer in answers] == [303] * 5 + [429] * 2
        assert timedelta(seconds=int(answers[-1].headers["Retry-After"])) > timedelta(minutes=50)
        assert send(portal)["sent"] == 10
        portal.clock.advance(hours=1, seconds=1)
        browser = portal.signed_in_browser()
        stepped_up(portal)
        answer = browser.post("/account/email", email=NEW)
        assert (answer.status_int, answer.location) == (303, "http://localhost/account")

    @ON_SQLITE
    def test_a4_what_is_no_address_is_refused(self, portal: Portal, client: Client) -> None:
        for typed in NO_ADDRESSES:
            assert client.call("PATCH", "/account", {"email": typed}).status_int in {400, 422}
        assert send(portal)["sent"] == 0

    @ON_SQLITE
    @pytest.mark.parametrize(
        ("field", "value"), [("name", " "), ("name", "a\u0085b\u0000c"), ("language", "xx")]
    )
    def test_with_a_name_or_language_that_is_refused_nothing_is_asked(
        self, portal: Portal, client: Client, field: str, value: str
    ) -> None:
        answer = client.call("PATCH", "/account", {"email": NEW, field: value})
        assert answer.status_int in {400, 422}
        assert answer.json["errors"][0]["field"] == field
        assert client.call("GET", "/account").json["pending_email"] is None
        assert send(portal)["sent"] == 0

    def test_the_link_leads_to_our_own_address_whatever_the_host_header_says(
        self, portal: Portal, client: Client
    ) -> None:
        client.call("PATCH", "/account", {"email": NEW}, status=200, Host="evil.example")
        send(portal)
        assert "evil.example" not in "".join(portal.mails())

    def test_an_address_that_was_typed_stays_at_the_next_sign_in(
        self, portal: Portal, client: Client
    ) -> None:
        path, code = self.asked(portal, client)
        portal.browser().post(path, code=code)
        portal.signed_in_client()
        [account] = rows(portal.house, Account)
        assert account.email == NEW


@ON_SQLITE
def test_the_language_of_the_mail_is_the_readers(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal()
    subjects = set()
    for language in ("fi", "sv", "en", "nb"):
        browser: Browser = portal.signed_in_browser()
        stepped_up(portal)
        browser.post("/account", language=language, name="")
        browser.post("/account/email", email=f"{language}@example.org")
        send(portal)
        subjects |= {
            letter["Subject"] for letter in letters(portal) if letter["To"] == f"{language}@example.org"
        }
    assert len(subjects) == 4
