"""Sign in by card, add a card of another library, see the loans of both, renew one, sign out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.serving import Served


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_main_story(site: Served, meet: Callable[..., Person], scripts: bool) -> None:
    person = meet(site, java_script_enabled=scripts)
    page = person.page
    own, child = site.portal.patron("lumme"), site.portal.patron("helka", "child")

    person.go("/")
    page.get_by_role("main").get_by_role("link", name="Sign in with your library card").click()
    page.get_by_label("Library", exact=True).select_option(label="LUMME-kirjastot")
    page.get_by_label("Card number").fill(own.card_number)
    page.get_by_label("PIN").fill(own.pin)
    person.button("Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Loans")
    loans = page.locator(".accounts-loan")
    expect(loans).to_have_count(6)

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Cards").click()
    person.link("Add a card").click()
    page.get_by_label("Library", exact=True).select_option(label="Helka-kirjastot")
    page.get_by_label("Card number").fill(child.card_number)
    page.get_by_label("PIN").fill(child.pin)
    page.get_by_label("A card I look after").check()
    page.get_by_label("Name of the card").fill("Elsa")
    person.button("Add the card").click()
    expect(page.get_by_role("status")).to_have_text("The card is now in your account.")
    expect(page.get_by_role("heading", level=2, name="Elsa")).to_be_visible()

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Loans").click()
    expect(loans).to_have_count(6 + 4)
    expect(loans.filter(has_text="Elsa")).to_have_count(4)

    childs = loans.filter(has_text="Elsa").first
    title = childs.get_by_role("heading").inner_text()
    childs.get_by_role("checkbox", name=title).check()
    person.button("Renew selected").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Renewed")
    result = page.locator(".accounts-result")
    expect(result).to_have_count(1)
    expect(result).to_contain_text(title)
    expect(result).to_contain_text("New due date")
    new_date = result.locator("strong").inner_text()

    person.link("Back to the loans").click()
    expect(loans.filter(has_text="Elsa").filter(has_text=title).filter(has_text=new_date)).to_have_count(1)

    person.button("Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You have signed out.")
    person.go("/loans")
    assert person.path.startswith("/sign-in")
