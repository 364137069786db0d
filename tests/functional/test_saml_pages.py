"""Signing in by SAML through the pages of the portal, at a real provider."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from webtest import TestResponse

from discovery_accounts.models import Account, Identity, LoginStep, SignedInSession
from tests.factories import saml_forgeries as forge
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE
from tests.fixtures.saml_provider import Form, SamlProvider, Visitor, make_pair

pytestmark = pytest.mark.saml

MakePortal = Callable[..., Portal]


@pytest.fixture
def open_portal(make_portal: MakePortal, saml_provider: SamlProvider, tmp_path: Path) -> MakePortal:
    """A portal with the login ``campus``, known to the provider."""

    def opened(**settings: str) -> Portal:
        certificate, key = make_pair(tmp_path, "sp")
        own = {
            "kind": "saml",
            "name": "Campus",
            "metadata_file": str(saml_provider.metadata_file),
            "certificate": str(certificate),
            "key": f"file:{key}",
            **settings,
        }
        portal = make_portal(
            logins="card campus",
            login__card__kind="card",
            **{f"login__campus__{name}": value for name, value in own.items()},
        )
        saml_provider.register(portal.browser().get("/sign-in/campus/metadata").body)
        return portal

    return opened


@pytest.fixture
def portal(open_portal: MakePortal) -> Portal:
    return open_portal()


def asked(browser: Browser, visitor: Visitor, account: str | None = "ada") -> Form:
    """From our button to the form that the provider's page posts to us."""
    answer = browser.post("/sign-in/campus")
    assert answer.status_int == 303, answer.text
    return visitor.sign_in(answer.headers["Location"], account)


def posted(portal: Portal, form: Form) -> TestResponse:
    """As browsers do: from another site, without our cookies."""
    path = urlsplit(form.action).path
    return portal.browser().app.post(path, form.fields, expect_errors=True)


def code(answer: TestResponse) -> str:
    main = BeautifulSoup(answer.text, "html.parser").main
    assert main is not None
    return str(main.get("data-code"))


def finished(portal: Portal, browser: Browser, form: Form) -> TestResponse:
    answer = posted(portal, form)
    assert answer.status_int == 303, answer.text
    return browser.get(answer.headers["Location"])


def signed_in(
    portal: Portal, browser: Browser, visitor: Visitor, account: str | None = "ada"
) -> TestResponse:
    answer = finished(portal, browser, asked(browser, visitor, account))
    if answer.headers.get("Location", "").endswith("/sign-in/consent"):
        answer = browser.post("/sign-in/consent", answer="yes")
    return answer


def test_from_the_button_to_the_account_and_back(portal: Portal, saml_provider: SamlProvider) -> None:
    browser, visitor = portal.browser(), saml_provider.visitor()
    signed_in(portal, browser, visitor)
    assert browser.get("/account").status_int == 200
    assert count(portal.house, Account) == 1
    (identity,) = rows(portal.house, Identity)
    assert (identity.login, identity.issuer) == ("saml", saml_provider.entity_id)
    assert identity.subject == "subject-id:ada-1815@uni.example"
    out = browser.post("/sign-out")
    assert count(portal.house, SignedInSession) == 0
    page = out if out.status_int == 200 else browser.get(out.headers["Location"])
    assert saml_provider.url in page.headers.get("Refresh", "") + page.headers.get("Location", "") + page.text


@ON_SQLITE
def test_signing_out_there_signs_out_here(portal: Portal, saml_provider: SamlProvider) -> None:
    browser, visitor = portal.browser(), saml_provider.visitor()
    signed_in(portal, browser, visitor)
    order = visitor.away(saml_provider.sign_out_url, portal.house.settings.public_url)
    answer = portal.browser().get(f"{urlsplit(order).path}?{urlsplit(order).query}")
    assert answer.status_int == 303
    assert answer.headers["Location"].startswith(saml_provider.url)
    assert count(portal.house, SignedInSession) == 0
    assert browser.get("/account").status_int in {302, 303}
    again = portal.browser().app.get(f"{urlsplit(order).path}?{urlsplit(order).query}", expect_errors=True)
    assert (again.status_int, code(again)) == (400, "answer_not_trusted")


