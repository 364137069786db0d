"""What goes wrong with identity providers by SAML: what people are told, and what IT finds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import time_machine
from webtest import TestResponse

from discovery_accounts.login.checks import Level
from discovery_accounts.services.job_table import JOBS, Order
from tests.factories import saml_forgeries as forge
from tests.factories.portal import Browser, Portal
from tests.factories.trouble import (
    advises,
    failed_for,
    is_signed_out,
    is_told,
    no_step_fails,
    refused_for,
    steps_of,
)
from tests.fixtures.saml_provider import Form, SamlProvider, make_pair, running_saml_provider

pytestmark = pytest.mark.saml

OpenPortal = Callable[..., Portal]


@pytest.fixture
def metadata(saml_provider: SamlProvider, tmp_path: Path) -> Path:
    """The provider's metadata, as IT put it on our machine."""
    path = tmp_path / "idp.xml"
    path.write_bytes(saml_provider.metadata)
    return path


@pytest.fixture
def open_portal(
    make_portal: OpenPortal, saml_provider: SamlProvider, metadata: Path, tmp_path: Path
) -> OpenPortal:
    """A portal with the login ``campus``, known to the provider."""

    def opened(**more: str) -> Portal:
        certificate, key = make_pair(tmp_path, "sp")
        own = {
            "kind": "saml",
            "name": "Campus",
            "metadata_file": str(metadata),
            "certificate": str(certificate),
            "key": f"file:{key}",
            **more,
        }
        keys = {f"login__campus__{name}": value for name, value in own.items()}
        portal = make_portal(logins="card campus", login__card__kind="card", **keys)
        saml_provider.register(portal.browser().get("/sign-in/campus/metadata").body)
        return portal

    return opened


@pytest.fixture
def portal(open_portal: OpenPortal) -> Portal:
    return open_portal()


def on(portal: Portal) -> Browser:
    return portal.browser(HTTP_ACCEPT_LANGUAGE="en")


def away(browser: Browser) -> str:
    answer = browser.post("/sign-in/campus")
    assert answer.status_int == 303, answer.text
    return str(answer.headers["Location"])


def asked(browser: Browser, provider: SamlProvider, account: str = "ada") -> Form:
    """From our button to the form that the provider's page posts to us."""
    return provider.visitor().sign_in(away(browser), account)


def posted(portal: Portal, form: Form) -> TestResponse:
    """As browsers do: from another site, without our cookies."""
    app = portal.browser(HTTP_ACCEPT_LANGUAGE="en").app
    return app.post(urlsplit(form.action).path, form.fields, expect_errors=True)


def is_asked_for_consent(portal: Portal, provider: SamlProvider, account: str = "ada") -> None:
    browser = on(portal)
    answer = posted(portal, asked(browser, provider, account))
    assert answer.status_int == 303, answer.text
    assert browser.get(answer.headers["Location"]).headers["Location"].endswith("/sign-in/consent")


def test_a_provider_that_is_down_is_told_by_the_check(portal: Portal, metadata: Path) -> None:
    """The portal does not call it: people see its silence in their browser, and nothing was done here."""
    metadata.write_bytes(with_sign_in_at(metadata.read_bytes(), "http://127.0.0.1:9/sign-in"))
    browser = on(portal)
    assert urlsplit(away(browser)).netloc == "127.0.0.1:9"
    is_signed_out(browser)
    step = steps_of(portal)["sign-in page"]
    advises(step, Level.WARNING, "open it in a browser", "ask the organisation", "firewall")
    assert "127.0.0.1:9 does not answer" in step.found


def with_sign_in_at(xml: bytes, url: str) -> bytes:
    start = xml.index(b"<md:SingleSignOnService")
    head, address, rest = xml[start:].partition(b'Location="')
    assert address
    return xml[:start] + head + address + url.encode() + rest[rest.index(b'"') :]


def test_metadata_that_went_away_or_is_over(portal: Portal, metadata: Path) -> None:
    whole = metadata.read_bytes()
    metadata.unlink()
    browser = on(portal)
    with failed_for("no_organisation", portal, browser):
        is_told(browser.post("/sign-in/campus"), 503, "provider_unavailable")
    advises(steps_of(portal)["settings"], Level.FAILED, "/etc/accounts/idp-metadata.xml")
    advises(steps_of(portal)["metadata"], Level.FAILED, "May the portal's user read the file?")
    over = f'<md:EntityDescriptor validUntil="{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}" '
    metadata.write_bytes(whole.replace(b"<md:EntityDescriptor ", over.encode(), 1))
    read_again(portal)
    with failed_for("no_organisation", portal, browser):
        is_told(browser.post("/sign-in/campus"), 503, "provider_unavailable")
    advises(steps_of(portal)["metadata"], Level.FAILED, "must publish new metadata")


def read_again(portal: Portal) -> None:
    JOBS["refresh-metadata"].work(portal.house, Order(portal.house.now(), 100))


