"""A hold in a browser: placed, brought elsewhere, suspended, resumed, cancelled; by keyboard too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.desks import FREE, at_desk

TITLE = "Anna Liisa"
LINK = f"/holds/new?record_id={FREE}&library=lumme&return_to=/loans"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_hold_from_its_placing_to_its_end(site: Served, meet: Callable[..., Person], scripts: bool) -> None:
    person = meet(site, java_script_enabled=scripts)
    page, portal = person.page, site.portal
    person.sign_in("lumme", portal.patron("lumme"))
    held = page.locator(".accounts-hold").filter(has_text=TITLE)

    person.go(LINK)
    expect(page.get_by_text(TITLE)).to_be_visible()
    page.get_by_label("Eastern Library").check()
    page.get_by_label("Not needed from").fill("2028-05-31")
    page.get_by_label("Message to the library").fill("Large print, please")
    person.button("Place the hold").click()
    expect(page.get_by_role("status")).to_have_text("The hold is placed. It is in the list below.")
    expect(person.link("Back to where you came from")).to_be_visible()
    expect(held).to_contain_text("Eastern Library")
    expect(held).to_contain_text("31 May 2028")

    held.get_by_role("link", name="Change the place").click()
    expect(page.get_by_label("Eastern Library")).to_be_checked()
    page.get_by_label("Main Library").check()
    person.button("Save the place").click()
    expect(page.get_by_role("status")).to_have_text("The hold will be brought to the other place.")
    expect(held).to_contain_text("Main Library")

    held.get_by_role("link", name="Suspend").click()
    page.get_by_label("Suspended until").fill("2028-01-31")
    person.button("Suspend the hold").click()
    expect(held).to_contain_text("31 Jan 2028")
    held.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("status")).to_have_text("The hold is in the queue again.")

    held.locator("summary").click()
    held.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_role("status")).to_have_text("The hold is cancelled.")
    expect(held).to_have_count(0)
    assert FREE not in {hold.biblio_id for hold in at_desk(portal, "lumme").values()}


def test_the_keyboard_is_enough(person: Person) -> None:
    page, portal = person.page, person.site.portal
    person.sign_in("lumme", portal.patron("lumme"))
    person.go(LINK)
    page.get_by_label("Main Library").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Eastern Library")).to_be_checked()
    person.button("Place the hold").focus()
    page.keyboard.press("Enter")
    held = page.locator(".accounts-hold").filter(has_text=TITLE)
    expect(held).to_contain_text("Eastern Library")
    held.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(held.get_by_role("button", name="Yes, cancel it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The hold is cancelled.")


def test_what_went_wrong_is_read_out_first(person: Person) -> None:
    page = person.page
    person.sign_in("lumme", person.site.portal.patron("lumme"))
    person.go(LINK)
    page.get_by_label("Message to the library").fill("x" * 600)
    person.button("Place the hold").click()
    summary = page.locator(".accounts-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("Message to the library")).to_be_focused()
    expect(page.get_by_label("Message to the library")).to_have_value("x" * 600)


@pytest.mark.parametrize("language", ["fi", "sv", "en", "nb"])
def test_the_navigation_fits_a_narrow_screen(
    site: Served, meet: Callable[..., Person], language: str
) -> None:
    person = meet(site, viewport={"width": 320, "height": 640}, locale=language)
    person.sign_in("lumme", site.portal.patron("lumme"))
    for path in ("/", "/holds", "/fees"):
        person.go(path)
        assert person.overflow() == 0
        assert person.page.locator(".accounts-nav a").count() == 8
