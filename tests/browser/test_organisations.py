"""Choosing one's organisation in a real browser: by typing, by keyboard, on a narrow screen, with axe."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from discovery_accounts.jobs.runner import run_job
from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.federated import entity_id, saml_settings, well_known, write_list
from tests.factories.federation import Signer, entity

pytestmark = pytest.mark.saml
LONG = "Tieteellisten seurojen ja kansanvalistusjärjestöjen yhteistyövaltuuskunta"


@pytest.fixture
def site(make_site: Callable[..., Served], federation: Signer, tmp_path: Path) -> Served:
    path = tmp_path / "federation.xml"
    many = [
        entity(f"https://idp{n}.example", {"en": f"College {n}", "fi": LONG + f" {n}"}) for n in range(40)
    ]
    write_list(path, federation, [*well_known(federation), *many])
    settings = saml_settings(tmp_path, metadata_file=path, metadata_certificate=federation.pinned)
    site = make_site(**settings)
    run_job(site.portal.house, "refresh-metadata")
    return site


def _choose(person: Person, name: str) -> None:
    """Choose, without going to the organisation, which is not there."""
    gone: list[str] = []

    def at_the_organisation(route: Route) -> None:
        gone.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>There</title>")

    person.page.route("https://idp.*/**", at_the_organisation)
    person.page.get_by_role("button", name=name).click()
    person.page.wait_for_url("https://idp.*/**")
    assert gone
    person.page.unroute("https://idp.*/**")


def test_organisations_are_found_as_one_types_and_told(person: Person) -> None:
    page = person.page
    person.go("/sign-in/haka")
    left: list[str] = []
    page.on("framenavigated", lambda frame: left.append(frame.url))
    found = page.get_by_role("list", name="Organisations").get_by_role("button")
    field = page.get_by_role("searchbox")
    field.press_sequentially("helsing", delay=20)
    expect(found).to_have_count(1)
    expect(found).to_have_accessible_name("University of Helsinki helsinki.example")
    status = page.get_by_role("main").get_by_role("status")
    expect(status).to_have_text("1 organisation found.")
    expect(field).to_be_focused()
    field.fill("college")
    expect(found).to_have_count(20)
    expect(status).to_contain_text("20")
    field.fill("xyzzy")
    expect(found).to_have_count(0)
    expect(status).to_contain_text("No organisation fits")
    assert left == []


def test_one_press_is_enough_the_next_time_and_can_be_forgotten(person: Person) -> None:
    page = person.page
    person.go("/sign-in/haka?q=abo")
    _choose(person, "Åbo Akademi University")
    person.go("/sign-in/haka")
    chosen = page.get_by_role("region", name="Chosen before").get_by_role("listitem")
    expect(chosen).to_have_count(1)
    _choose(person, "Åbo Akademi University")
    person.go("/sign-in/haka")
    person.button("Forget what was chosen before").click()
    expect(page.get_by_text("Chosen before")).to_have_count(0)


def test_without_a_mouse(person: Person) -> None:
    page, keys = person.page, person.page.keyboard
    person.go("/sign-in/haka")
    page.get_by_role("searchbox").focus()
    keys.type("turku")
    expect(page.get_by_role("list", name="Organisations").get_by_role("button")).to_have_count(1)
    keys.press("Tab")
    expect(person.button("Search")).to_be_focused()
    keys.press("Tab")
    expect(page.get_by_role("button", name="University of Turku")).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    keys.press("Enter")
    page.wait_for_url("**/sign-in/haka?q=turku")
    expect(page.get_by_role("button", name="University of Turku")).to_be_visible()


def test_without_a_script(site: Served, meet: Callable[..., Person]) -> None:
    person = meet(site, java_script_enabled=False)
    person.go("/sign-in/haka")
    person.page.get_by_role("searchbox").fill("hogskolen alesund")
    person.button("Search").click()
    _choose(person, "Ålesund University College")


@pytest.mark.parametrize("language", ["fi-FI", "sv-FI", "nb-NO", "en-GB"])
def test_the_page_is_for_everybody(site: Served, meet: Callable[..., Person], language: str) -> None:
    person = meet(site, viewport={"width": 320, "height": 640}, locale=language)
    person.go("/sign-in/haka?q=uit")
    _choose(person, "UiT")
    faults = []
    for path in ("/sign-in/haka", "/sign-in/haka?q=yhteisty", "/sign-in/haka?q=nothing"):
        person.go(path)
        faults += [f"{path}: {fault}" for fault in person.barriers()]
        if wider := person.overflow():
            faults.append(f"{path}: {wider} px wider than the screen")
    assert faults == []
    assert entity_id("tromso") in person.page.content()
