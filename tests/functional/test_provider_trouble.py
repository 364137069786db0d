"""What goes wrong with identity providers, by OpenID Connect and by LDAP: what people are told, what IT finds.

A real provider and a real directory, spoiled; what these never do, a pretend provider does.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import Key
from webtest import TestResponse

from discovery_accounts.login.checks import Level
from discovery_accounts.login.provider import Departure
from tests.factories.authority import Authority
from tests.factories.portal import Browser, Portal
from tests.factories.trouble import advises, failed_for, is_told, no_step_fails, refused_for, steps_of
from tests.fixtures.directory import DirectoryServer, MakeDirectory, babbling_port, campus
from tests.fixtures.openid.browser import fields_of
from tests.fixtures.openid.pretend import CLIENT, RSA, STRANGER, PretendProvider, Reply
from tests.fixtures.openid_provider import OpenIdProvider, StartProvider

MakePortal = Callable[..., Portal]
OpenPortal = Callable[..., Portal]

PAGES = "http://127.0.0.1:6543/sign-in/campus"


def on(portal: Portal) -> Browser:
    return portal.browser(HTTP_ACCEPT_LANGUAGE="en")


# ---------------------------------------------------------------- OpenID Connect


@pytest.fixture
def open_oidc(make_portal: MakePortal) -> OpenPortal:
    """A portal with the login ``campus`` at a provider."""

    def opened(provider: OpenIdProvider | PretendProvider, **more: str) -> Portal:
        if isinstance(provider, OpenIdProvider):
            own = provider.settings(PAGES)
        else:
            own = {"kind": "oidc", "issuer": provider.issuer, "client_id": CLIENT, "client_secret": "secret"}
        keys = {**own, "name": "University", **more}
        logins = {"logins": "card campus", "login__card__kind": "card"}
        return make_portal(**logins, **{f"login__campus__{key}": text for key, text in keys.items()})

    return opened


@pytest.fixture
def provider(start_openid_provider: StartProvider) -> Iterator[OpenIdProvider]:
    """One that a test may spoil. Its ID tokens last five minutes."""
    started = start_openid_provider(ID_TOKEN_TTL="300")
    yield started
    started.stop()


@pytest.fixture
def pretend() -> Iterator[PretendProvider]:
    started = PretendProvider()
    yield started
    started.close()


def away(browser: Browser) -> str:
    answer = browser.post("/sign-in/campus")
    assert answer.status_int == 303, answer.text
    return str(answer.headers["Location"])


def back(browser: Browser, url: str, **changes: str) -> TestResponse:
    """With what the provider's redirect to us carries."""
    assert urlsplit(url).path == "/sign-in/campus/callback"
    return browser.app.get("/sign-in/campus/callback", fields_of(url) | changes, expect_errors=True)


def at_provider(browser: Browser, provider: OpenIdProvider, account: str = "ada") -> TestResponse:
    return back(browser, provider.browser().sign_in(away(browser), account))


def answered(
    browser: Browser,
    pretend: PretendProvider,
    claims: dict[str, str] | None = None,
    key: Key = RSA,
    **header: str,
) -> TestResponse:
    """The pretend provider's answer; its ID token is a good one but for ``claims``, ``key`` and ``header``."""
    url = away(browser)
    departure = Departure(url, fields_of(url)["state"])
    pretend.id_token = pretend.sign(pretend.claims(departure, **(claims or {})), key, **header)
    fields = dict(pretend.answer(departure).fields)
    return browser.app.get("/sign-in/campus/callback", fields, expect_errors=True)


def is_asked_for_consent(answer: TestResponse) -> None:
    assert answer.status_int == 303, answer.text
    assert answer.headers["Location"].endswith("/sign-in/consent")


@pytest.mark.oidc
def test_oidc_a_provider_that_is_down(open_oidc: OpenPortal, provider: OpenIdProvider) -> None:
    portal = open_oidc(provider)
    browser = on(portal)
    provider.stop()
    with failed_for("unreachable", portal, browser):
        is_told(browser.post("/sign-in/campus"), 503, "provider_unavailable")
    advises(steps_of(portal)["metadata"], Level.FAILED, "curl", "firewall", "status page")

    provider.start()
    returned = provider.browser().sign_in(away(browser), "ada")
    provider.stop()
    with failed_for("unreachable", portal, browser, begun=1):
        is_told(back(browser, returned), 503, "provider_unavailable")
    provider.start()
    is_asked_for_consent(at_provider(browser, provider))
    no_step_fails(portal)


def test_oidc_a_page_of_maintenance_where_the_provider_was(
    open_oidc: OpenPortal, pretend: PretendProvider
) -> None:
    portal = open_oidc(pretend)
    pretend.replies["/.well-known/openid-configuration"] = lambda _: Reply(503, b"<p>Back soon</p>")
    browser = on(portal)
    with failed_for("unexpected_answer", portal, browser):
        is_told(browser.post("/sign-in/campus"), 503, "provider_unavailable")
    step = steps_of(portal)["metadata"]
    advises(step, Level.FAILED, "maintenance page", ".issuer")
    assert "HTTP 503" in step.found


