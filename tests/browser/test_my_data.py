"""Pages of what is stored, of messages and of the end, in a browser: for everybody, in every language, without a
mouse, and back again from an account that had ended."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from discovery_accounts.domain.account_ending import Reviews
from discovery_accounts.models import Account, Link
from tests.browser.own_data_tour import OPTIONS
from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.codes import stepped_up
from tests.factories.ending import ended_by_time
from tests.factories.favourites import any_account, make_list
from tests.factories.own_data import reader
from tests.factories.reviewers import write as review
from tests.factories.rows import count

NARROW = {"width": 320, "height": 640}
LEVELS = "[...document.querySelectorAll('main :is(h1, h2, h3, h4)')].map(one => Number(one.tagName[1]))"
DEAD = """[...document.querySelectorAll("main a[href^='#']")].map(one => one.hash)
    .filter(hash => !document.getElementById(hash.slice(1)))"""
PAGES = (
    "/account",
    "/account/data",
    "/account/memberships",
    "/messaging",
    "/account/methods",
    "/privacy",
    "/account/end",
)


def _parent(person: Person) -> None:
    """Somebody with four cards: one whose library keeps choices, one whose library keeps none, a child's, and one
    that others may know the PIN of."""
    portal = person.site.portal
    person.sign_in("pretend", reader(portal))
    person.add_card("helka", portal.patron("helka"), "Yliopisto")
    with portal.house.database.writing() as session:
        session.execute(update(Link).values(holder=True))
    person.add_card("lumme", portal.patron("lumme", "child"), "Elsa", "looked_after")
    person.add_card("lumme", portal.patron("lumme"), "Äidinkielenopettajayhdistyksen kirjastokortti")
    make_list(portal.house, any_account(portal.house), 3, noted=True)


def _faults(person: Person, path: str) -> Iterator[str]:
    page = person.page
    yield from person.barriers()
    if wider := person.overflow():
        yield f"{wider} px wider than the screen"
    levels = page.evaluate(LEVELS)
    if levels[0] != 1 or levels.count(1) != 1 or any(b > a + 1 for a, b in pairwise(levels)):
        yield f"headings {levels}"
    yield from (f"nothing at {dead}" for dead in page.evaluate(DEAD))


@pytest.mark.parametrize("locale", ["fi-FI", "sv-FI", "en-GB", "nb-NO"])
def test_every_page_about_ones_data_is_for_everybody(
    make_site: Callable[..., Served], meet: Callable[..., Person], locale: str
) -> None:
    person = meet(make_site(**OPTIONS), viewport=NARROW, locale=locale)
    _parent(person)
    stepped_up(person.site.portal)
    faults = []
    for path in PAGES:
        person.go(path)
        assert person.path == path
        expect(person.page.locator("html")).to_have_attribute("lang", locale[:2])
        faults += [f"{path}: {fault}" for fault in _faults(person, path)]
    person.page.context.clear_cookies()
    person.go("/account/ended")
    faults += [f"ended: {fault}" for fault in _faults(person, "ended")]
    assert faults == []


def test_messages_tell_of_each_card_who_keeps_its_choices(
    make_site: Callable[..., Served], meet: Callable[..., Person]
) -> None:
    person = meet(make_site(**OPTIONS), java_script_enabled=False)
    page = person.page
    _parent(person)
    person.go("/messaging")
    kept_here = page.get_by_role("region", name="Cards whose library can’t be told here")
    expect(kept_here).to_contain_text("Yliopisto")
    expect(kept_here).to_contain_text("Not sent.")
    others = page.get_by_role("region", name="Cards of which you are not the holder")
    expect(others.get_by_role("link")).to_have_count(2)
    person.link("Choose our reminders").click()
    page.get_by_label("Send me reminders by e-mail").check()
    page.get_by_label("Yliopisto").select_option("5")
    person.button("Save").click()
    person.go("/messaging")
    expect(kept_here).to_contain_text("By e-mail, 5 days before")


def test_the_account_is_ended_by_keyboard(site: Served, meet: Callable[..., Person]) -> None:
    person = meet(site, viewport=NARROW)
    page, keys, portal = person.page, person.page.keyboard, site.portal
    person.sign_in("lumme", portal.patron("lumme"))
    client = portal.signed_in_client()
    review(client, "Good.")
    stepped_up(portal)
    person.go("/account")
    person.link("End my account").focus()
    keys.press("Enter")
    page.wait_for_url("**/account/end")
    page.get_by_label("Keep them, without my name").focus()
    keys.press("ArrowDown")
    expect(page.locator(f"[name=reviews][value={Reviews.DELETE.value}]")).to_be_checked()
    keys.press("Tab")
    expect(person.button("Yes, end my account")).to_be_focused()
    keys.press("Enter")
    page.wait_for_url("**/account/ended")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account was ended")
    assert count(portal.house, Account) == 0
    person.link("Front page").click()
    expect(page.get_by_role("main").get_by_role("link", name="Sign in").first).to_be_visible()


def test_whoever_comes_back_within_two_weeks_is_told_that_all_is_there(
    site: Served, meet: Callable[..., Person]
) -> None:
    person = meet(site, viewport=NARROW)
    portal = site.portal
    person.sign_in("lumme", portal.patron("lumme"))
    person.go("/privacy")  # where nothing is asked for in the meantime
    ended_by_time(portal)
    person.go("/account")
    assert person.path.startswith("/sign-in")
    person.sign_in("lumme", portal.patron("lumme"))
    expect(person.page.locator("main")).to_contain_text("Welcome back.")
    assert (person.barriers(), person.overflow()) == ([], 0)
