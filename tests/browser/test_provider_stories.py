"""Signing in by real identity providers: consent, account and card; the same account again; out on both sides."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from discovery_accounts.models import Account, SignedInSession
from discovery_accounts.services.job_table import JOBS, Order
from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.authority import Authority
from tests.fixtures.directory import DirectoryServer, campus
from tests.fixtures.openid_provider import OpenIdProvider
from tests.fixtures.saml_provider import SamlProvider, make_pair

MakeSite = Callable[..., Served]
Meet = Callable[..., Person]

MAKES_PATRONS = {
    "library__lumme__new_patron_category": "HENKILO",
    "library__lumme__new_patron_library": "MAIN",
}


def of_login(name: str, keys: dict[str, str]) -> dict[str, str]:
    """One login beside the card, which makes patrons at LUMME."""
    logins = {"logins": f"card {name}", "login__card__kind": "card"}
    keys = {"name": "University", "library": "lumme", "make_patrons": "yes", **keys}
    return logins | MAKES_PATRONS | {f"login__{name}__{key}": text for key, text in keys.items()}


def count(site: Served, model: type) -> int:
    with site.portal.house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def start(person: Person, login: str) -> None:
    """From our front page to the provider's."""
    person.go(f"/sign-in/{login}?return_to=/cards")
    assert person.barriers() == []
    person.button("Go on to sign in").click()


def agree(person: Person, *values: str) -> None:
    """The page before the first time: every value is named; then yes."""
    page = person.page
    page.wait_for_url("**/sign-in/consent")
    for value in values:
        expect(page.locator("dl")).to_contain_text(value)
    assert person.barriers() == []
    assert count(person.site, Account) == 0
    person.go("/account")
    page.wait_for_url("**/sign-in/consent")
    person.button("I agree, go on").click()
    page.wait_for_url("**/cards")
    expect(page.get_by_role("status")).to_contain_text("A library card was made for you")
    expect(page.locator(".accounts-card-face")).to_have_count(1)


def leave(person: Person) -> None:
    """Sign out, also there, where there is a there."""
    person.button("Sign out").click()


# ---------------------------------------------------------------- OpenID Connect


def at_openid(person: Person, account: str) -> None:
    person.page.get_by_label("Account").fill(account)
    person.page.get_by_label("Password").fill("anything")
    person.button("Sign in").click()


@pytest.mark.oidc
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_story_with_openid_connect(
    make_site: MakeSite, meet: Meet, openid_provider: OpenIdProvider, scripts: bool
) -> None:
    site = make_site(lambda url: of_login("idp", openid_provider.settings(f"{url}/sign-in/idp")))
    person = meet(site, java_script_enabled=scripts) if not scripts else meet(site)
    page = person.page
    if scripts:
        start(person, "idp")
        at_openid(person, "ada")
        agree(person, "ada@university.example", "Ada", "One")
    else:
        person.go("/sign-in/idp?return_to=/cards")
        person.button("Go on to sign in").click()
        at_openid(person, "ada")
        page.wait_for_url("**/sign-in/consent")
        person.button("I agree, go on").click()
        page.wait_for_url("**/cards")

    leave(person)
    page.wait_for_url(lambda url: not url.startswith(site.url))
    page.get_by_role("button", name=re.compile("yes", re.IGNORECASE)).click()
    page.wait_for_url(f"{site.url}/")
    expect(page.get_by_role("status")).to_have_text("You have signed out.")
    assert count(site, SignedInSession) == 0

    # the second time: it asks for the password again, as the provider's session ended too; we ask nothing
    person.go("/sign-in/idp")
    person.button("Go on to sign in").click()
    page.wait_for_url(lambda url: not url.startswith(site.url))
    at_openid(person, "ada")
    page.wait_for_url("**/loans")
    assert count(site, Account) == 1


