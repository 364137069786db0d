"""The overview for IT: figures of the last hour as drawings and table, the last self-test, and who sees what."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import JobRun
from tests.factories.portal import Browser, Portal
from tests.factories.rows import write
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
PAGES = ("/admin", "/admin/jobs", "/admin/audit", "/admin/settings", "/admin/notices")
OF_IT = PAGES[1:]


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


def page_of(browser: Browser, path: str = "/admin") -> BeautifulSoup:
    return BeautifulSoup(browser.get(path).text, "html.parser")


def row_of(page: BeautifulSoup, library: str) -> Tag:
    found = page.select("#accounts-libraries ~ ul > li")
    return next(row for row in found if library in row.text)


def ask(portal: Portal, library: str, answered: int, failed: int = 0, seconds: float = 0.1) -> None:
    """As if this process had asked the library so often."""
    watch = portal.house.gateway._watches[library]
    for _ in range(answered):
        watch.note("ok", seconds)
    for _ in range(failed):
        watch.note("timed_out", 2.0)


@pytest.mark.parametrize("path", OF_IT)
@pytest.mark.parametrize("role", ["helpdesk", "insight"])
def test_other_staff_do_not_learn_of_the_pages_of_it(portal: Portal, path: str, role: str) -> None:
    """Checklist L15."""
    browser = colleague(portal, role=role).sign_in()
    assert browser.get(path, expect_errors=True).status_int == 404
    assert f'href="{path}"' not in browser.get("/admin").text


def test_patrons_and_strangers_do_not_learn_of_them(portal: Portal) -> None:
    patron = portal.signed_in_browser()
    for path in PAGES:
        assert patron.get(path, expect_errors=True).status_int == 404
        assert "/sign-in?return_to=" in portal.browser().get(path).headers["Location"]
    for path in ("/admin/audit", "/admin/notices", "/admin/notices/x/end"):
        assert patron.post(path).status_int == 404
        assert portal.browser().post(path).status_int == 401


def test_staff_who_came_in_a_weaker_way_see_none_of_them(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    write(portal.house, "UPDATE signed_in_session SET strength = 'normal'")
    for path in PAGES:
        assert browser.get(path, expect_errors=True).status_int == 403


def test_every_page_leads_to_the_others_and_says_which_it_is(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    for path in PAGES:
        links = page_of(browser, path).select(".accounts-staff-nav a")
        assert {str(link["href"]) for link in links} >= set(PAGES)
        assert [link["href"] for link in links if link.get("aria-current") == "page"] == [path]


def test_no_library_is_asked_for_these_pages(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    before = portal.koha.count() + portal.alma.count()
    for path in PAGES:
        assert browser.get(path).status_int == 200
    browser.post("/admin/audit")
    assert portal.koha.count() + portal.alma.count() == before


def test_the_figures_are_those_of_the_questions(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    ask(portal, "lumme", 38, 2, seconds=0.1)
    row = row_of(page_of(browser), "LUMME")
    numbers = [dd.get_text(" ", strip=True) for dd in row.select(".accounts-numbers dd")]
    assert numbers[0] == "40"
    assert numbers[1] == "2 (5%)"
    assert 0.08 <= float(numbers[2].removesuffix("\N{NO-BREAK SPACE}s")) <= 0.13
    told = [text.text for text in row.select("svg desc")]
    assert told[0].startswith("40 questions, 2 without an answer.")
    cells = [td.text for td in row.select("tbody tr")[0].select("td")]
    assert cells[:2] == ["40", "2"]
    assert [row.text for row in row.select("tbody tr td:first-of-type")][1:] == ["0"] * 11


def test_the_drawings_have_a_bar_for_each_minute_with_questions(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    ask(portal, "lumme", 3, 1)
    questions, times = row_of(page_of(browser), "LUMME").select("svg[role=img]")
    assert [bar["class"] for bar in questions.select("rect")] == [
        ["accounts-chart-answered"],
        ["accounts-chart-failed"],
    ]
    assert len(times.select("rect")) == 1
    for drawing in (questions, times):
        assert all(drawing.select_one(f"#{name}") for name in str(drawing["aria-labelledby"]).split())
        assert not re.search(r"<(script|style)|style=", str(drawing))


def test_a_library_that_nobody_asked_has_no_drawing(portal: Portal) -> None:
    row = row_of(page_of(colleague(portal).sign_in()), "Helka")
    assert "Nothing was asked of it in the last hour." in row.text
    assert not row.select("svg[role=img]")


def test_real_questions_are_counted(portal: Portal) -> None:
    portal.signed_in_browser("lumme").get("/loans")
    assert row_of(page_of(colleague(portal).sign_in()), "LUMME").select(".accounts-numbers")


def test_what_is_wrong_stands_first(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    assert page_of(browser).select("#accounts-libraries ~ ul > li strong")[0].text == "LUMME-kirjastot"
    portal.alma.set_fault("hang")
    for _ in range(8):
        portal.client().call(
            "POST", "/sessions", {"library": "helka", "card_number": "HK10001", "pin": "1234"}
        )
        portal.clock.advance(minutes=16)
    browser = colleague(portal, "bob@library.example").sign_in()
    first = page_of(browser).select("#accounts-libraries ~ ul > li")[0]
    assert "Helka-kirjastot" in first.text
    assert "Left alone for a while" in first.text


def test_the_last_self_test_stands_beside_it(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    assert browser.post("/admin/libraries/lumme").status_int == 303
    row = row_of(page_of(browser), "LUMME")
    assert "Self-test: " in row.text
    assert row.select_one(".accounts-tag") is not None
    assert row.select_one("a[href='/admin/libraries/lumme']") is not None


def test_the_help_desk_sees_no_figures(portal: Portal) -> None:
    ask(portal, "lumme", 3)
    page = page_of(colleague(portal, role="helpdesk").sign_in())
    assert not page.select(".accounts-figures")
    assert "of this process" not in page.text


def test_jobs_that_failed_stand_first_with_their_runs(
    make_portal: Callable[..., Portal], monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = make_portal(**LOGINS, schedule="yes")
    browser = colleague(portal).sign_in()
    run_job(portal.house, "send-mail")
    write(portal.house, "UPDATE job_run SET result = 'failed' WHERE job = 'send-mail'")
    rows = page_of(browser, "/admin/jobs").select("main section > ul > li")
    assert rows[0].select_one("strong").text == "send-mail"  # type: ignore[union-attr]
    assert rows[0].select_one(".accounts-tag-failed") is not None
    assert rows[0].select("details[open] li")
    assert "Every minute" in rows[0].text


def test_a_run_whose_process_died_is_told_as_such(portal: Portal) -> None:
    browser = colleague(portal).sign_in()
    with portal.house.database.writing() as session:
        session.add(JobRun(job="verify-cards", started_at=portal.clock()))
    assert "Under way since" in browser.get("/admin/jobs").text
    portal.clock.advance(minutes=31)
    browser = colleague(portal, "bob@library.example").sign_in()
    assert "Begun and never ended" in browser.get("/admin/jobs").text


def test_a_job_that_the_clock_has_not_started_is_late(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS, schedule="yes")
    run_job(portal.house, "purge-sessions")
    portal.clock.advance(hours=3)
    rows = page_of(colleague(portal).sign_in(), "/admin/jobs").select("main section > ul > li")
    assert "Late" in rows[0].text


def test_a_dry_run_is_marked_and_is_not_the_last_run(portal: Portal) -> None:
    run_job(portal.house, "purge-sessions", dry_run=True)
    rows = page_of(colleague(portal).sign_in(), "/admin/jobs").select("main section > ul > li")
    [row] = [one for one in rows if one.find("strong", string="purge-sessions") is not None]
    assert "Has not run yet." in row.text
    assert "dry run, only counted: done" in row.text
