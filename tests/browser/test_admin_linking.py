"""The page about linking in a browser: narrow, and asked of axe in light and dark."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.browser.test_staff_stories import SETTINGS, come_as, faults


@pytest.fixture
def site(make_site: Callable[..., Served]) -> Served:
    return make_site(**SETTINGS)


def tour(person: Person, site: Served) -> Iterator[str]:
    page, number = person.page, site.portal.patron("lumme").card_number
    person.go("/admin/linking")
    yield "nothing looked up"
    person.button("Look").click()
    page.wait_for_selector(".accounts-error")
    yield "nothing typed"
    page.locator("#accounts-library").select_option("lumme")
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Why do you look?").select_option("misuse")
    person.button("Look").click()
    page.wait_for_selector("#accounts-found")
    page.locator("details summary", has_text="What they may do").click()
    page.locator("details summary", has_text="The account that this card opens").click()
    yield "a card"
    page.get_by_label("Why do you do this?").first.select_option("safety")
    person.button("Block linking").click()
    page.wait_for_selector("text=Staff blocked it")
    yield "blocked"
    page.locator("#accounts-rules_library").select_option("lumme")
    page.get_by_label("Its cards may be linked").select_option("no")
    person.button("Count").click()
    page.wait_for_selector("text=How to apply it")
    page.locator("details summary", has_text="How to apply it").click()
    yield "rules tried out"


def test_who_may_link_cards_is_for_everybody_who_works_there(
    meet: Callable[..., Person], site: Served
) -> None:
    site.portal.signed_in_client()
    site.portal.signed_in_client("helka").link("lumme", site.portal.patron("lumme"))
    person = come_as(meet, site, "it")
    assert [fault for stop in tour(person, site) for fault in faults(person, stop)] == []
