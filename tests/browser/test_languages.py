"""The browser's language at first, then the chosen one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.browser.serving import Served


def _is_in(page: Page, code: str, heading: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", code)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.mark.parametrize(
    ("browser", "code", "heading"),
    [
        ("fi-FI", "fi", "Kirjaudu kirjastokortilla"),
        ("sv-FI", "sv", "Logga in med bibliotekskort"),
        ("nn-NO", "nb", "Logg inn med lånekort"),
        ("de-DE", "en", "Sign in with your library card"),
    ],
)
def test_the_browsers_language_comes_first(
    site: Served, meet: Callable[..., Person], browser: str, code: str, heading: str
) -> None:
    person = meet(site, locale=browser)
    person.go("/sign-in")
    _is_in(person.page, code, heading)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_language_is_switched_on_the_spot_and_kept(
    site: Served, meet: Callable[..., Person], scripts: bool
) -> None:
    person = meet(site, java_script_enabled=scripts)
    person.sign_in("lumme", site.portal.patron("lumme"))
    person.go("/loans?order=card")
    for name, code, heading in (
        ("Suomi", "fi", "Lainat"),
        ("Svenska", "sv", "Lån"),
        ("Norsk bokmål", "nb", "Lån"),
    ):
        person.page.locator(".accounts-language summary").click()
        person.button(name).click()
        _is_in(person.page, code, heading)
        assert person.path == "/loans?order=card"
    elsewhere = meet(site)
    elsewhere.sign_in("lumme", site.portal.patron("lumme"))
    _is_in(elsewhere.page, "nb", "Lån")
