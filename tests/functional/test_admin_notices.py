"""Notices of maintenance: who writes them, where patrons see them, in which language, and that they end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import MaintenanceNotice
from discovery_accounts.services import events as words
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, events
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
PATH = "/admin/notices"
NASTY = "<img src=x onerror=alert(1)>\n{{ 7*7 }} & “more”"
PATRON_PAGES = ("/", "/loans", "/holds", "/fees", "/cards")


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


@pytest.fixture
def it(portal: Portal) -> Browser:
    return colleague(portal).sign_in()


def local(portal: Portal, **later: float) -> str:
    """A moment from now as a field of a form has it, in the libraries' time."""
    zone = portal.house.settings.libraries[0].timezone
    moment = (portal.clock() + timedelta(**later)).astimezone(zone)
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def draft(portal: Portal, **changes: str) -> dict[str, str]:
    ends = local(portal, hours=2)
    return {"library": "lumme", "kind": "warning", "ends": ends, "text_en": "Closed tonight"} | changes


def told(browser: Browser, path: str = "/loans", **headers: str) -> list[str]:
    """What stands at the top of a page."""
    page = BeautifulSoup(browser.get(path, headers=headers).text, "html.parser")
    return [box.select(".accounts-said")[0].text for box in page.select("[data-maintenance]")]


def test_patrons_of_the_library_see_it_and_others_do_not(portal: Portal, it: Browser) -> None:
    mine, other = portal.signed_in_browser("lumme"), portal.signed_in_browser("helka")
    answer = it.post(PATH, **draft(portal))
    assert (answer.status_int, answer.headers["Location"].endswith(PATH)) == (303, True)
    for path in PATRON_PAGES:
        assert told(mine, path) == ["Closed tonight"], path
        assert told(other, path) == [], path
    assert told(mine, "/account") == told(mine, "/privacy") == []


def test_it_stands_where_one_signs_in_with_its_cards(portal: Portal, it: Browser) -> None:
    it.post(PATH, **draft(portal, library="helka"))
    page = portal.browser().get("/sign-in/card").text
    assert "Closed tonight" in page
    assert "Helka-kirjastot" in page
    assert told(portal.browser(), "/sign-in/staff") == told(portal.browser(), "/") == []


def test_it_is_shown_from_its_beginning_to_its_end(portal: Portal, it: Browser) -> None:
    it.post(PATH, **draft(portal, begins=local(portal, minutes=10), ends=local(portal, minutes=20)))
    mine = portal.signed_in_browser("lumme")
    assert told(mine) == []
    portal.clock.advance(minutes=11)
    assert told(mine) == ["Closed tonight"]
    portal.clock.advance(minutes=10)
    assert told(mine) == []
    it = colleague(portal, "bob@library.example").sign_in()
    assert "Notices that are over" in it.get(PATH).text


@pytest.mark.parametrize(
    ("language", "shown"), [("fi", "Suomeksi"), ("nb", "På norsk"), ("sv", "Suomeksi"), ("en", "Suomeksi")]
)
def test_it_is_shown_in_the_readers_language_or_the_first_there_is(
    portal: Portal, it: Browser, language: str, shown: str
) -> None:
    it.post(PATH, **draft(portal, text_en="", text_fi="Suomeksi", text_nb="På norsk"))
    browser = portal.browser()
    assert told(browser, "/sign-in/card", **{"Accept-Language": language}) == [shown]
    page = BeautifulSoup(
        browser.get("/sign-in/card", headers={"Accept-Language": language}).text, "html.parser"
    )
    assert page.select("[data-maintenance] .accounts-said")[0]["lang"] == ("nb" if language == "nb" else "fi")


def test_markup_is_text(portal: Portal, it: Browser) -> None:
    assert it.post(PATH, **draft(portal, text_en=NASTY)).status_int == 303
    mine = portal.signed_in_browser("lumme")
    for browser, path in ((mine, "/"), (mine, "/loans"), (portal.browser(), "/sign-in/card"), (it, PATH)):
        text = browser.get(path).text
        assert "<img src=x" not in text
        assert "{{ 7*7 }}" in text
    assert told(mine) == [NASTY]
    listed = portal.client().call("GET", "/libraries", status=200).json["libraries"]
    assert next(one for one in listed if one["name"] == "lumme")["notice"]["text"] == NASTY


