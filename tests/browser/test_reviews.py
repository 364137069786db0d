"""Pages of stars and reviews in a browser: narrow, by keyboard, and asked of axe in light and dark."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.browser.test_staff_stories import NARROW, SETTINGS, come_as, faults
from tests.factories.reviewers import RECORD, be_called, people, write

QUERY = "?source=lumme&record_id=lumme.336&title=Mosses%20of%20the%20North%20and%20Kansallisromanttisuudenvastaisuus"
LONG = (
    "Read it slowly.\n\nDonaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft\n"
    * 3
)


@pytest.fixture
def site(make_site: Callable[..., Served]) -> Served:
    return make_site(**SETTINGS, record_url="https://catalogue.example/Record/{record_id}")


def written(site: Served) -> None:
    """Three people's, one of them reported."""
    _me, *others = people(site.portal, 4)
    be_called(others[0], "Aino Aalto")
    write(others[0], LONG, stars=4, signed=True)
    rude = write(others[1], "Buy my book at spam.example!", stars=1)["id"]
    others[2].call("PUT", f"{RECORD}/rating", {"stars": 5}, status=200)
    body = {"reason": "advertising", "message": "The same stands at every book."}
    others[2].call("POST", f"{RECORD}/reviews/{rude}/report", body, status=204)


def tour(person: Person, site: Served) -> Iterator[str]:
    page = person.page
    person.go(f"/reviews/of{QUERY}")
    yield "signed out"
    person.sign_in("lumme", site.portal.patron("lumme"))
    person.go("/reviews")
    yield "none yet"
    person.go(f"/reviews/of{QUERY}")
    yield "of a record"
    person.link("Write a review").click()
    yield "form"
    person.button("Save").click()
    page.wait_for_selector(".accounts-error")
    yield "nothing given"
    page.get_by_label("3 stars").check()
    page.get_by_label("Your review").fill(LONG)
    person.button("Save").click()
    page.wait_for_url("**/reviews")
    yield "own"
    page.get_by_role("link", name="Delete").click()
    yield "asked before it is deleted"
    person.go(f"/reviews/of{QUERY}")
    page.get_by_role("link", name="Report as inappropriate").first.click()
    yield "report"
    person.button("Report it").click()
    page.wait_for_selector(".accounts-error")
    yield "no reason"


def test_reviews_are_for_everybody(meet: Callable[..., Person], site: Served) -> None:
    written(site)
    person = meet(site, viewport=NARROW)
    assert [fault for stop in tour(person, site) for fault in faults(person, stop)] == []


def test_stars_are_chosen_with_the_keyboard_alone(meet: Callable[..., Person], site: Served) -> None:
    person = meet(site, viewport=NARROW)
    person.sign_in("lumme", site.portal.patron("lumme"))
    person.go(f"/reviews/write{QUERY}")
    page = person.page
    page.locator("#accounts-stars-0").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.type("Good.")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.type") != "submit":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reviews")
    assert "2 stars of 5" in page.locator(".accounts-review").inner_text()


def test_staff_s_page_is_for_everybody_who_works_there(meet: Callable[..., Person], site: Served) -> None:
    written(site)
    person = come_as(meet, site, "helpdesk")
    page = person.page
    person.go("/admin/reviews")
    found = faults(person, "one to look at")
    page.locator("summary", has_text="Hide it").click()
    page.get_by_role("button", name="Hide it").click()
    page.wait_for_selector(".accounts-error")
    found += faults(person, "no reason")
    page.get_by_label("Why? The writer is told.").select_option("advertising")
    page.get_by_role("button", name="Hide it").click()
    page.wait_for_selector(".accounts-empty")
    found += faults(person, "nothing left")
    page.get_by_role("link", name="Hidden").click()
    assert page.locator(".accounts-review").count() == 1
    found += faults(person, "hidden")
    assert found == []