@pytest.mark.oidc
@pytest.mark.parametrize(
    ("minutes", "reason", "way"), [(10, "id_token_exp", "behind"), (-10, "id_token_iat", "ahead of")]
)
def test_oidc_clocks_ten_minutes_apart(
    open_oidc: OpenPortal, provider: OpenIdProvider, minutes: int, reason: str, way: str
) -> None:
    portal = open_oidc(provider)
    browser = on(portal)
    portal.clock.advance(minutes=minutes)
    with refused_for(reason, portal, browser):
        is_told(at_provider(browser, provider), 400, "answer_not_trusted")
    step = steps_of(portal)["clock"]
    advises(step, Level.FAILED, "timedatectl", "60 s")
    assert f"{way} ours" in step.found
    portal.clock.advance(minutes=-minutes)
    is_asked_for_consent(at_provider(browser, provider))
    no_step_fails(portal)


@pytest.mark.oidc
def test_oidc_new_keys_of_the_provider_are_taken_as_they_come(
    open_oidc: OpenPortal, provider: OpenIdProvider
) -> None:
    portal = open_oidc(provider)
    is_asked_for_consent(at_provider(on(portal), provider))
    provider.stop()
    provider.start()  # with other keys
    portal.clock.advance(seconds=11)  # they are looked up anew every ten seconds at most
    is_asked_for_consent(at_provider(on(portal), provider))
    no_step_fails(portal)


@pytest.mark.parametrize(
    ("header", "reason"), [({}, "id_token_signature"), ({"kid": "rsa-9"}, "id_token_unknown_key")]
)
def test_oidc_a_key_that_the_provider_does_not_publish(
    open_oidc: OpenPortal, pretend: PretendProvider, header: dict[str, str], reason: str
) -> None:
    portal = open_oidc(pretend)
    browser = on(portal)
    with refused_for(reason, portal, browser):
        is_told(answered(browser, pretend, key=STRANGER, **header), 400, "answer_not_trusted")
    is_asked_for_consent(answered(browser, pretend))


def test_oidc_a_provider_that_publishes_no_key(open_oidc: OpenPortal, pretend: PretendProvider) -> None:
    pretend.published.clear()
    portal = open_oidc(pretend)
    browser = on(portal)
    with failed_for("no_keys", portal, browser):
        is_told(answered(browser, pretend), 503, "provider_unavailable")
    advises(steps_of(portal)["signing keys"], Level.FAILED, "no key", "ask its people")


@pytest.mark.oidc
def test_oidc_the_claim_that_people_are_known_by_is_missing(
    open_oidc: OpenPortal, provider: OpenIdProvider
) -> None:
    portal = open_oidc(provider, subject_claim="employee_number", scope="openid university")
    browser = on(portal)
    with refused_for("subject_missing", portal, browser):
        is_told(at_provider(browser, provider, "kari"), 403, "attribute_missing")
    is_asked_for_consent(at_provider(on(portal), provider))  # ada has a number, so all is well for the check
    assert steps_of(portal)["subject claim"].level is Level.OK


@pytest.mark.oidc
def test_oidc_a_claim_that_the_provider_does_not_even_have(
    open_oidc: OpenPortal, provider: OpenIdProvider
) -> None:
    portal = open_oidc(provider, subject_claim="oid")
    browser = on(portal)
    with refused_for("subject_missing", portal, browser):
        is_told(at_provider(browser, provider), 403, "attribute_missing")
    advises(steps_of(portal)["subject claim"], Level.WARNING, "oid", "nobody can sign in")


@pytest.mark.oidc
def test_o2_the_answer_of_another_provider(
    open_oidc: OpenPortal, openid_provider: OpenIdProvider, provider: OpenIdProvider
) -> None:
    portal = open_oidc(openid_provider)
    browser = on(portal)
    theirs = open_oidc(provider)
    returned = provider.browser().sign_in(away(on(theirs)), "ada")
    for changes, reason in (({}, "issuer_of_another"), ({"iss": openid_provider.issuer}, "code_refused")):
        code = ("answer_not_trusted", "answer_not_expected")[reason == "code_refused"]
        with refused_for(reason, portal, browser):
            state = fields_of(away(browser))["state"]
            is_told(back(browser, returned, state=state, **changes), 400, code)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [({"iss": "https://another.example"}, "id_token_iss"), ({"aud": "another"}, "id_token_aud")],
)
def test_o2_a_token_of_another_issuer_or_for_another_client(
    open_oidc: OpenPortal, pretend: PretendProvider, claims: dict[str, str], reason: str
) -> None:
    portal = open_oidc(pretend)
    browser = on(portal)
    with refused_for(reason, portal, browser):
        is_told(answered(browser, pretend, claims), 400, "answer_not_trusted")


