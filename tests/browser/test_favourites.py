"""Favourites in a browser: by keyboard alone, on a narrow and a wide screen, on paper."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.favourites import any_account, make_list

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
LONG = "Kansainvälisten kirjastojärjestelmien yhteensopivuusselvitys"


def looked_at(person: Person, *paths: str) -> list[str]:
    """What keeps somebody from using these pages."""
    found = []
    for path in paths:
        person.go(path)
        found += [f"{path}: {barrier}" for barrier in person.barriers()]
        if wider := person.overflow():
            found.append(f"{path}: {wider} px wider than the screen")
    return found


def test_favourites_are_for_everybody(site: Served, meet: Callable[..., Person]) -> None:
    person = meet(site, viewport=NARROW, locale="fi-FI")
    portal = site.portal
    person.sign_in("lumme", portal.patron("lumme"))
    assert looked_at(person, "/loans", "/favourites") == []
    account = any_account(portal.house)
    shelf = make_list(portal.house, account, 60, name=LONG, noted=True)
    make_list(portal.house, account, name=LONG[::-1])
    person.go(f"/favourites/{shelf}/settings")
    person.page.locator("[name=public][value=yes]").check()
    person.page.locator("form.accounts-panel button[type=submit]").click()
    person.page.locator("#accounts-public-address").wait_for()
    public = person.page.locator("a[href^='/lists/']").get_attribute("href") or ""
    person.go(f"/favourites/{shelf}")
    item = person.page.locator("[name=item]").first.get_attribute("value")
    pages = ["", "/settings", "/tags", "/print", f"/items/{item}"]
    assert looked_at(person, "/favourites", public, *(f"/favourites/{shelf}{one}" for one in pages)) == []
    person.go(f"/favourites/{shelf}")
    person.page.locator("[name=item]").first.check()
    person.page.locator("[name=act][value=remove]").click()
    person.page.locator(".accounts-undo").wait_for()
    assert (person.barriers(), person.overflow()) == ([], 0)


def test_a_list_is_put_in_order_by_keyboard_alone(site: Served, meet: Callable[..., Person]) -> None:
    person = meet(site, viewport=WIDE)
    page, portal = person.page, site.portal
    person.sign_in("lumme", portal.patron("lumme"))
    shelf = make_list(portal.house, any_account(portal.house), 3)
    make_list(portal.house, any_account(portal.house), name="Other")
    person.go(f"/favourites/{shelf}")
    first = page.locator(".accounts-favourite-title").first.inner_text()
    down = page.get_by_role("button", name=f"Move down: {first}")
    down.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**by=down")
    expect(down).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".accounts-favourite-title").last).to_have_text(first)
    expect(page.get_by_role("button", name=f"Move up: {first}")).to_be_focused()
    page.locator("[name=item]").last.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Move", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 item was moved.")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Undone")
    expect(page.locator(".accounts-favourite-title")).to_have_count(3)


def test_a_loan_becomes_a_favourite_and_paper_has_no_buttons(
    site: Served, meet: Callable[..., Person]
) -> None:
    person = meet(site, viewport=WIDE, java_script_enabled=False)
    page, portal = person.page, site.portal
    person.sign_in("lumme", portal.patron("lumme"))
    button = page.locator("button[name=record]").first
    expect(button).to_have_accessible_name(re.compile("Add to favourites ?: ."))
    button.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("It is now among your favourites.")
    person.link("Favourites").click()
    page.locator(".accounts-list a").click()
    page.emulate_media(media="print")
    expect(page.locator(".accounts-favourite-title")).to_be_visible()
    for control in page.locator("button, select, input:not([type=hidden]), nav").all():
        assert not control.is_visible(), control.evaluate("one => one.outerHTML")
