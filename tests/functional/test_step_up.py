"""Step-up: one more proof by a code to a contact on file, before something that matters (rules 4.7)."""

import re
from collections.abc import Callable, Iterator
from email import message_from_string, policy

import pytest

from discovery_accounts.connectors.api import PatronDetails
from discovery_accounts.domain.strength import Strength
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, EmailChange, OutboxMessage, SignedInSession, StepUp
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.sessions import Sessions
from discovery_accounts.services.step_up import StepUps, require_step_up
from discovery_accounts.simulator.server import SimulatedLibrary
from tests.factories.codes import codes, other_than, post_office
from tests.factories.portal import Browser, Client, Portal
from tests.factories.rows import count, dump, events, rows, write
from tests.factories.sms_service import SmsService, running_sms_service
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

PATH = "/account/confirm"
NEW = {"email": "new@example.org"}
ON_FILE, NUMBER = "040 123 4567", "+358401234567"
SECRET = "a-secret-of-the-service"


@pytest.fixture
def service() -> Iterator[SmsService]:
    with running_sms_service() as service:
        yield service


@pytest.fixture
def texting(make_portal: Callable[..., Portal], service: SmsService) -> Portal:
    """A portal that sends text messages; its first patron has a number on file."""
    portal = make_portal(sms_url=service.url, sms_secret=SECRET, sms_country="358")
    set_phone(portal, ON_FILE)
    return portal


def set_phone(portal: Portal, number: str, library: str = "lumme", kind: str = "good") -> None:
    details = PatronDetails(phone=number)
    portal.house.gateway.change_patron(library, portal.patron(library, kind).patron_id, details, deadline=10)


def without_address(portal: Portal) -> None:
    with portal.house.database.writing() as session:
        for account in session.query(Account):
            account.email = account.email_source = account.email_verified_at = None


def step_up(client: Client, portal: Portal) -> None:
    client.call("POST", "/step-up", {"channel": "email"}, status=202)
    client.call("POST", "/step-up/verify", {"code": codes(portal)[-1]}, status=200)


def sms_code(service: SmsService) -> str:
    found = re.search(r"\d{6}", service.messages[-1]["text"])
    assert found is not None
    return found.group()


def test_changing_the_address_needs_a_code(portal: Portal) -> None:
    client = portal.signed_in_client()
    refused = client.call("PATCH", "/account", NEW, status=403)
    assert refused.json["code"] == "step_up_required"
    assert (count(portal.house, EmailChange), count(portal.house, OutboxMessage)) == (0, 0)
    sent = client.call("POST", "/step-up", {"channel": "email"}, status=202).json
    assert sent == {"channel": "email", "sent_to": "r…@k….example", "expires_in": 600}
    [letter] = post_office(portal)
    assert letter["To"] == portal.patron("lumme").email
    client.call("POST", "/step-up/verify", {"code": codes(portal)[-1]}, status=200)
    client.call("PATCH", "/account", NEW, status=200)
    assert [event.account_id for event in events(portal.house, "step_up.accepted")] == [
        rows(portal.house, Account)[0].id
    ]


def test_it_lasts_as_long_as_a_fresh_sign_in_and_belongs_to_its_session(portal: Portal) -> None:
    client, other = portal.signed_in_client(), portal.signed_in_client()
    step_up(client, portal)
    assert other.call("PATCH", "/account", NEW, status=403).json["code"] == "step_up_required"
    portal.clock.advance(minutes=4)
    client.call("PATCH", "/account", NEW, status=200)
    portal.clock.advance(minutes=2)
    client.call("PATCH", "/account", NEW, status=403)