@pytest.mark.parametrize(("minutes", "reason"), [(10, "expired"), (-10, "too_early")])
def test_clocks_ten_minutes_apart(
    portal: Portal, saml_provider: SamlProvider, minutes: int, reason: str
) -> None:
    """Not told as an answer that took too long: beginning again would never help."""
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
        browser = on(portal)
        with refused_for(reason, portal, browser):
            is_told(posted(portal, asked(browser, saml_provider)), 400, "answer_not_trusted")
        step = steps_of(portal)["clock"]
        advises(step, Level.FAILED, "NTP")
        assert "seconds apart" in step.found
    is_asked_for_consent(portal, saml_provider)
    no_step_fails(portal)


def test_a_new_key_of_the_provider_needs_its_new_metadata(
    portal: Portal, saml_provider: SamlProvider, metadata: Path
) -> None:
    is_asked_for_consent(portal, saml_provider)
    make_pair(saml_provider.folder / "cert", "next")
    saml_provider.set_options({"privatekey": "next.key", "certificate": "next.crt"})
    browser = on(portal)
    with refused_for("signature", portal, browser):
        is_told(posted(portal, asked(browser, saml_provider)), 400, "answer_not_trusted")

    new = requests.get(saml_provider.entity_id, timeout=20).content
    assert new != metadata.read_bytes()
    metadata.write_bytes(new)
    read_again(portal)
    portal.clock.advance(minutes=11)  # so long may a process hold what it found
    away(on(portal))
    portal.clock.advance(minutes=-11)
    is_asked_for_consent(portal, saml_provider)
    no_step_fails(portal)


def test_a_provider_that_signs_its_responses_only(portal: Portal, saml_provider: SamlProvider) -> None:
    saml_provider.set_service_options({"saml20.sign.assertion": False, "WantAssertionsSigned": False})
    browser = on(portal)
    with refused_for("unsigned", portal, browser):
        is_told(posted(portal, asked(browser, saml_provider)), 400, "answer_not_trusted")


@pytest.mark.parametrize(("account", "reason"), [("mini", "no_subject"), ("foreign", "subject_scope")])
def test_the_attribute_that_people_are_known_by_is_missing_or_not_the_organisations(
    open_portal: OpenPortal, saml_provider: SamlProvider, account: str, reason: str
) -> None:
    portal = open_portal(subject_attribute="subject-id eduPersonPrincipalName")
    browser = on(portal)
    with refused_for(reason, portal, browser):
        is_told(posted(portal, asked(browser, saml_provider, account)), 403, "attribute_missing")


def test_a_provider_whose_metadata_names_no_scope(
    portal: Portal, saml_provider: SamlProvider, metadata: Path
) -> None:
    saml_provider.set_options({"scope": []})
    metadata.write_bytes(requests.get(saml_provider.entity_id, timeout=20).content)
    browser = on(portal)
    with refused_for("subject_scope", portal, browser):
        is_told(posted(portal, asked(browser, saml_provider)), 403, "attribute_missing")
    advises(steps_of(portal)["scopes"], Level.WARNING, ".entity", ".scopes")


def test_another_provider_answers_the_request(
    portal: Portal, saml_provider: SamlProvider, tmp_path: Path
) -> None:
    """It knows us and answers by its own key, as itself and as the one that was asked."""
    folder = tmp_path / "other"
    folder.mkdir()
    with running_saml_provider(folder) as other:
        other.register(portal.browser().get("/sign-in/campus/metadata").body)
        browser = on(portal)
        with refused_for("issuer", portal, browser):
            url = away(browser).replace(saml_provider.url, other.url)
            is_told(posted(portal, other.visitor().sign_in(url, "ada")), 400, "answer_not_trusted")
        with refused_for("signature", portal, browser):
            form = asked(browser, saml_provider)
            forged = forge.signed_again(forge.opened(form.fields), other.key_file)
            answer = posted(portal, Form(form.action, forge.closed(forged, form.fields)))
            is_told(answer, 400, "answer_not_trusted")
    is_asked_for_consent(portal, saml_provider)


@pytest.mark.parametrize(
    ("path", "name", "reason"),
    [
        ("Conditions/{}AudienceRestriction/{}Audience", None, "audience"),
        ("Subject/{}SubjectConfirmation/{}SubjectConfirmationData", "Recipient", "recipient"),
    ],
)
def test_an_answer_that_is_for_another_service_is_named_by_what_is_not_ours(
    portal: Portal, saml_provider: SamlProvider, path: str, name: str | None, reason: str
) -> None:
    browser = on(portal)
    with refused_for(reason, portal, browser):
        form = asked(browser, saml_provider)
        response = forge.opened(form.fields)
        element = forge.one(response, f"{forge.SAML}Assertion/{forge.SAML}" + path.format(*[forge.SAML] * 2))
        if name is None:
            element.text = "https://another.example"
        else:
            element.set(name, "https://another.example")
        signed = forge.signed_again(response, saml_provider.key_file)
        answer = posted(portal, Form(form.action, forge.closed(signed, form.fields)))
        is_told(answer, 400, "answer_not_trusted")
