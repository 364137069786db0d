"""The page of all cards on a telephone: read, filtered and acted on by finger and by keyboard, in any light."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.browser.tours import LONG, family

RENEW = re.compile("Renew all of this card ?: Elsa")
PHONE = {"width": 360, "height": 740}


def test_a_parent_with_four_cards_on_a_telephone(site: Served, meet: Callable[..., Person]) -> None:
    person = meet(site, viewport=PHONE)
    page = person.page
    family(person)
    person.go("/family")
    assert person.barriers() == []
    assert person.overflow() <= 0
    expect(page.locator(".accounts-person")).to_have_count(4)
    strip = page.locator(".accounts-filter")
    strip.get_by_role("link", name="Onni").click()
    expect(page.locator(".accounts-person")).to_have_count(1)
    expect(strip.locator("[aria-current]")).to_have_text("Onni")
    expect(strip.locator("[aria-current]")).to_be_in_viewport(ratio=1)
    strip.get_by_role("link", name="All cards").click()
    page.get_by_role("button", name=RENEW).click()
    page.wait_for_url("**/loans/renewals")
    assert set(page.locator(".accounts-result .accounts-chip").all_inner_texts()) == {"Elsa"}
    assert person.barriers() == []
    person.link("Back to the overview").click()
    page.wait_for_url("**/family")


def test_what_is_wrong_stays_on_its_own_card(site: Served, meet: Callable[..., Person]) -> None:
    person = meet(site, viewport=PHONE)
    page, portal = person.page, site.portal
    family(person)
    person.go("/family")
    portal.alma.stop()
    portal.koha.change_pin(portal.patron("lumme", "child").patron_id, "5432")
    portal.clock.advance(minutes=16)
    person.go("/family")
    assert person.barriers() == []
    assert person.overflow() <= 0
    page.locator("[aria-labelledby=accounts-now-cards] a", has_text="Elsa").click()
    expect(page.locator(".accounts-person:target")).to_contain_text("The PIN is no longer accepted")
    expect(page.locator(".accounts-person", has_text=LONG)).to_contain_text("The library did not answer")
    expect(page.locator(".accounts-person").first).to_contain_text("In order")


def test_the_page_goes_by_keyboard_without_script(site: Served, meet: Callable[..., Person]) -> None:
    person = meet(site, viewport=PHONE, java_script_enabled=False)
    page = person.page
    family(person)
    person.go("/family")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(".accounts-filter a:focus", has_text="Elsa").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/family?card=*")
    button = page.get_by_role("button", name=RENEW)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator("button:focus", has_text="Renew all of this card").count():
            break
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/loans/renewals")
    person.link("Back to the overview").click()
    page.wait_for_url("**/family?card=*")
