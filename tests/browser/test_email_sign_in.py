"""Signing in by e-mail and seeing all of one's data by a code, in a browser with nothing but the keyboard's help."""

from collections.abc import Callable

import pytest

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.codes import codes, links, other_than
from tests.factories.email_sign_in import FAMILY, LOGINS, sharing


@pytest.fixture
def site(make_site: Callable[..., Served]) -> Served:
    return make_site(**LOGINS)


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_on_the_way_is_for_everybody(
    site: Served, meet: Callable[..., Person], width: int
) -> None:
    person = meet(site, viewport={"width": width, "height": 800})
    page, portal, patron = person.page, site.portal, site.portal.patron("lumme")
    faults: list[str] = []

    def look(stop: str) -> None:
        found = person.barriers()
        if wider := person.overflow():
            found.append(f"{wider} px wider than the screen")
        faults.extend(f"{stop}: {fault}" for fault in found)

    person.go("/sign-in")
    look("ways to sign in")
    page.locator("a[href*='/sign-in/email']").click()
    look("address")
    page.keyboard.press("Tab")
    page.locator("[name=email]").press("Enter")
    page.locator("#accounts-email-error").wait_for()
    look("no address")
    page.locator("[name=email]").fill(patron.email)
    page.locator("[name=email]").press("Enter")
    page.locator("[name=code]").wait_for()
    page.locator("details.accounts-more summary").click()
    look("code")
    page.locator("[name=code]").fill(other_than(codes(portal)[-1]))
    page.locator("[name=code]").press("Enter")
    page.locator("#accounts-code-error").wait_for()
    look("wrong code")
    page.locator("[name=code]").fill(codes(portal)[-1])
    page.locator("[name=code]").press("Enter")
    page.wait_for_url("**/loans")
    for path in ("/cards", "/account"):
        person.go(path)
        look(f"masked, {path}")
    assert patron.email not in page.content()
    person.link("Confirm with a code").click()
    look("confirm, how")
    page.locator("main button[type=submit]").click()
    page.locator("[name=code]").fill(codes(portal)[-1])
    look("confirm, code")
    page.locator("[name=code]").press("Enter")
    page.wait_for_url("**/account")
    assert patron.email in page.content()
    assert faults == []


def test_the_link_on_a_phone_after_the_card_number_of_a_shared_address(
    site: Served, meet: Callable[..., Person]
) -> None:
    desk, phone = meet(site), meet(site, viewport={"width": 360, "height": 740})
    patron = sharing(site.portal)[0]
    desk.go("/sign-in/email")
    desk.page.locator("[name=email]").fill(FAMILY)
    desk.page.locator("[name=email]").press("Enter")
    desk.page.locator("details.accounts-more summary").click()
    desk.page.locator("[name=card_number]").fill(patron.card_number)
    with desk.page.expect_navigation():
        desk.page.locator("[name=card_number]").press("Enter")
    phone.go(links(site.portal)[-1])
    assert phone.barriers() == []
    phone.button("Sign in").click()
    phone.page.wait_for_url("**/loans")
    desk.go("/loans")
    assert "/sign-in" in desk.path