def test_the_api_tells_it_beside_the_library(portal: Portal, it: Browser) -> None:
    it.post(PATH, **draft(portal, text_fi="Suljettu"))
    answer = portal.client().call("GET", "/libraries", status=200, **{"Accept-Language": "en"})
    notices = {one["name"]: one["notice"] for one in answer.json["libraries"]}
    assert notices["helka"] is None
    assert (notices["lumme"]["kind"], notices["lumme"]["language"]) == ("warning", "en")
    assert notices["lumme"]["text"] == "Closed tonight"
    assert notices["lumme"]["ends_at"].endswith("Z")


def test_it_can_be_ended_before_its_time(portal: Portal, it: Browser) -> None:
    it.post(PATH, **draft(portal))
    form = BeautifulSoup(it.get(PATH).text, "html.parser").select_one("form[action$='/end']")
    assert form is not None
    assert it.get(str(form["action"])).status_int == 303
    assert it.post(str(form["action"])).status_int == 303
    assert told(portal.signed_in_browser("lumme")) == []
    assert it.post(str(form["action"])).status_int == 303
    assert len(events(portal.house, words.NOTICE_ENDED)) == 1


def test_writing_and_ending_are_written_down(portal: Portal, it: Browser) -> None:
    it.post(PATH, **draft(portal, text_fi="Suljettu"))
    (event,) = events(portal.house, words.NOTICE_POSTED)
    assert (event.library, event.account_id) == ("lumme", None)
    assert event.detail is not None
    assert event.detail["languages"] == "fi en"
    assert "Closed" not in str(event.detail)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text_en": " \n "}, "Write the notice in one language at least."),
        ({"text_sv": "x" * 501}, "at most 500 characters"),
        ({"text_en": "turned \N{RIGHT-TO-LEFT OVERRIDE}around"}, "a character that can’t be shown"),
        ({"library": ""}, "Choose the library."),
        ({"kind": "loud"}, "Choose one of them."),
        ({"ends": ""}, "Say until when."),
        ({"ends": "tomorrow"}, "Write day and time like this"),
        ({"ends": "2020-01-01T10:00"}, "The end must be after the beginning."),
        ({"begins": "2020-01-01T10:00", "ends": "2020-01-01T11:00"}, "The end is over already."),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    portal: Portal, it: Browser, change: dict[str, str], said: str
) -> None:
    answer = it.post(PATH, **draft(portal, **change))
    assert answer.status_int == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert any(said in error.text for error in page.select(".accounts-error"))
    assert page.select(".accounts-summary a")
    assert count(portal.house, MaintenanceNotice) == 0


def test_five_at_once_are_enough(portal: Portal, it: Browser) -> None:
    for _ in range(5):
        assert it.post(PATH, **draft(portal)).status_int == 303
    assert "five notices already" in it.post(PATH, **draft(portal)).text
    assert it.post(PATH, **draft(portal, library="helka")).status_int == 303


def test_a_grant_of_one_library_writes_and_ends_only_its_own(portal: Portal, it: Browser) -> None:
    """Checklist L15."""
    it.post(PATH, **draft(portal))
    action = BeautifulSoup(it.get(PATH).text, "html.parser").select("form[action$='/end']")[0]["action"]
    other = colleague(portal, "bob@library.example", library="helka").sign_in()
    assert other.post(PATH, **draft(portal)).status_int == 422
    assert other.post(str(action)).status_int == 404
    page = other.get(PATH).text
    assert "Closed tonight" not in page
    assert "lumme" not in page.lower()
    assert other.post(PATH, **draft(portal, library="helka")).status_int == 303
    assert len(told(portal.signed_in_browser("lumme"))) == 1


@pytest.mark.parametrize("role", ["helpdesk", "insight"])
def test_other_staff_write_none(portal: Portal, role: str) -> None:
    """Checklist L15."""
    other = colleague(portal, role=role).sign_in()
    assert other.post(PATH, **draft(portal)).status_int == 404
    assert other.post(f"{PATH}/00000000-0000-4000-8000-000000000000/end").status_int == 404
    assert count(portal.house, MaintenanceNotice) == 0


def test_without_its_token_nothing_is_kept(portal: Portal, it: Browser) -> None:
    assert it.post(PATH, **draft(portal), csrf_token="of somebody else").status_int == 400
    assert count(portal.house, MaintenanceNotice) == 0


def test_what_is_long_over_is_forgotten(portal: Portal, it: Browser) -> None:
    it.post(PATH, **draft(portal))
    portal.clock.advance(days=91)
    run_job(portal.house, "purge-sessions")
    assert count(portal.house, MaintenanceNotice) == 0
    assert events(portal.house, words.NOTICE_POSTED)