@pytest.mark.oidc
def test_a_no_at_the_provider_and_a_no_to_the_transfer(
    make_site: MakeSite, meet: Meet, openid_provider: OpenIdProvider
) -> None:
    site = make_site(lambda url: of_login("idp", openid_provider.settings(f"{url}/sign-in/idp")))
    person = meet(site)
    page = person.page
    start(person, "idp")
    person.button("Cancel").click()
    expect(page.locator("main")).to_have_attribute("data-code", "sign_in_cancelled")
    assert person.barriers() == []
    start(person, "idp")
    at_openid(person, "ada")
    page.wait_for_url("**/sign-in/consent")
    person.button("No, transfer nothing").click()
    expect(page.locator("main")).to_have_attribute("data-code", "consent_refused")
    assert person.barriers() == []
    assert (count(site, Account), count(site, SignedInSession)) == (0, 0)


# ---------------------------------------------------------------- SAML


def saml_site(make_site: MakeSite, provider: SamlProvider, folder: Path) -> Served:
    certificate, key = make_pair(folder, "service")
    keys = {
        "kind": "saml",
        "metadata_file": str(provider.metadata_file),
        "metadata_certificate": str(provider.certificate_file),
        "certificate": str(certificate),
        "key": f"file:{key}",
        "subject_attribute": "persistent",
    }
    site = make_site(**of_login("haka", keys))
    house = site.portal.house
    JOBS["refresh-metadata"].work(house, Order(house.now(), 100))
    login = house.logins["haka"]
    provider.register(login.metadata_xml())  # type: ignore[attr-defined]
    return site


def at_saml(person: Person, account: str) -> None:
    page = person.page
    page.locator("[name=username]").fill(account)
    page.locator("[name=password]").fill(f"{account}-pw")
    page.locator("[name=password]").press("Enter")


@pytest.mark.saml
def test_the_story_with_saml(
    make_site: MakeSite, meet: Meet, saml_provider: SamlProvider, tmp_path: Path
) -> None:
    site = saml_site(make_site, saml_provider, tmp_path)
    person = meet(site)
    page = person.page
    start(person, "haka")
    at_saml(person, "ada")
    agree(person, "Ada", "One")

    leave(person)
    page.wait_for_url(f"{site.url}/")
    expect(page.get_by_role("status")).to_have_text("You have signed out.")
    assert count(site, SignedInSession) == 0

    person.go("/sign-in/haka")
    person.button("Go on to sign in").click()
    expect(page.locator("[name=username]")).to_be_visible()  # its session ended too
    at_saml(person, "ada")
    page.wait_for_url("**/loans")
    assert count(site, Account) == 1

    # signed out there, signed out here
    page.goto(saml_provider.sign_out_url)
    page.wait_for_load_state()
    person.go("/account")
    page.wait_for_url("**/sign-in*")
    assert count(site, SignedInSession) == 0


# ---------------------------------------------------------------- LDAP


@pytest.mark.ldap
def test_the_story_with_a_directory(
    make_site: MakeSite, meet: Meet, directory: DirectoryServer, authority: Authority
) -> None:
    keys = {"library": "lumme", "make_patrons": "yes"}
    site = make_site(**campus(directory, authority, **keys), **MAKES_PATRONS)
    person = meet(site)
    page = person.page
    for again in (False, True):
        person.go("/sign-in/campus?return_to=/cards")
        assert person.barriers() == []
        page.get_by_label("User name").fill("ada")
        page.get_by_label("Password").fill("wrong")
        person.button("Sign in").click()
        expect(page.locator("main")).to_have_attribute("data-code", "sign_in_refused")
        expect(page.get_by_label("User name")).to_have_value("ada")
        expect(page.get_by_label("Password")).to_have_value("")
        assert person.barriers() == []
        page.get_by_label("Password").fill("ada-secret")
        person.button("Sign in").click()
        if not again:
            agree(person, "Ada")
        page.wait_for_url("**/cards")
        assert count(site, Account) == 1
        leave(person)
        expect(page.get_by_role("status")).to_have_text("You have signed out.")
        assert count(site, SignedInSession) == 0
