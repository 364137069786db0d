"""A patron's own data in a browser: the PIN is changed, and every page is for everybody."""

from collections.abc import Callable

from tests.browser.own_data_tour import NEW_PIN, OPTIONS, own_data
from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.codes import codes
from tests.factories.own_data import reader

NARROW = {"width": 320, "height": 640}


def test_every_page_of_ones_own_data_is_for_everybody(
    make_site: Callable[..., Served], meet: Callable[..., Person]
) -> None:
    person = meet(make_site(**OPTIONS), viewport=NARROW)
    faults = []
    for stop in own_data(person):
        faults += [f"{stop}: {barrier}" for barrier in person.barriers()]
        if wider := person.overflow():
            faults.append(f"{stop}: {wider} px wider than the screen")
    assert faults == []


def test_the_pin_is_changed_by_keyboard_and_signs_in(
    make_site: Callable[..., Served], meet: Callable[..., Person]
) -> None:
    site = make_site(**OPTIONS)
    person = meet(site)
    page, patron = person.page, reader(site.portal)
    old = str(patron.pin)
    person.sign_in("pretend", patron)
    person.go("/cards")
    page.locator(".accounts-card-face a").click()
    person.link("Change the PIN").click()
    page.wait_for_url("**/account/confirm*")
    person.button("Send a code").click()
    page.locator("[name=code]").fill(codes(site.portal)[-1])
    person.button("Confirm").click()
    page.wait_for_url("**/pin")
    page.locator("[name=old_pin]").focus()
    for typed in (old, NEW_PIN, NEW_PIN):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.tagName") != "INPUT" and typed != NEW_PIN:
            page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            page.keyboard.press("Tab")
    person.button("Change the PIN").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cards/*")
    assert "The PIN was changed at the library." in page.locator("main").inner_text()
    assert patron.pin == NEW_PIN
    other = meet(site)
    other.sign_in("pretend", patron)
