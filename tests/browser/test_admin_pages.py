"""The pages for IT in a browser: narrow, by keyboard, and asked of axe in light and dark."""

from collections.abc import Callable, Iterator

import pytest

from discovery_accounts.jobs.runner import run_job
from tests.browser.person import Person
from tests.browser.serving import Served
from tests.browser.test_staff_stories import SETTINGS, come_as, faults
from tests.factories.rows import write


@pytest.fixture
def site(make_site: Callable[..., Served]) -> Served:
    return make_site(**SETTINGS)


def busy(site: Served) -> None:
    """An hour in which much went right and some wrong, and jobs that ran."""
    for library, slow in (("lumme", 0.12), ("helka", 0.6)):
        recent = site.portal.house.gateway._watches[library].recent
        start = recent._clock()
        for minute in range(60):
            recent._clock = lambda at=start - (59 - minute) * 60: at
            for step in range(3 + minute * 7 % 11):
                recent.note(True, slow * (1 + step % 5))
            if library == "helka" and 20 < minute < 35:
                for _ in range(minute % 4 + 2):
                    recent.note(False, 2.0)
    for job in ("send-mail", "purge-sessions", "send-mail"):
        run_job(site.portal.house, job)
    write(site.portal.house, "UPDATE job_run SET result = 'failed' WHERE job = 'purge-sessions'")


def tour(person: Person) -> Iterator[str]:
    page = person.page
    person.go("/admin")
    yield "overview"
    page.locator("details summary", has_text="As a table").first.click()
    yield "overview, table"
    for name in ("Jobs", "Audit", "Settings", "Maintenance notices", "Second proofs"):
        person.go("/admin")
        page.locator(".accounts-staff-nav").get_by_role("link", name=name, exact=True).click()
        yield name
    person.go("/admin/audit")
    page.get_by_label("Account id").fill("not an id")
    person.button("Search").click()
    page.wait_for_selector(".accounts-error")
    yield "audit, no id"
    page.get_by_label("Account id").fill("")
    person.button("Search").click()
    page.wait_for_selector(".accounts-events")
    yield "audit, found"
    person.go("/admin/notices")
    person.button("Keep the notice").click()
    page.wait_for_selector(".accounts-error")
    yield "notices, nothing typed"
    page.get_by_label("Library").select_option("lumme")
    page.get_by_label("Kind").select_option("warning")
    page.get_by_label("Until").fill("2035-12-31T06:00")
    page.get_by_label("English").fill(
        "Renewals rest tonight.\nLoans that are due then may come back tomorrow."
    )
    person.button("Keep the notice").click()
    page.wait_for_selector("form[action$='/end']")
    yield "notices, one is shown"
    person.go("/sign-in/card")
    yield "a patron signs in"


def test_every_page_of_it_is_for_everybody(meet: Callable[..., Person], site: Served) -> None:
    person = come_as(meet, site, "it")
    busy(site)
    assert [fault for stop in tour(person) for fault in faults(person, stop)] == []


def test_the_table_of_figures_is_reached_by_keyboard(meet: Callable[..., Person], site: Served) -> None:
    person = come_as(meet, site, "it")
    busy(site)
    person.go("/admin")
    page = person.page
    summary = page.locator("details summary", has_text="As a table").first
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.className")
    assert focused == "accounts-scrolls"
    assert page.locator(".accounts-table").first.is_visible()
