"""Checklist S4: what people and machines prove themselves by is in no log, page, mail to others, database or repr."""

import io
import re
from collections.abc import Callable, Iterator

import pytest

from discovery_accounts.connectors.api import PatronDetails
from discovery_accounts.domain.person import Person
from discovery_accounts.login.claim import Claim
from discovery_accounts.models import LoginStep
from discovery_accounts.services.claim_text import read_claim, write_claim
from discovery_accounts.services.staff_steps import StaffSteps
from tests.factories.codes import codes, links, post_office
from tests.factories.email_sign_in import ask, give
from tests.factories.portal import Browser, Portal
from tests.factories.rows import dump, rows, write
from tests.factories.sms_service import SmsService, running_sms_service
from tests.factories.staff import LOGINS, add, link_for, secret_on, set_up
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of
from tests.fixtures.databases import ON_SQLITE
from tests.functional.test_vault_in_place import log_lines

__all__ = ["log_lines", "stand_in"]

Providers = dict[str, StandInProvider]
SMS_SECRET, CLIENT_SECRET = "canary-of-the-sms-service", "canary-of-the-client-7731"
PASSWORD, WRONG = "canary trombooni hylly", "canary saapas hylly"
NUMBER = "+358401239876"
CODE = "131052-308T"
PERSON = Person("ada@canary.example", "Canaria", "Fågel", CODE, "+358409998877", "ada@canary.example")


@pytest.fixture
def service() -> Iterator[SmsService]:
    with running_sms_service() as service:
        yield service


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers, service: SmsService) -> Portal:
    more = {
        "logins": "card staff email uni oidc",
        "login__email__kind": "email",
        "login__uni__kind": "outside",
        "login__uni__name": "University",
        "login__oidc__kind": "oidc",
        "login__oidc__name": "Identified",
        "login__oidc__issuer": "http://127.0.0.1:9",  # nobody is there
        "login__oidc__client_id": "portal",
        "login__oidc__client_secret": CLIENT_SECRET,
        "sms_url": service.url,
        "sms_secret": SMS_SECRET,
        "sms_country": "358",
    }
    return make_portal(**(LOGINS | more))


def digits(text: str) -> list[str]:
    return re.findall(r"(?<!\d)\d{6}(?!\d)", text)


def content(portal: Portal) -> str:
    return dump(portal.house).decode(errors="replace")


@ON_SQLITE
def test_s4_passwords_secrets_and_codes_of_staff(portal: Portal, log_lines: io.StringIO) -> None:
    assert add(portal).exit_code == 0
    invitation = link_for(portal, "ada@library.example")
    token = invitation.rpartition("/")[2]
    ada = set_up(portal, password=PASSWORD)
    browser = portal.browser()
    shown = [browser.post("/sign-in/staff", username=ada.email, password=WRONG).text]
    ada.give_password(browser)
    code = ada.code()
    shown.append(browser.post("/sign-in/staff/second-factor", action="code", code="000000").text)
    assert browser.post("/sign-in/staff/second-factor", action="code", code=code).status_int == 303
    shown += [browser.get(path).text for path in ("/admin", "/account", "/admin/second-factors")]
    shown.append(browser.post("/admin/logins/oidc/check").text)
    leads = browser.post("/admin/second-factors", action="add").headers["Location"]
    second = secret_on(browser.get(leads))
    pending = StaffSteps(
        portal.house, next(one for one in portal.house.settings.logins if one.name == "staff")
    )
    reprs = [repr(pending.pending(browser.app.cookies["accounts_login"])), repr(portal.house)]
    mails = [str(mail) for mail in post_office(portal)]
    stored = content(portal)
    write(portal.house, "DROP TABLE staff_grant")  # and now nothing works any more
    crash = browser.post("/sign-in/staff", username=ada.email, password=PASSWORD)
    assert crash.status_int == 500
    places = [*shown, crash.text, log_lines.getvalue(), stored, *reprs]
    for secret in (PASSWORD, WRONG, ada.secret, second, CLIENT_SECRET, SMS_SECRET, token):
        assert [place[:80] for place in places if secret in place] == []
    assert [mail[:80] for mail in mails if PASSWORD in mail or ada.secret in mail] == []
    assert code not in digits(log_lines.getvalue())
    assert ada.email not in log_lines.getvalue()
    assert "request.failed" in log_lines.getvalue(), "the crash itself is in the log"


