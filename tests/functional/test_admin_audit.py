"""Searching the audit: what is found, who may see it, and that looking is itself written down and told."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from webtest import TestResponse

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, Event, LibraryCard
from discovery_accounts.services import events as words
from discovery_accounts.services.audit import PAGE
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, events, rows
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
PATH = "/admin/audit"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


@pytest.fixture
def it(portal: Portal) -> Browser:
    return colleague(portal).sign_in()


def found(answer: TestResponse) -> list[str]:
    """Each event that is shown, as a line."""
    assert answer.status_int == 200, answer.text
    page = BeautifulSoup(answer.text, "html.parser")
    return [" ".join(item.get_text(" ", strip=True).split()) for item in page.select(".accounts-events li")]


def patron_of(portal: Portal) -> tuple[Browser, str, str]:
    """Somebody signed in by card: their browser, and the ids of account and card."""
    browser = portal.signed_in_browser("lumme")
    card = rows(portal.house, LibraryCard, library="lumme")[0]
    signed_in = events(portal.house, words.SIGNED_IN)
    mine = next(event for event in signed_in if event.library == "lumme")
    return browser, str(mine.account_id), str(card.id)


def write_events(portal: Portal, number: int, **values: object) -> None:
    with portal.house.database.writing() as session:
        for step in range(number):
            at = portal.clock() - timedelta(minutes=step // 2)  # two share each moment
            session.add(Event(id=uuid.uuid4(), at=at, **values))


def test_a_search_finds_by_word_and_library(portal: Portal, it: Browser) -> None:
    write_events(portal, 3, word=words.PIN_REFUSED, library="lumme")
    write_events(portal, 2, word=words.PIN_REFUSED, library="helka")
    assert len(found(it.post(PATH, word=words.PIN_REFUSED))) == 5
    assert len(found(it.post(PATH, word=words.PIN_REFUSED, library="helka"))) == 2
    assert found(it.post(PATH, word=words.PIN_RECOVERED)) == []


def test_a_search_finds_by_time(portal: Portal, it: Browser) -> None:
    write_events(portal, 20, word=words.PIN_REFUSED, library="lumme")
    zone = portal.house.settings.libraries[0].timezone
    since = portal.clock().astimezone(zone).replace(tzinfo=None) - timedelta(minutes=3)
    typed = since.isoformat(timespec="minutes")
    newer = found(it.post(PATH, word=words.PIN_REFUSED, begins=typed))
    older = found(it.post(PATH, word=words.PIN_REFUSED, ends=typed))
    assert 6 <= len(newer) <= 8
    assert len(newer) + len(older) in {20, 22}


def test_pages_hold_every_event_once(portal: Portal, it: Browser) -> None:
    write_events(portal, 2 * PAGE + 7, word=words.PIN_REFUSED, library="lumme", detail=None)
    seen: list[str] = []
    with portal.house.database.reading() as session:
        ids = {str(row.id) for row in session.query(Event).filter_by(word=words.PIN_REFUSED)}
    after, pages = "", 0
    while True:
        answer = it.post(PATH, word=words.PIN_REFUSED, after=after)
        seen += found(answer)
        pages += 1
        older = BeautifulSoup(answer.text, "html.parser").select_one("[name=after]")
        if older is None:
            break
        after = str(older["value"])
    assert (pages, len(seen)) == (3, len(ids))


def test_a_place_at_the_end_of_time_begins_anew(portal: Portal, it: Browser) -> None:
    write_events(portal, 2, word=words.PIN_REFUSED, library="lumme")
    after = f"0001-01-01T00:00:00+14:00 {uuid.uuid4()}"
    assert len(found(it.post(PATH, word=words.PIN_REFUSED, after=after))) >= 2


def test_one_account_or_card_takes_a_reason(portal: Portal, it: Browser) -> None:
    _, account, card = patron_of(portal)
    for asked in ({"account": account}, {"card": card}):
        refused = it.post(PATH, **asked)
        assert refused.status_int == 422
        assert "Choose why you look." in refused.text
        assert not BeautifulSoup(refused.text, "html.parser").select(".accounts-events")
        assert it.post(PATH, reason="curious", **asked).status_int == 422
    assert count(portal.house, Event, word=words.STAFF_LOOKED) == 0
    lines = found(it.post(PATH, account=account, reason="asked"))
    assert any(words.SIGNED_IN in line for line in lines)


def test_every_search_is_an_event_of_its_own(portal: Portal, it: Browser) -> None:
    _, account, _ = patron_of(portal)
    it.post(PATH, word=words.SIGNED_IN)
    it.post(PATH, account=account, reason="fault")
    broad, narrow = events(portal.house, words.STAFF_LOOKED)
    assert broad.account_id is None
    assert str(narrow.account_id) == account
    assert narrow.detail is not None
    assert (narrow.detail["reason"], narrow.detail["place"]) == ("fault", "audit")
    assert narrow.detail["staff"]


def test_the_person_sees_that_they_were_looked_at_and_why(portal: Portal, it: Browser) -> None:
    browser, account, card = patron_of(portal)
    assert "When staff looked" not in browser.get("/account").text
    it.post(PATH, account=account, reason="misuse")
    it.post(PATH, card=card, reason="asked")
    page = browser.get("/account").text
    assert "When staff looked" in page
    assert "Reason: misuse was suspected" in page
    assert "Reason: you asked" in page
    other = portal.signed_in_browser("lumme", "child").get("/account").text
    assert "When staff looked" not in other


def test_a_grant_of_one_library_finds_only_its_own(portal: Portal) -> None:
    """Checklist L15."""
    write_events(portal, 2, word=words.PIN_REFUSED, library="lumme")
    write_events(portal, 1, word=words.PIN_REFUSED, library="helka")
    write_events(portal, 1, word=words.ACCOUNT_MADE)
    _, account, _ = patron_of(portal)
    other = colleague(portal, "bob@library.example", library="helka").sign_in()
    lines = found(other.post(PATH))
    assert len(lines) == 2  # their own grant, and one PIN
    assert all("helka" in line for line in lines)
    assert found(other.post(PATH, account=account, reason="asked")) == []
    refused = other.post(PATH, library="lumme")
    assert refused.status_int == 422
    assert "lumme" not in other.get(PATH).text


def test_only_codes_and_ids_are_shown(portal: Portal, it: Browser) -> None:
    portal.signed_in_browser("lumme")
    patron = portal.patron("lumme")
    page = it.post(PATH).text
    for personal in (patron.card_number, patron.given_name, patron.family_name, "ada@library.example"):
        assert personal not in page


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"account": "21270000001"}, "It is not an id."),
        ({"card": "<script>"}, "It is not an id."),
        ({"word": "' OR 1=1"}, "Choose a word from the list."),
        ({"begins": "yesterday"}, "Write day and time like this"),
        ({"begins": "2026-11-22T10:00", "ends": "2026-11-22T09:00"}, "The end must be after the beginning."),
        ({"ends": "9999-12-31T23:59"}, "Write day and time like this"),
    ],
)
def test_what_can_not_be_searched_for_is_told_at_its_field(
    it: Browser, asked: dict[str, str], told: str
) -> None:
    answer = it.post(PATH, **asked)
    assert answer.status_int == 422
    assert told in answer.text
    assert "<script>" not in answer.text.replace('<script nonce="', "")


def test_a_place_that_can_not_be_read_begins_anew(portal: Portal, it: Browser) -> None:
    write_events(portal, 2, word=words.PIN_REFUSED, library="lumme")
    for after in ("x", "2026-01-01T00:00:00 nobody", "2026-01-01T00:00:00 " + str(uuid.uuid4())):
        assert len(found(it.post(PATH, word=words.PIN_REFUSED, after=after))) == 2


def test_searches_are_limited(portal: Portal, it: Browser) -> None:
    token = it.csrf()
    for _ in range(60):
        assert it.post(PATH, csrf_token=token, word=words.PIN_REFUSED).status_int == 200
    refused = it.post(PATH, csrf_token=token)
    assert refused.status_int == 429
    assert int(refused.headers["Retry-After"]) <= 900
    assert count(portal.house, Event, word=words.STAFF_LOOKED) == 60


def test_looking_at_the_form_searches_nothing(portal: Portal, it: Browser) -> None:
    page = it.get(f"{PATH}?word={words.SIGNED_IN}").text
    assert "What was found" not in page
    assert count(portal.house, Event, word=words.STAFF_LOOKED) == 0


def test_who_sees_all_of_it_saves_it_as_lines(portal: Portal, it: Browser) -> None:
    write_events(portal, 3, word=words.PIN_REFUSED, library="lumme")
    run_job(portal.house, "seal-audit")
    answer = it.post(PATH, action="export")
    assert answer.headers["Content-Disposition"].endswith('.jsonl"')
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["word"] for line in lines].count(words.PIN_REFUSED) == 3
    assert [line["sequence"] for line in lines] == sorted(line["sequence"] for line in lines)
    [event] = events(portal.house, words.AUDIT_EXPORTED)
    assert event.detail is not None
    assert event.detail["staff"]


def test_who_sees_a_part_of_it_saves_nothing(portal: Portal) -> None:
    other = colleague(portal, "bob@library.example", library="helka").sign_in()
    assert "JSON lines" not in other.get(PATH).text
    assert other.post(PATH, action="export").content_type == "text/html"
    assert events(portal.house, words.AUDIT_EXPORTED) == []


def test_an_account_that_is_nobodys_is_not_written_down(portal: Portal, it: Browser) -> None:
    assert found(it.post(PATH, account=str(uuid.uuid4()), reason="asked")) == []
    (look,) = events(portal.house, words.STAFF_LOOKED)
    assert look.account_id is None
    assert count(portal.house, Account) >= 1