def test_o2_metadata_of_another_issuer(open_oidc: OpenPortal, pretend: PretendProvider) -> None:
    pretend.document["issuer"] = "https://another.example"
    portal = open_oidc(pretend)
    browser = on(portal)
    with failed_for("issuer_mismatch", portal, browser):
        is_told(browser.post("/sign-in/campus"), 503, "provider_unavailable")
    advises(steps_of(portal)["metadata"], Level.FAILED, ".issuer", "letter by letter")


# ---------------------------------------------------------------- LDAP


@pytest.fixture
def open_ldap(make_portal: MakePortal, authority: Authority) -> OpenPortal:
    def opened(server: DirectoryServer, **more: str) -> Portal:
        return make_portal(**campus(server, authority, **more))

    return opened


def typed(browser: Browser, username: str = "ada", password: str = "ada-secret") -> TestResponse:
    return browser.post("/sign-in/campus", username=username, password=password)


@pytest.mark.ldap
def test_ldap_a_directory_that_is_down_or_silent(
    open_ldap: OpenPortal, make_directory: MakeDirectory
) -> None:
    server = make_directory()
    portal = open_ldap(server, timeout="1")
    browser = on(portal)
    server.stop()
    with failed_for("unreachable", portal, browser):
        is_told(typed(browser), 503, "provider_unavailable")
    advises(steps_of(portal)["connection"], Level.FAILED, "port", "firewall", "directory runs")
    server.start()
    server.hang()
    with failed_for("timed_out", portal, browser):
        is_told(typed(browser), 503, "provider_unavailable")
    advises(steps_of(portal)["connection"], Level.FAILED, "does not answer", ".timeout")
    server.resume()
    is_asked_for_consent(typed(browser))
    no_step_fails(portal)


@pytest.mark.ldap
@pytest.mark.parametrize("minutes", [10, -10])
def test_ldap_clocks_ten_minutes_apart_keep_nobody_out(
    open_ldap: OpenPortal, directory: DirectoryServer, minutes: int
) -> None:
    portal = open_ldap(directory)
    portal.clock.advance(minutes=minutes)
    is_asked_for_consent(typed(on(portal)))


@pytest.mark.ldap
def test_ldap_a_new_certificate_is_taken_and_one_of_another_authority_is_not(
    open_ldap: OpenPortal, make_directory: MakeDirectory, tmp_path: Path
) -> None:
    server = make_directory()
    is_asked_for_consent(typed(on(open_ldap(server, url=server.tls_url))))
    renewed = make_directory()
    is_asked_for_consent(typed(on(open_ldap(renewed, url=renewed.tls_url))))
    stranger = Authority(tmp_path, "stranger")
    portal = open_ldap(server, url=server.tls_url, ca_file=str(stranger.ca_file))
    browser = on(portal)
    with failed_for("certificate_refused", portal, browser):
        is_told(typed(browser), 503, "provider_unavailable")
    advises(steps_of(portal)["certificate"], Level.FAILED, ".ca_file")


@pytest.mark.ldap
def test_ldap_another_server_where_the_directory_was(
    open_ldap: OpenPortal, make_directory: MakeDirectory
) -> None:
    server = make_directory(hosts=("another.example",))
    portal = open_ldap(server, url=server.tls_url)
    browser = on(portal)
    with failed_for("certificate_refused", portal, browser):
        is_told(typed(browser), 503, "provider_unavailable")
    advises(steps_of(portal)["certificate"], Level.FAILED, "the name in .url must be in the certificate")
    assert server.binds("portal") == server.binds("ada") == 0  # it saw no password of anybody
    with babbling_port() as port:
        portal = open_ldap(server, url=f"ldap://127.0.0.1:{port}")
        browser = on(portal)
        with failed_for("unreachable", portal, browser):
            is_told(typed(browser), 503, "provider_unavailable")
        advises(steps_of(portal)["connection"], Level.FAILED, "check the name, the port")


@pytest.mark.ldap
def test_ldap_the_attribute_that_people_are_known_by_is_missing(
    open_ldap: OpenPortal, make_directory: MakeDirectory
) -> None:
    portal = open_ldap(make_directory(sees_ids="none"))
    browser = on(portal)
    with refused_for("no_subject_attribute", portal, browser):
        is_told(typed(browser), 403, "attribute_missing")
    step = steps_of(portal)["subject attribute"]
    advises(step, Level.FAILED, ".subject_attribute", ".bind_dn", "nobody could sign in")
    assert "entryUUID" in step.found


@pytest.mark.ldap
def test_ldap_two_entries_of_one_name(open_ldap: OpenPortal, directory: DirectoryServer) -> None:
    """People are told what every stranger is told (checklist P6), IT the cause."""
    portal = open_ldap(directory)
    browser = on(portal)
    with refused_for("several_entries", portal, browser):
        is_told(typed(browser, "twin", "twin-secret"), 401, "sign_in_refused", words="password_refused")
    with refused_for("wrong_password", portal, browser):
        is_told(typed(browser, "ada", "wrong"), 401, "sign_in_refused", words="password_refused")
