"""What staff do in a browser: test a library, find out why a patron can't sign in; narrow, and asked of axe."""

from collections.abc import Callable

import pytest

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.staff import LOGINS, colleague

NARROW = {"width": 320, "height": 640}
SETTINGS = {key: value for key, value in LOGINS.items() if key != "languages"}


@pytest.fixture
def site(make_site: Callable[..., Served]) -> Served:
    return make_site(
        **SETTINGS,
        library__lumme__lock_after="3",
        library__lumme__test_card="21270000004",
        library__lumme__test_pin="4567",
    )


def come_as(meet: Callable[..., Person], site: Served, role: str) -> Person:
    """Somebody of staff who is signed in already."""
    person = meet(site, viewport=NARROW)
    signed_in = colleague(site.portal, f"{role}@library.example", role=role).sign_in()
    person.page.context.add_cookies(
        [
            {"name": cookie.name, "value": str(cookie.value), "url": site.url}
            for cookie in signed_in.app.cookiejar
        ]
    )
    return person


def faults(person: Person, stop: str) -> list[str]:
    found = person.barriers()
    if wider := person.overflow():
        found.append(f"{wider} px wider than the screen")
    return [f"{stop}: {fault}" for fault in found]


def test_it_tests_a_library_and_reads_what_ails_it(meet: Callable[..., Person], site: Served) -> None:
    person = come_as(meet, site, "it")
    person.go("/admin")
    found = faults(person, "pages for staff")
    person.page.locator("a[href='/admin/libraries/lumme']").click()
    found += faults(person, "not tested yet")
    site.portal.koha.set_fault("error_503", path_contains="/104/checkouts")
    person.button("Test now").click()
    person.page.wait_for_selector(".accounts-strip")
    found += faults(person, "failed")
    assert person.page.get_by_text("available for the moment").first.is_visible()
    assert "HTTP 503" in person.page.get_by_label("The last test as text").input_value()
    person.button("Test again").click()
    assert person.page.get_by_role("alert").is_visible()
    found += faults(person, "too soon")
    assert found == []


def test_the_desk_finds_out_why_and_the_pin_never_comes_back(
    meet: Callable[..., Person], site: Served
) -> None:
    person = come_as(meet, site, "helpdesk")
    page = person.page
    person.go("/admin")
    page.get_by_role("link", name="Why can this patron not sign in?").click()
    found = faults(person, "empty form")
    person.button("Look").click()
    found += faults(person, "nothing typed")
    assert page.get_by_text("Choose why you look.").first.is_visible()
    for _ in range(2):
        page.get_by_label("Library").select_option("lumme")
        page.get_by_label("Card number").fill("2127 0000 005")
        page.get_by_label("Why do you look?").select_option("at_desk")
        page.get_by_label("PIN").fill("0000")
        person.button("Look").click()
        page.wait_for_selector(".accounts-rows")
        found += faults(person, "found")
    assert page.get_by_text("This keeps the patron out").is_visible()
    assert page.get_by_label("PIN").input_value() == ""
    assert page.get_by_label("Card number").input_value() == ""
    assert "0005" in page.content()
    assert "21270000005" not in page.content()
    assert found == []