@ON_SQLITE
def test_s4_what_a_provider_tells_of_a_person(
    portal: Portal, stand_in: Providers, log_lines: io.StringIO
) -> None:
    stand_in["uni"].says(person=PERSON, subject="subject-canary", shared_id="shared-canary")
    claim = stand_in["uni"].claim
    assert isinstance(claim, Claim)
    browser = portal.browser()
    location = browser.post("/sign-in/uni").headers["Location"]
    before = content(portal)
    browser.get(f"/sign-in/uni/callback?state={state_of(location)}")
    asking = content(portal)
    assert "Canaria" in browser.get("/sign-in/consent").text
    assert browser.post("/sign-in/consent", answer="yes").status_int == 303
    shown = [browser.get(path).text for path in ("/account", "/account/methods", "/cards", "/loans")]
    after = content(portal)
    reprs = repr([claim, claim.person, read_claim(write_claim(claim))])
    write(portal.house, "DROP TABLE transfer_consent")
    other = portal.browser()
    stand_in["uni"].says(subject="subject-canary-2")
    state = state_of(other.post("/sign-in/uni").headers["Location"])
    other.get(f"/sign-in/uni/callback?state={state}")
    crash = other.post("/sign-in/consent", answer="yes")
    assert crash.status_int == 500
    for secret in (*PERSON.as_mapping().values(), "subject-canary", "shared-canary"):
        for place in (before, asking, log_lines.getvalue(), reprs, crash.text):
            assert secret not in place
    for secret in (CODE, "shared-canary", PERSON.phone or ""):
        assert secret not in after, "what only the library needs is not kept"
        assert [page[:80] for page in shown if secret in page] == []
    assert "request.failed" in log_lines.getvalue()


@ON_SQLITE
def test_s4_codes_links_and_numbers_of_people(
    portal: Portal, service: SmsService, log_lines: io.StringIO
) -> None:
    patron = portal.patron("lumme")
    portal.house.gateway.change_patron("lumme", patron.patron_id, PatronDetails(phone=NUMBER), deadline=10)
    browser = portal.browser()
    ask(browser, patron.email)
    [code] = codes(portal)
    [link] = links(portal)
    stored = content(portal)
    shown = [give(browser, "000000").text, browser.get("/sign-in/email/code").text]
    assert give(browser, code).status_int == 303
    shown += send_by(browser, "sms")
    stored += content(portal)
    post_office(portal)
    sms = digits(service.messages[-1]["text"])[0]
    shown.append(browser.post("/account/confirm", action="confirm", code=sms).text)
    card = portal.signed_in_browser()
    shown += send_by(card, "email")
    stored += content(portal)
    step_up = codes(portal)[-1]
    shown += [browser.get(path).text for path in ("/account", "/account/methods")]
    places = [*shown, log_lines.getvalue(), stored, repr(portal.house)]
    for secret in (link.rpartition("/")[2], NUMBER, NUMBER[4:], SMS_SECRET):
        assert [place[:80] for place in places if secret in place] == []
    for one in (code, sms, step_up):
        assert [place[:80] for place in places if one in digits(place)] == []
    for mail in post_office(portal):
        assert mail["To"] == patron.email
        assert sms not in digits(mail.get_content())
    assert [message["to"] for message in service.messages] == [NUMBER]


def send_by(browser: Browser, channel: str) -> list[str]:
    answer = browser.post("/account/confirm", action="send", channel=channel)
    assert answer.status_int == 303, answer.text
    return [answer.text, browser.get("/account/confirm").text]


@ON_SQLITE
def test_s2_what_a_sign_in_remembers_opens_in_its_own_place_only(portal: Portal) -> None:
    """As for PINs: whoever can write to the database exchanges two, and neither opens."""
    browsers = [portal.browser(), portal.browser()]
    states = [state_of(browser.post("/sign-in/uni").headers["Location"]) for browser in browsers]
    one, other = rows(portal.house, LoginStep)
    for row, taken in ((one, other), (other, one)):
        write(
            portal.house,
            "UPDATE login_step SET sealed = :sealed WHERE key_hash = :key",
            sealed=taken.sealed,
            key=row.key_hash,
        )
    for browser, state in zip(browsers, states, strict=True):
        answer = browser.get(f"/sign-in/uni/callback?state={state}", expect_errors=True)
        assert answer.status_int == 400
