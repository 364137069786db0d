"""A library that is gone, a PIN that was changed: the page comes, the card says so, and can be mended."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.together import wait_until


def _two_cards(person: Person) -> None:
    portal = person.site.portal
    person.sign_in("lumme", portal.patron("lumme"))
    person.add_card("helka", portal.patron("helka", "child"), "Elsa", "looked_after")
    person.go("/loans")
    expect(person.page.locator(".accounts-loan")).to_have_count(6 + 4)
    # the page asks about renewing on its own; what it asks after the clock was moved would come without a session
    person.page.wait_for_load_state("networkidle")


def test_a_library_that_is_gone_is_told_with_the_date_of_its_last_answer(
    make_site: Callable[..., Served], meet: Callable[..., Person]
) -> None:
    person = meet(make_site(library__helka__breaker_seconds="1"))
    portal, page = person.site.portal, person.page
    _two_cards(person)
    day = f"{portal.clock():%Y}"
    portal.alma.stop()
    portal.clock.advance(hours=23)
    person.sign_in("lumme", portal.patron("lumme"))
    expect(page.locator(".accounts-loan")).to_have_count(6 + 4)
    told = page.get_by_role("list", name="Cards to look at").get_by_role("listitem")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("Elsa")
    expect(told).to_contain_text("The library did not answer.")
    expect(told).to_contain_text(re.compile(rf"what it told at its last answer: \d+ \w+ {day}"))
    elsas = page.locator(".accounts-loan", has_text="Elsa")
    expect(elsas.get_by_role("checkbox")).to_have_count(0)
    person.go("/cards")
    card = page.locator(".accounts-card", has_text="Elsa")
    expect(card).to_contain_text(re.compile(rf"The library did not answer\s+Last answer: \d+ \w+ {day}"))
    expect(page.locator(".accounts-card", has_text="LUMME")).to_contain_text("In order")

    portal.alma.start()
    wait_until(lambda: _looks_again(person) == 0)
    expect(elsas).to_have_count(4)


def _looks_again(person: Person) -> int:
    person.go("/loans?refresh=1")
    return person.page.get_by_role("list", name="Cards to look at").count()


def test_after_a_changed_pin_the_card_asks_for_the_new_one_and_works_again(person: Person) -> None:
    portal, page = person.site.portal, person.page
    _two_cards(person)
    portal.alma.change_pin(portal.patron("helka", "child").patron_id, "8642")
    portal.clock.advance(minutes=20)
    person.go("/loans")
    expect(page.locator(".accounts-loan")).to_have_count(6)
    told = page.get_by_role("list", name="Cards to look at").get_by_role("listitem")
    expect(told).to_contain_text("The PIN is no longer accepted.")
    told.get_by_role("link", name="Give the PIN").click()

    page.get_by_label("PIN of the card ending in").fill("0000")
    person.button("Save the PIN").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("The library did not accept the PIN")
    page.get_by_label("PIN of the card ending in").fill("8642")
    person.button("Save the PIN").click()
    expect(page.get_by_role("status")).to_have_text("The PIN was accepted.")
    person.go("/loans")
    expect(page.locator(".accounts-loan", has_text="Elsa")).to_have_count(4)
    expect(told).to_have_count(0)