@ON_SQLITE
def test_m3_an_answer_is_good_once(portal: Portal, saml_provider: SamlProvider) -> None:
    browser = portal.browser()
    form = asked(browser, saml_provider.visitor())
    assert finished(portal, browser, form).status_int == 303
    again = posted(portal, form)
    assert (again.status_int, code(again)) == (400, "answer_not_expected")


def test_o1_the_answer_is_of_the_browser_that_asked(portal: Portal, saml_provider: SamlProvider) -> None:
    """Somebody's answer in another browser signs nobody in there."""
    form = asked(portal.browser(), saml_provider.visitor())
    other = portal.browser()
    other.post("/sign-in/campus")
    ticket = posted(portal, form).headers["Location"]
    answer = other.app.get(ticket, expect_errors=True)
    assert (answer.status_int, code(answer)) == (400, "answer_not_expected")
    assert [count(portal.house, each) for each in (Account, SignedInSession)] == [0, 0]


@ON_SQLITE
@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\\\evil.example",
        "javascript:alert(1)",
        "/loans\r\nSet-Cookie: a=b",
        "data:text/html,x",
        "%2F%2Fevil.example",
    ],
)
def test_m4_the_relay_state_leads_nowhere(portal: Portal, saml_provider: SamlProvider, address: str) -> None:
    browser = portal.browser()
    form = asked(browser, saml_provider.visitor())
    form.fields["RelayState"] = address
    finish = posted(portal, form).headers["Location"]
    assert urlsplit(finish).path == "/sign-in/campus/finish"
    answer = browser.get(finish)
    assert urlsplit(answer.headers["Location"]).path == "/sign-in/consent"
    answer = browser.post("/sign-in/consent", answer="yes")
    assert answer.headers["Location"] == "http://localhost/loans"
    assert "a=b" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("account", ["mini", "foreign"])
def test_l3_without_a_permanent_name_no_row_is_made(
    portal: Portal, saml_provider: SamlProvider, account: str
) -> None:
    form = asked(portal.browser(), saml_provider.visitor(), account)
    answer = posted(portal, form)
    assert (answer.status_int, code(answer)) == (403, "attribute_missing")
    assert [count(portal.house, each) for each in (Account, Identity, SignedInSession, LoginStep)] == [0] * 4


@ON_SQLITE
def test_m1_a_forged_answer_is_refused_and_nothing_of_it_is_shown(
    portal: Portal, saml_provider: SamlProvider
) -> None:
    form = asked(portal.browser(), saml_provider.visitor())
    response = forge.opened(form.fields)
    forge.xsw3(response)
    answer = posted(portal, Form(form.action, forge.closed(response, form.fields)))
    assert (answer.status_int, code(answer)) == (400, "answer_not_trusted")
    assert "victim" not in answer.text
    assert count(portal.house, Account) == 0


@ON_SQLITE
def test_m3_nobody_is_signed_in_unasked(portal: Portal, saml_provider: SamlProvider) -> None:
    answer = posted(portal, unasked(portal, saml_provider))
    assert (answer.status_int, code(answer)) == (400, "answer_not_expected")


@ON_SQLITE
def test_m3_unasked_where_the_settings_say_so_it_is_good_once_and_leads_nowhere_else(
    open_portal: MakePortal, saml_provider: SamlProvider
) -> None:
    portal = open_portal(allow_unsolicited=saml_provider.entity_id)
    form = unasked(portal, saml_provider)
    browser = portal.browser()
    assert finished(portal, browser, form).headers["Location"].endswith("/sign-in/consent")
    done = browser.post("/sign-in/consent", answer="yes")
    assert urlsplit(done.headers["Location"]).netloc in {"", "localhost"}
    again = posted(portal, form)
    assert (again.status_int, code(again)) == (400, "answer_not_expected")


def unasked(portal: Portal, provider: SamlProvider) -> Form:
    """What their own portal posts here (checklist M4: with an address of a stranger to go to)."""
    service = f"{portal.house.settings.public_url}/sign-in/campus/metadata"
    return provider.visitor().sign_in(provider.unasked(service, "https://evil.example/"), "ada")
