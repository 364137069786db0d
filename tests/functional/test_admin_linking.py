"""The page where staff see and set whether a card may be linked, and try rules out."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from webtest import TestResponse

from discovery_accounts.models import Account, LibraryCard, Link, OutboxMessage
from discovery_accounts.services import events as words
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, events, rows
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
PATH = "/admin/linking"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


@pytest.fixture
def desk(portal: Portal) -> Browser:
    return colleague(portal, role="helpdesk").sign_in()


def look(browser: Browser, portal: Portal, **fields: str) -> TestResponse:
    number = portal.patron("lumme").card_number
    asked = {"action": "find", "library": "lumme", "card_number": number, "reason": "asked", **fields}
    return browser.post(PATH, **asked)


def ticket(answer: TestResponse) -> str:
    found = BeautifulSoup(answer.text, "html.parser").find("input", {"name": "ticket"})
    assert found is not None, answer.text
    return str(found["value"])


def shared(portal: Portal) -> None:
    """A card with a holder, that somebody else has too."""
    portal.signed_in_client()
    portal.signed_in_client("helka").link("lumme", portal.patron("lumme"))


def test_a_card_is_looked_up_blocked_and_opened_again(portal: Portal, desk: Browser) -> None:
    shared(portal)
    answer = look(desk, portal)
    assert "1 account of somebody else sees it." in answer.text
    assert "See the loans: 1 account" in re.sub(r"\s+", " ", BeautifulSoup(answer.text, "html.parser").text)
    answer = desk.post(PATH, action="block", ticket=ticket(answer), act_reason="safety", end="1")
    assert "The card can’t be linked any more." in answer.text
    assert "Staff blocked it:" in answer.text
    assert count(portal.house, Link, state="ended", ended_by="staff") == 1
    assert count(portal.house, OutboxMessage, kind="link_ended") == 0
    answer = desk.post(PATH, action="unblock", ticket=ticket(answer), act_reason="settled")
    assert "The card can be linked again." in answer.text
    (card,) = rows(portal.house, LibraryCard, library="lumme")
    assert card.linking_blocked_at is None


def test_neither_number_nor_name_is_shown(portal: Portal, desk: Browser) -> None:
    """Checklist D4."""
    shared(portal)
    portal.signed_in_client("helka").call("PATCH", "/account", {"name": "Canary Person"})
    answer = look(desk, portal)
    assert portal.patron("lumme").card_number not in answer.text
    assert "Canary" not in answer.text
    assert portal.patron("lumme").card_number[-4:] in answer.text


def test_the_eleventh_look_waits_and_each_look_is_written_down(portal: Portal, desk: Browser) -> None:
    """Checklist D4."""
    statuses = [look(desk, portal).status_int for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    assert len(events(portal.house, words.STAFF_LOOKED)) == 10


def test_a_look_and_an_act_want_a_reason(portal: Portal, desk: Browser) -> None:
    assert "Choose why you look." in look(desk, portal, reason="").text
    answer = desk.post(PATH, action="block", ticket=ticket(look(desk, portal)))
    assert "Choose why you do this." in answer.text
    assert count(portal.house, LibraryCard) == 0


def test_staff_of_one_library_reach_no_other(portal: Portal) -> None:
    """Checklist L15: neither by the form nor by somebody else's ticket."""
    shared(portal)
    ours = colleague(portal, "ours@library.example", role="helpdesk", library="helka").sign_in()
    theirs = colleague(portal, "theirs@library.example", role="it", library="lumme").sign_in()
    assert "Choose a library from the list." in look(ours, portal).text
    stolen = ticket(look(theirs, portal))
    answer = ours.post(PATH, action="block", ticket=stolen, act_reason="misuse")
    assert "link_expired" in answer.text
    answer = theirs.post(PATH, action="block_account", ticket=stolen, account_reason="misuse")
    assert answer.status_int == 404 or "not_found" in answer.text
    assert rows(portal.house, LibraryCard, library="lumme")[0].linking_blocked_at is None
    assert {account.linking_blocked_at for account in rows(portal.house, Account)} == {None}


def test_a_ticket_is_over_after_half_an_hour(portal: Portal, desk: Browser) -> None:
    held = ticket(look(desk, portal))
    portal.clock.advance(minutes=29)
    desk.get(PATH)
    portal.clock.advance(minutes=2)
    answer = desk.post(PATH, action="block", ticket=held, act_reason="safety")
    assert "link_expired" in answer.text
    for broken in ("", "x.y", held[:-4] + "AAAA"):
        assert "link_expired" in desk.post(PATH, action="block", ticket=broken, act_reason="safety").text


def test_the_account_of_a_card_is_blocked_by_staff_of_the_whole_portal(portal: Portal, desk: Browser) -> None:
    shared(portal)
    answer = look(desk, portal, library="helka", card_number=portal.patron("helka").card_number)
    given = {"ticket": ticket(answer), "account_reason": "misuse", "end": "1"}
    assert "The account can’t link cards any more." in desk.post(PATH, action="block_account", **given).text
    assert count(portal.house, Link, state="ended", ended_by="staff") == 1
    assert "The account can link cards again." in desk.post(PATH, action="unblock_account", **given).text


@pytest.mark.parametrize(("role", "status"), [("insight", 404), ("helpdesk", 200), ("it", 200)])
def test_it_is_for_help_desk_and_it(portal: Portal, role: str, status: int) -> None:
    browser = colleague(portal, role=role).sign_in()
    assert browser.app.get(PATH, status="*").status_int == status
    assert portal.signed_in_browser().app.get(PATH, status="*").status_int == 404


def test_rules_are_tried_out_in_sentences(portal: Portal) -> None:
    shared(portal)
    it = colleague(portal, role="it").sign_in()
    answer = it.post(PATH, action="try", rules_library="lumme", linking="no")
    assert "This ends 1 link (1 account)." in answer.text
    assert "links policy --library lumme --linking no --apply" in answer.text
    assert "accounts.library.lumme.linking = no" in answer.text
    assert count(portal.house, Link, state="ended") == 0
    answer = it.post(PATH, action="try", rules_library="lumme", max_viewers="5")
    assert "There is 1 link to somebody else’s card, and it stays as it is." in answer.text
    assert "Write a number" in it.post(PATH, action="try", rules_library="lumme", max_viewers="many").text
    assert "Choose the library" in it.post(PATH, action="try").text


def test_the_help_desk_tries_no_rules_out(desk: Browser) -> None:
    assert "Try rules out" not in desk.get(PATH).text
    answer = desk.post(PATH, action="try", rules_library="lumme", linking="no")
    assert "This ends" not in answer.text
