"""The card's log and the calendar in a browser: for everybody, narrow and wide, with and without a script."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.browser.person import Person
from tests.browser.serving import Served

NARROW = {"width": 320, "height": 640}


def log_and_calendar(person: Person) -> Iterator[str]:
    portal, page = person.site.portal, person.page
    parent = portal.signed_in_client("lumme", "no_loans")
    parent.link("helka", portal.patron("helka", "child"), label="Elsa")
    for path in ("/loans", "/fees"):
        parent.call("GET", path, status=200)
    person.sign_in("helka", portal.patron("helka", "child"))
    person.go("/cards")
    page.locator(".accounts-card-face a").first.click()
    page.wait_for_load_state()
    page.locator("a[href$='/log']").first.click()
    page.wait_for_url("**/log")
    yield "log"
    page.locator("select[name=who]").select_option("staff")
    page.locator(".accounts-log-filter button").click()
    page.wait_for_url("**who=staff*")
    yield "log, nothing of staff"
    person.go("/account/calendar")
    yield "calendar"
    page.locator("main form button[type=submit]").last.click()
    page.locator("#accounts-feed-address").wait_for()
    yield "calendar, made"
    page.locator("main form button[type=submit]").first.click()
    page.locator(".accounts-notices, [role=status]").first.wait_for()
    yield "calendar, stopped"


def test_every_page_is_for_everybody(site: Served, meet: Callable[..., Person]) -> None:
    person = meet(site, viewport=NARROW, locale="fi-FI")
    faults = []
    for stop in log_and_calendar(person):
        faults += [f"{stop}: {barrier}" for barrier in person.barriers()]
        if wider := person.overflow():
            faults.append(f"{stop}: {wider} px wider than the screen")
        _picture(person, stop)
    assert faults == []


def test_the_address_is_copied_by_its_button(site: Served, meet: Callable[..., Person]) -> None:
    person = meet(site, locale="en-GB")
    page = person.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.sign_in("lumme", site.portal.patron("lumme"))
    person.go("/account/calendar")
    person.button("Make the calendar").click()
    person.button("Copy the address").click()
    person.button("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(re.escape(site.url) + r"/api/v1/loans/calendar\.ics\?token=[\w-]{43}", copied)
    webcal = person.link("Open in the calendar program").get_attribute("href")
    assert webcal == copied.replace("http:", "webcal:")


def _picture(person: Person, stop: str) -> None:
    folder = os.environ.get("PICTURES")
    if not folder:
        return
    for width in (360, 1280):
        for scheme in ("light", "dark"):
            person.page.set_viewport_size({"width": width, "height": 800})
            person.page.emulate_media(color_scheme=scheme)
            name = re.sub(r"\W+", "-", stop)
            person.page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
    person.page.set_viewport_size(NARROW)
    person.page.emulate_media(color_scheme="light")