def test_five_wrong_codes_end_it(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.call("POST", "/step-up", {"channel": "email"}, status=202)
    [code] = codes(portal)
    for _ in range(5):
        refused = client.call("POST", "/step-up/verify", {"code": other_than(code)}, status=422)
        assert refused.json["code"] == "code_wrong"
    client.call("POST", "/step-up/verify", {"code": code}, status=422)
    client.call("PATCH", "/account", NEW, status=403)
    assert len(events(portal.house, "step_up.refused")) == 6


def test_parallel_codes_are_counted_one_by_one(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.call("POST", "/step-up", {"channel": "email"}, status=202)
    wrong = other_than(codes(portal)[0])
    together(12, lambda _: client.call("POST", "/step-up/verify", {"code": wrong}, status=422))
    [row] = rows(portal.house, StepUp)
    assert row.tries == 5


def test_a_code_is_good_once_in_its_session_and_for_ten_minutes(portal: Portal) -> None:
    client, other = portal.signed_in_client(), portal.signed_in_client()
    client.call("POST", "/step-up", {"channel": "email"}, status=202)
    [code] = codes(portal)
    other.call("POST", "/step-up/verify", {"code": code}, status=422)
    portal.clock.advance(minutes=10, seconds=1)
    client.call("POST", "/step-up/verify", {"code": code}, status=422)
    client.call("POST", "/step-up", {"channel": "email"}, status=202)
    code = codes(portal)[-1]
    client.call("POST", "/step-up/verify", {"code": code}, status=200)
    client.call("POST", "/step-up/verify", {"code": code}, status=422)


@ON_SQLITE
def test_a_new_code_ends_the_earlier_one_and_the_fourth_in_an_hour_is_not_sent(portal: Portal) -> None:
    client = portal.signed_in_client()
    for _ in range(3):
        client.call("POST", "/step-up", {"channel": "email"}, status=202)
    client = portal.signed_in_client()
    limited = client.call("POST", "/step-up", {"channel": "email"}, status=429)
    assert int(limited.headers["Retry-After"]) > 0
    assert len(codes(portal)) == 3
    assert count(portal.house, StepUp) == 1
    portal.clock.advance(hours=1, seconds=1)
    assert run_job(portal.house, "purge-sessions").done.did["step_ups"] == 1


@ON_SQLITE
def test_an_address_that_is_not_proved_gets_no_code(portal: Portal) -> None:
    client = portal.signed_in_client()
    write(portal.house, "UPDATE account SET email = 'typed@evil.example', email_source = 'typed'")
    refused = client.call("POST", "/step-up", {"channel": "email"}, status=422)
    assert refused.json["errors"] == [{"field": "channel", "code": "unavailable"}]
    assert post_office(portal) == []


@ON_SQLITE
def test_who_can_be_sent_no_code_needs_a_fresh_sign_in_instead(portal: Portal) -> None:
    client = portal.signed_in_client()
    without_address(portal)
    client.call("PATCH", "/account", NEW, status=200)
    portal.clock.advance(minutes=6)
    refused = client.call("PATCH", "/account", NEW, status=403)
    assert refused.json["code"] == "fresh_sign_in_required"


@ON_SQLITE
def test_a_strong_sign_in_is_enough_while_it_is_fresh(portal: Portal) -> None:
    client = portal.signed_in_client()
    write(portal.house, "UPDATE signed_in_session SET strength = :strong", strong=Strength.STRONG.value)
    assert client.token is not None
    actor = Sessions(portal.house).find(client.token)
    assert actor is not None
    require_step_up(portal.house, actor)
    portal.clock.advance(minutes=6)
    with pytest.raises(Problem, match="step_up_required"):
        require_step_up(portal.house, actor)


class TestPages:
    @pytest.fixture
    def browser(self, portal: Portal) -> Browser:
        return portal.signed_in_browser()

    def test_a_form_that_needs_it_leads_there_and_back(self, portal: Portal, browser: Browser) -> None:
        answer = browser.post("/account/email", **NEW)
        assert (answer.status_int, answer.location) == (303, f"http://localhost{PATH}?return_to=%2Faccount")
        page = browser.get(answer.location)
        assert "r…@k….example" in page.text
        assert portal.patron("lumme").email not in page.text
        sent = browser.post(PATH, action="send", channel="email", return_to="/account")
        assert 'name="code"' in browser.get(sent.location).text
        done = browser.post(PATH, action="confirm", code=codes(portal)[-1], return_to="/account")
        assert (done.status_int, done.location) == (303, "http://localhost/account")
        assert browser.post("/account/email", **NEW).location == "http://localhost/account"
        assert rows(portal.house, EmailChange)[0].address == NEW["email"]

    def test_w2_the_session_gets_a_new_token(self, portal: Portal, browser: Browser) -> None:
        before = browser.app.cookies["accounts_session"]
        browser.post(PATH, action="send", channel="email")
        browser.post(PATH, action="confirm", code=codes(portal)[-1])
        assert browser.app.cookies["accounts_session"] != before
        assert browser.get("/account").status_int == 200
        browser.app.set_cookie("accounts_session", before)
        assert browser.get("/account", expect_errors=True).status_int == 303
        assert count(portal.house, SignedInSession) == 1

    @ON_SQLITE
    def test_w5_it_leads_nowhere_else(self, portal: Portal, browser: Browser) -> None:
        browser.post(PATH, action="send", channel="email")
        done = browser.post(PATH, action="confirm", code=codes(portal)[-1], return_to="https://evil.example/")
        assert done.location == "http://localhost/account"

    @ON_SQLITE
    def test_a_wrong_code_and_a_missing_one_are_told_at_the_field(
        self, portal: Portal, browser: Browser
    ) -> None:
        browser.post(PATH, action="send", channel="email")
        for code in ("", other_than(codes(portal)[-1])):
            answer = browser.post(PATH, action="confirm", code=code)
            assert answer.status_int == 422
            assert "accounts-code-error" in answer.text

    @ON_SQLITE
    def test_who_can_be_sent_no_code_is_told_what_to_do(self, portal: Portal, browser: Browser) -> None:
        without_address(portal)
        page = browser.get(PATH).text
        assert 'name="channel"' not in page
        assert "/sign-in?return_to=" in page
        assert browser.post(PATH, action="send", channel="email").status_int == 422
        assert browser.post(PATH, action="send").status_int == 422

    @ON_SQLITE
    def test_w1_without_its_token_nothing_is_sent(self, portal: Portal, browser: Browser) -> None:
        assert browser.app.post(PATH, {"channel": "email"}, expect_errors=True).status_int == 400
        assert count(portal.house, StepUp) == 0
        stranger = portal.browser()
        assert stranger.get(PATH).location.startswith("http://localhost/sign-in")


class TestTextMessages:
    def test_the_code_goes_to_the_number_that_the_library_has_on_file(
        self, texting: Portal, service: SmsService
    ) -> None:
        client = texting.signed_in_client()
        sent = client.call("POST", "/step-up", {"channel": "sms"}, status=202).json
        assert (sent["channel"], sent["sent_to"]) == ("sms", "…67")
        assert NUMBER.encode() not in dump(texting.house)
        run_job(texting.house, "send-mail")
        [message] = service.messages
        assert message["to"] == NUMBER
        assert len(message["text"]) <= 160
        assert service.headers[0]["Authorization"] == f"Bearer {SECRET}"
        client.call("POST", "/step-up/verify", {"code": sms_code(service)}, status=200)
        client.call("PATCH", "/account", NEW, status=200)

    def test_a_service_that_fails_gets_the_same_message_later(
        self, texting: Portal, service: SmsService
    ) -> None:
        client = texting.signed_in_client()
        client.call("POST", "/step-up", {"channel": "sms"}, status=202)
        service.status = 503
        assert run_job(texting.house, "send-mail").done.did["delayed"] == 1
        service.status = 202
        texting.clock.advance(minutes=2, seconds=1)
        assert run_job(texting.house, "send-mail").done.did["sent"] == 1
        first, second = service.headers
        assert first["Idempotency-Key"] == second["Idempotency-Key"] == service.messages[0]["id"]
        client.call("POST", "/step-up/verify", {"code": sms_code(service)}, status=200)

    @ON_SQLITE
    def test_the_page_shows_both_masked_and_the_text_message_of_an_account_without_address(
        self, texting: Portal
    ) -> None:
        browser = texting.signed_in_browser()
        page = browser.get(PATH).text
        assert 'value="email"' in page
        assert 'value="sms"' in page
        assert "…67" in page
        assert "4567" not in page.replace(texting.patron("lumme").card_number, "")
        without_address(texting)
        assert 'value="email"' not in browser.get(PATH).text
        client = texting.signed_in_client()
        without_address(texting)
        assert client.call("PATCH", "/account", NEW, status=403).json["code"] == "step_up_required"

    @ON_SQLITE
    def test_a_number_of_a_card_that_is_only_looked_after_is_not_used(self, texting: Portal) -> None:
        client = texting.signed_in_client("helka")
        client.link("lumme", texting.patron("lumme"))
        client.call("POST", "/step-up", {"channel": "sms"}, status=422)

    @ON_SQLITE
    @pytest.mark.parametrize("on_file", ["401234567", "040 123 4567, 050 765 4321", "-"])
    def test_what_is_not_surely_a_number_gets_nothing(self, texting: Portal, on_file: str) -> None:
        set_phone(texting, on_file)
        client = texting.signed_in_client()
        client.call("POST", "/step-up", {"channel": "sms"}, status=422)

    @ON_SQLITE
    def test_while_the_library_is_silent_nobody_without_address_gets_round_the_code(
        self, texting: Portal, koha: SimulatedLibrary
    ) -> None:
        browser, client = texting.signed_in_browser(), texting.signed_in_client()
        without_address(texting)
        koha.stop()
        assert client.call("PATCH", "/account", NEW, status=403).json["code"] == "step_up_required"
        assert "accounts-box-warn" in browser.get(PATH).text
        koha.start()

    @ON_SQLITE
    def test_by_a_mail_gateway(self, make_portal: Callable[..., Portal]) -> None:
        portal = make_portal(sms_url="smtp-gateway:sms.example", sms_country="358")
        set_phone(portal, ON_FILE)
        client = portal.signed_in_client()
        client.call("POST", "/step-up", {"channel": "sms"}, status=202)
        run_job(portal.house, "send-mail")
        [mail] = [message_from_string(text, policy=policy.default) for text in portal.mails()]
        assert mail["To"] == f"{NUMBER[1:]}@sms.example"
        found = re.search(r"\d{6}", mail.get_content())
        assert found is not None
        client.call("POST", "/step-up/verify", {"code": found.group()}, status=200)

    @ON_SQLITE
    def test_without_a_way_to_send_them_no_library_is_asked_for_numbers(self, portal: Portal) -> None:
        client = portal.signed_in_client()
        assert client.token is not None
        actor = Sessions(portal.house).find(client.token)
        assert actor is not None
        portal.koha.clear_calls()
        assert [one.channel for one in StepUps(portal.house).contacts(actor).known] == ["email"]
        assert portal.koha.count() == 0

    @ON_SQLITE
    def test_a_message_that_waits_when_the_setting_is_gone_is_given_up(
        self, texting: Portal, make_portal: Callable[..., Portal]
    ) -> None:
        texting.signed_in_client().call("POST", "/step-up", {"channel": "sms"}, status=202)
        without = make_portal()
        assert run_job(without.house, "send-mail").done.did["failed"] == 1
        assert count(without.house, OutboxMessage, state="failed", sealed=None) == 1
