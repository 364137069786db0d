"""The page of a library for IT: what its self-test found, testing again, and who may see it."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import LibraryCheck
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
PATH = "/admin/libraries/lumme"
STEPS = 12


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS, library__lumme__test_card="21270000001", library__lumme__test_pin="1234")


@pytest.fixture
def it(portal: Portal) -> Browser:
    return colleague(portal).sign_in()


def test_it_tests_a_library_and_sees_every_step_with_sign_word_and_time(portal: Portal, it: Browser) -> None:
    assert "has not been tested yet" in it.get(PATH).text
    answer = it.post(PATH)
    assert (answer.status_int, answer.headers["Location"].endswith(PATH)) == (303, True)
    page = BeautifulSoup(it.get(PATH).text, "html.parser")
    rows = page.select(".accounts-rows > li")
    assert len(rows) == STEPS
    assert all(row.select_one("svg") and row.select_one(".accounts-tag") for row in rows)
    assert "In order" in rows[0].text
    assert any("230" not in row.text and "listed" in row.text for row in rows)
    assert portal.koha.count("POST", "renew") == 0


def test_a_failure_comes_with_its_cause_and_what_to_do(portal: Portal, it: Browser) -> None:
    portal.koha.set_fault("error_503")
    it.post(PATH)
    page = it.get(PATH).text
    for words in ("HTTP 503", "Failed", "Common causes: ", "What to do: ", "Whom to ask: ", "Not tested"):
        assert words in page
    assert it.get("/admin").status_int == 200


def test_one_test_a_minute_for_each_library(portal: Portal, it: Browser) -> None:
    assert it.post(PATH).status_int == 303
    calls = portal.koha.count()
    again = it.post(PATH)
    assert again.status_int == 429
    assert int(again.headers["Retry-After"]) <= 60
    assert "less than a minute ago" in again.text
    assert portal.koha.count() == calls
    assert it.post("/admin/libraries/helka").status_int == 303
    portal.clock.advance(minutes=1)
    assert it.post(PATH).status_int == 303
    assert count(portal.house, LibraryCheck) == 3


def test_the_strip_tells_earlier_tests_in_words_too(portal: Portal, it: Browser) -> None:
    for fault in (None, "hang", None):
        if fault:
            portal.koha.set_fault(fault)
        run_job(portal.house, "check-libraries")
        portal.koha.clear_faults()
        portal.clock.advance(minutes=1)
    page = BeautifulSoup(it.get(PATH).text, "html.parser")
    strip = [(one["class"], one.text.split(": ")[-1]) for one in page.select(".accounts-strip li")]
    assert strip == [
        (["accounts-strip-ok"], "In order"),
        (["accounts-strip-failed"], "Failed"),
        (["accounts-strip-ok"], "In order"),
    ]
    assert "In order: 2. Warnings: 0. Failed: 1." in page.text


def test_the_text_for_the_vendor_has_no_secret(portal: Portal, it: Browser) -> None:
    it.post(PATH)
    page = BeautifulSoup(it.get(PATH).text, "html.parser")
    area = page.select_one("textarea[readonly]")
    assert area is not None
    assert "Self-test of the connection" in area.text
    whole = it.get(PATH).text
    for secret in ("21270000001", portal.koha.client_secret, "Aino"):
        assert secret not in whole


@pytest.mark.parametrize("grant", [{"role": "helpdesk"}, {"role": "insight"}, {"library": "helka"}])
def test_nobody_else_sees_it_or_tests(portal: Portal, grant: dict[str, str]) -> None:
    """Checklist L15."""
    other = colleague(portal, "bob@library.example", **grant).sign_in()
    assert other.get(PATH, expect_errors=True).status_int == 404
    assert other.post(PATH).status_int == 404
    assert PATH not in other.get("/admin").text
    assert count(portal.house, LibraryCheck) == 0


def test_patrons_and_strangers_do_not_learn_of_it(portal: Portal) -> None:
    assert portal.signed_in_browser().get(PATH, expect_errors=True).status_int == 404
    assert portal.browser().post(PATH).status_int == 401
    assert portal.koha.count("GET", "/v1/checkouts") == 0


def test_a_library_that_is_not_there_is_not_found(it: Browser) -> None:
    for name in ("turku", "..", "lumme%00"):
        assert it.get(f"/admin/libraries/{name}", expect_errors=True).status_int in (400, 404)


def test_a_library_with_faulty_settings_has_its_page(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS, library__helka__api_key="")
    browser = colleague(portal).sign_in()
    assert browser.post("/admin/libraries/helka").status_int == 303
    assert "accounts.library.helka.api_key is missing" in browser.get("/admin/libraries/helka").text


def test_the_page_is_reached_from_the_pages_for_staff(it: Browser) -> None:
    assert f'href="{PATH}"' in it.get("/admin").text
