"""Counts for supervisors, what a policy would end, data at the desk, and the audit: in every language, narrow, and
asked of axe in light and dark."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.browser.test_staff_stories import SETTINGS, come_as, faults
from tests.factories.rows import write
from tests.functional.test_insight import counts, members

LANGUAGES = ("en", "fi", "sv", "nb")


@pytest.fixture
def site(make_site: Callable[..., Served]) -> Served:
    return make_site(**SETTINGS)


def crowd(site: Served) -> None:
    """Members of two libraries over the months, some groups small, and counts from elsewhere."""
    for library, most in (("lumme", 40), ("helka", 22)):
        for step, days in enumerate((1, 20, 50, 100, 170, 260, 400)):
            members(site.portal, library, most - 5 * step, days)
    day = site.portal.clock().date().isoformat()
    kinds = {"loans-0": 60, "loans-1-3": 44, "loans-12+": 12, "age-0-14": 30, "age-15+": 80, "visits": 4120}
    lines = [
        f"{day},{library},{kind},{number}" for library in ("lumme", "helka") for kind, number in kinds.items()
    ]
    counts(site.portal, "\n".join(["date,library,kind,count", *lines]))


def speak(person: Person, language: str) -> None:
    write(person.site.portal.house, f"UPDATE account SET language = '{language}'")


def of_supervisor(person: Person) -> Iterator[str]:
    person.go("/admin/insight")
    assert person.page.locator("svg[role=img]").count() >= 4
    yield "insight"


def of_it(person: Person) -> Iterator[str]:
    page = person.page
    person.go("/admin/retention")
    yield "retention"
    page.locator("[name=policy]").select_option(index=2)
    page.locator("[name=months]").fill("0")
    page.locator("main form button[type=submit]").click()
    page.wait_for_selector(".accounts-error")
    yield "retention, no such number"
    person.go("/admin/audit")
    page.locator("form:has([name=word]) button[type=submit]").last.click()
    page.wait_for_selector(".accounts-events")
    yield "audit, found"
    person.go("/admin/jobs")
    yield "jobs"


def of_desk(person: Person) -> Iterator[str]:
    page = person.page
    person.go("/admin/own-data")
    yield "desk"
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_selector(".accounts-error")
    yield "desk, nothing typed"
    page.locator("[name=library]").select_option("lumme")
    page.locator("[name=card_number]").fill(person.site.portal.patron("lumme").card_number)
    page.locator("[name=reason]:not([type=hidden])").select_option("asked")
    page.locator("[name=present]").check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_selector("[name=ticket]", state="attached")
    page.locator("details.accounts-confirm summary").click()
    yield "desk, found"
    page.locator("form:has([value=erase]) button[type=submit]").click()
    page.wait_for_selector("#accounts-theirs-erase-error")
    yield "desk, nobody's"
    page.locator("form:has([value=erase]) [name=theirs]").check()
    page.locator("form:has([value=erase]) button[type=submit]").click()
    page.wait_for_selector("#accounts-sure-error")
    yield "desk, not sure"
    page.locator("form:has([value=correct]) [name=name]").fill("Aino")
    page.locator("form:has([value=correct]) [name=theirs]").check()
    page.locator("form:has([value=correct]) button[type=submit]").click()
    page.wait_for_selector(".accounts-box-good")
    yield "desk, corrected"


TOURS = {"insight": of_supervisor, "it": of_it, "helpdesk": of_desk}


@pytest.mark.parametrize("role", TOURS)
def test_its_pages_are_for_everybody_in_every_language(
    meet: Callable[..., Person], site: Served, role: str
) -> None:
    person = come_as(meet, site, role)
    crowd(site)
    site.portal.signed_in_client()
    found = []
    for language in LANGUAGES:
        speak(person, language)
        for stop in TOURS[role](person):
            assert person.page.locator("html").get_attribute("lang") == language
            found += faults(person, f"{language}: {stop}")
    assert found == []


def test_somebody_is_erased_at_the_desk_by_keyboard(meet: Callable[..., Person], site: Served) -> None:
    person = come_as(meet, site, "helpdesk")
    site.portal.signed_in_client()
    speak(person, "en")
    for _ in of_desk(person):
        pass
    page = person.page
    page.locator("details.accounts-confirm summary").focus()
    page.keyboard.press("Enter")
    page.locator("#accounts-theirs-erase").focus()
    page.keyboard.press("Space")
    page.locator("#accounts-sure").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("The account was erased.").wait_for()
    assert page.evaluate("document.activeElement.className").startswith("accounts-box accounts-box-good")
