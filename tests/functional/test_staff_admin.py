"""The pages for staff show each role its part, each library its own, and nobody else that they exist."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.domain.strength import Strength
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.login.checks import Level, Step
from tests.factories.portal import Browser, Portal
from tests.factories.rows import write
from tests.factories.staff import LOGINS, add, colleague
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
STAFF_PATHS = ("/admin", "/admin/second-factors")


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS, login__staff__library="lumme")


def sections(browser: Browser) -> list[str]:
    page = BeautifulSoup(browser.get("/admin").text, "html.parser")
    return [heading.text.strip() for heading in page.select("main section h2")]


def test_a_patron_is_not_told_that_there_are_pages_for_staff(portal: Portal) -> None:
    patron = portal.signed_in_browser()
    for path in STAFF_PATHS:
        answer = patron.get(path, expect_errors=True)
        assert answer.status_int == 404
        assert 'data-code="not_found"' in answer.text
    assert patron.post("/admin/logins/staff/check").status_int == 404
    assert patron.post("/admin/second-factors", action="add").status_int == 404


def test_the_account_page_leads_staff_to_their_pages_and_nobody_else(portal: Portal) -> None:
    link = 'href="/admin"'
    assert link in colleague(portal).sign_in().get("/account").text
    assert link not in portal.signed_in_browser().get("/account").text


def test_nobody_is_asked_to_sign_in_first(portal: Portal) -> None:
    for path in STAFF_PATHS:
        assert "/sign-in?return_to=" in portal.browser().get(path).headers["Location"]
    assert portal.browser().post("/admin/logins/staff/check").status_int == 401


def test_staff_who_came_in_a_weaker_way_are_asked_for_more(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    write(portal.house, "UPDATE signed_in_session SET strength = :weaker", weaker=Strength.NORMAL.value)
    for path in STAFF_PATHS:
        answer = browser.get(path, expect_errors=True)
        assert answer.status_int == 403
        assert 'data-code="sign_in_not_strong_enough"' in answer.text


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("it", ["Libraries", "Ways to sign in", "Jobs", "Staff"]),
        ("helpdesk", ["Libraries"]),
        ("insight", []),
    ],
)
def test_each_role_sees_its_part(portal: Portal, role: str, seen: list[str]) -> None:
    assert sections(colleague(portal, role=role).sign_in()) == seen


@pytest.mark.parametrize("role", ["it", "helpdesk"])
def test_a_grant_of_one_library_never_shows_another(portal: Portal, role: str) -> None:
    """Checklist L15."""
    add(portal, "lumme@library.example", library="lumme", name="Of Lumme")
    add(portal, "all@library.example", name="Of all")
    page = colleague(portal, role=role, library="helka").sign_in().get("/admin").text
    assert "Helka-kirjastot" in page
    for other in ("LUMME-kirjastot", "lumme", "Of Lumme", "Of all"):
        assert other not in page


def test_a_login_of_another_library_can_not_be_checked(portal: Portal) -> None:
    browser = colleague(portal, library="helka").sign_in()
    assert browser.post("/admin/logins/staff/check").status_int == 404
    assert browser.post("/admin/logins/card/check").status_int == 200
    assert browser.post("/admin/logins/nowhere/check").status_int == 404


def test_the_help_desk_checks_no_login(portal: Portal) -> None:
    assert colleague(portal, role="helpdesk").sign_in().post("/admin/logins/card/check").status_int == 404


def test_faults_of_settings_are_for_it_alone(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS, library__helka__api_key="")
    it = colleague(portal).sign_in().get("/admin").text
    assert "accounts.library.helka.api_key" in it
    desk = colleague(portal, "bob@library.example", role="helpdesk").sign_in().get("/admin").text
    assert "Not available" in desk
    assert "api_key" not in desk


def test_libraries_show_when_they_answered_and_what_failed(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    assert browser.get("/admin").text.count("No answer yet") == 2
    portal.signed_in_browser("lumme")
    portal.alma.stop()
    portal.client().call(
        "POST", "/sessions", {"library": "helka", "card_number": "HK10001", "pin": "1234"}, status=503
    )
    page = browser.get("/admin").text
    assert "Last answer:" in page
    assert "Last failure: unreachable" in page


def test_jobs_show_their_last_run_and_the_next(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS, schedule="yes")
    ada = colleague(portal)
    browser = ada.sign_in()
    assert "Has not run yet." in browser.get("/admin").text
    run_job(portal.house, "send-mail")
    portal.clock.advance(minutes=1)
    run_job(portal.house, "send-mail")
    page = BeautifulSoup(browser.get("/admin").text, "html.parser")
    (row,) = [row.text for row in page.select("#accounts-jobs + ul > li") if "send-mail" in row.text]
    assert "Done:" in row
    assert "Next: about" in row


def test_a_check_of_a_login_shows_every_step_with_advice(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = (Step("hashing", Level.OK, "41 ms"), Step("clock", Level.FAILED, "2 hours off", "Set the clock."))
    monkeypatch.setattr(type(portal.house.logins["staff"]), "check", lambda _self: iter(steps))
    page = colleague(portal).sign_in().post("/admin/logins/staff/check")
    assert page.status_int == 200
    for words in ("41 ms", "In order", "2 hours off", "Failed", "Set the clock."):
        assert words in page.text


def test_the_address_of_a_check_leads_back_to_the_page(portal: Portal) -> None:
    answer = colleague(portal).sign_in().get("/admin/logins/staff/check")
    assert answer.headers["Location"].endswith("/admin")


def test_it_sees_the_staff_and_who_is_not_set_up(portal: Portal) -> None:
    add(portal, "bob@library.example", name="Bob", role="helpdesk", library="lumme")
    page = colleague(portal).sign_in().get("/admin").text
    assert "bob@library.example" in page
    assert "not set up yet" in page


def test_pages_for_staff_may_use_passkeys_and_nothing_else(portal: Portal) -> None:
    headers = portal.browser().get("/sign-in/staff").headers
    policy = headers["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in policy
    assert "publickey-credentials-create=(self)" in policy
    assert "camera=()" in policy
