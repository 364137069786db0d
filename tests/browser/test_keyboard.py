"""Without a mouse."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.person import Person
from tests.browser.serving import Served

COVERED = """element => {
    const box = element.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return !(element.contains(top) || element.closest("li")?.contains(top));
}"""


def _tab_to(person: Person, wanted: Locator, most: int = 40, key: str = "Tab") -> None:
    for _ in range(most):
        person.page.keyboard.press(key)
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached with the tab key")


def test_skip_link_sign_in_and_renewal_by_keyboard(person: Person) -> None:
    page, keys = person.page, person.page.keyboard
    patron = person.site.portal.patron("lumme")
    person.go("/sign-in/card")
    keys.press("Tab")
    expect(person.link("Skip to the content")).to_be_focused()
    expect(person.link("Skip to the content")).to_be_in_viewport()
    keys.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    keys.press("Tab")
    expect(page.get_by_label("Library", exact=True)).to_be_focused()
    keys.type("LUMME")
    keys.press("Tab")
    keys.type(patron.card_number)
    keys.press("Tab")
    keys.type(patron.pin)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Loans")
    tick = page.get_by_role("checkbox").first
    _tab_to(person, tick)
    keys.press("Space")
    expect(tick).to_be_checked()
    expect(page.locator("[data-status]")).to_have_text("Selected: 1")
    _tab_to(person, person.button("Renew selected"))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Renewed")


def test_what_has_the_focus_is_never_under_the_bar(site: Served, meet: Callable[..., Person]) -> None:
    person = meet(site, viewport={"width": 320, "height": 480})
    person.sign_in("lumme", site.portal.patron("lumme", "child"))
    ticks = person.page.get_by_role("checkbox")
    ticks.first.check()
    for tick in ticks.all():
        _tab_to(person, tick)
        assert not tick.evaluate(COVERED)
    for tick in reversed(ticks.all()[:-1]):
        _tab_to(person, tick, key="Shift+Tab")
        assert not tick.evaluate(COVERED)


def test_the_list_of_languages_closes_by_escape(person: Person) -> None:
    person.go("/")
    summary = person.page.locator("summary", has_text="English")
    _tab_to(person, summary)
    person.page.keyboard.press("Enter")
    expect(person.button("Suomi")).to_be_visible()
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Escape")
    expect(person.button("Suomi")).to_be_hidden()
    expect(summary).to_be_focused()
