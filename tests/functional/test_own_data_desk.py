"""At the desk, for a person who is there: their name is corrected, their account erased; written down and told."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from webtest import TestResponse

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services import events as words
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, events, rows, write
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

DESK = "/admin/own-data"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


@pytest.fixture
def desk(portal: Portal) -> Browser:
    return colleague(portal, role="helpdesk", library="lumme").sign_in()


def found(desk: Browser, portal: Portal) -> str:
    """The ticket of somebody who is there and was looked up."""
    number = portal.patron("lumme").card_number
    answer = desk.post(DESK, action="find", library="lumme", card_number=number, reason="asked", present="1")
    return str(answer.html.find("input", {"name": "ticket"})["value"])


def act(desk: Browser, ticket: str, action: str, **fields: str) -> TestResponse:
    return desk.post(DESK, action=action, ticket=ticket, **({"reason": "asked", "theirs": "1"} | fields))


@ON_SQLITE
def test_a_name_is_corrected_and_the_person_sees_who_did_it(portal: Portal, desk: Browser) -> None:
    owner = portal.signed_in_browser()
    answer = act(desk, found(desk, portal), "correct", name="Aino Canary", language="sv")
    assert "It was corrected." in answer.text
    account = next(one for one in rows(portal.house, Account) if one.name == "Aino Canary")
    assert account.language == "sv"
    [event] = events(portal.house, words.DATA_CORRECTED)
    assert (event.account_id, event.library) == (account.id, "lumme")
    assert event.detail is not None
    assert "Canary" not in str(event.detail)
    told = translations("sv").gettext("They corrected your name or language with you.")
    assert told in owner.get("/account").html.get_text()


@ON_SQLITE
@pytest.mark.parametrize("fields", [{"name": "A" * 200}, {"name": "A\0b"}, {"name": "", "language": "xx"}])
def test_what_can_not_be_a_name_or_language_changes_nothing(
    portal: Portal, desk: Browser, fields: dict[str, str]
) -> None:
    portal.signed_in_client()
    answer = act(desk, found(desk, portal), "correct", **({"language": "en"} | fields))
    assert answer.status_int == 422
    assert events(portal.house, words.DATA_CORRECTED) == []


def test_an_account_is_erased_once_and_its_person_gets_a_receipt(portal: Portal, desk: Browser) -> None:
    owner = portal.signed_in_browser()
    before, ticket = count(portal.house, Account), found(desk, portal)
    asked = act(desk, ticket, "erase", reviews="keep_anonymous")
    assert asked.status_int == 422
    assert "Erase only what the person has asked" in asked.text
    assert count(portal.house, Account) == before
    answer = act(desk, ticket, "erase", reviews="keep_anonymous", sure="1")
    assert "The account was erased." in answer.text
    assert "LUMME-kirjastot" in answer.text
    assert count(portal.house, Account) == before - 1
    assert count(portal.house, LibraryCard, library="lumme") == 0
    assert owner.get("/account").status_int == 303
    [event] = events(portal.house, words.ACCOUNT_ERASED)
    assert event.detail is not None
    assert (event.detail["by"], event.library) == ("staff", "lumme")
    assert event.detail["staff"]
    assert act(desk, ticket, "erase", reviews="keep_anonymous", sure="1").status_int == 404


@ON_SQLITE
@pytest.mark.parametrize("action", ["correct", "erase", "hand_over"])
def test_without_a_ticket_of_ones_own_nothing_is_done(portal: Portal, desk: Browser, action: str) -> None:
    portal.signed_in_client()
    other = colleague(portal, "eve@library.example", role="helpdesk", library="helka").sign_in()
    ticket, before = found(desk, portal), count(portal.house, Account)
    for browser, typed in ((other, ticket), (desk, "x"), (desk, "")):
        answer = act(browser, typed, action, name="Eve", language="en", reviews="delete", sure="1")
        assert answer.content_type == "text/html"
        assert answer.status_int >= 400
    assert count(portal.house, Account) == before
    assert not any(row.name == "Eve" for row in rows(portal.house, Account))


@ON_SQLITE
@pytest.mark.parametrize("reason", ["", "misuse", "x"])
@pytest.mark.parametrize("action", ["correct", "hand_over"])
def test_d4_each_act_takes_a_reason_of_its_own(
    portal: Portal, desk: Browser, action: str, reason: str
) -> None:
    portal.signed_in_client()
    ticket = found(desk, portal)
    answer = desk.post(
        DESK, action=action, ticket=ticket, reason=reason, theirs="1", name="Aino", language="sv"
    )
    assert (answer.status_int, answer.content_type) == (422, "text/html")
    assert events(portal.house, words.DATA_CORRECTED) == events(portal.house, words.DATA_HANDED_OVER) == []
    assert not any(row.name == "Aino" for row in rows(portal.house, Account))


@ON_SQLITE
def test_d4_the_eleventh_look_in_a_quarter_of_an_hour_is_refused_and_shows_nothing(
    portal: Portal, desk: Browser
) -> None:
    portal.signed_in_client()
    number = portal.patron("lumme").card_number
    find = {"action": "find", "library": "lumme", "card_number": number, "reason": "asked", "present": "1"}
    assert [desk.post(DESK, **find).status_int for _ in range(10)] == [200] * 10
    refused = desk.post(DESK, **find)
    assert refused.status_int == 429
    assert refused.html.find("input", {"name": "ticket"}) is None
    assert len(events(portal.house, words.DATA_SHOWN)) == 10
    portal.clock.advance(minutes=16)
    assert desk.post(DESK, **find).status_int == 200


@ON_SQLITE
def test_who_signs_in_only_by_an_organisation_is_found_by_the_card(portal: Portal, desk: Browser) -> None:
    """Rules 9.2: at any desk. Where it is not sure who that is, nobody is."""
    other = portal.signed_in_client("helka")
    other.link("lumme", portal.patron("lumme"))
    portal.signed_in_client()
    write(portal.house, "DELETE FROM identity WHERE login = 'card' AND issuer = 'lumme'")
    number = portal.patron("lumme").card_number
    look = {"action": "find", "library": "lumme", "card_number": number, "reason": "asked", "present": "1"}
    assert desk.post(DESK, **look).html.find("input", {"name": "ticket"}) is None
    write(portal.house, "UPDATE link SET proof = 'federation'")
    ticket = found(desk, portal)
    assert act(desk, ticket, "correct", name="Aino Canary", language="sv").status_int == 200
    [corrected] = events(portal.house, words.DATA_CORRECTED)
    [link] = rows(portal.house, Link, holder=True, account_id=corrected.account_id)
    assert link.card_id == next(one.id for one in rows(portal.house, LibraryCard, library="lumme"))
    write(portal.house, "UPDATE link SET holder = true")
    assert desk.post(DESK, **look).html.find("input", {"name": "ticket"}) is None


@ON_SQLITE
@pytest.mark.parametrize("action", ["correct", "erase", "hand_over"])
def test_staff_see_whose_account_it_is_and_say_that_it_is_this_person_s(
    portal: Portal, desk: Browser, action: str
) -> None:
    """A child's card that a parent joined to theirs opens the parent's account."""
    parent = portal.signed_in_client()
    parent.call("PATCH", "/account", {"name": "Aino Canary"}, status=200)
    parent.link("helka", portal.patron("helka", "child"), relation="looked_after")
    before, ticket = stored(portal), found(desk, portal)
    fields = {"name": "Eve", "language": "en", "reviews": "delete", "sure": "1", "theirs": ""}
    refused = act(desk, ticket, action, **fields)
    assert refused.status_int == 422
    told = " ".join(refused.html.find("main").get_text(" ").split())
    assert "Go on only if the account is that of the person who is here." in told
    assert "Name: Aino Canary It has 2 cards." in told
    assert stored(portal) == before
    assert act(desk, ticket, action, **(fields | {"theirs": "1"})).status_int == 200
    assert stored(portal) != before


def stored(portal: Portal) -> tuple[list[str | None], int]:
    """The names of all accounts, and how often one was handed over."""
    names = [row.name for row in rows(portal.house, Account)]
    return names, len(events(portal.house, words.DATA_HANDED_OVER))


@ON_SQLITE
@pytest.mark.parametrize("action", ["erase", "hand_over"])
def test_from_a_desk_left_open_no_data_leave_and_none_are_erased(portal: Portal, action: str) -> None:
    """They sign in once more, come back to the page, and it is done."""
    portal.signed_in_client()
    ada = colleague(portal, role="helpdesk", library="lumme")
    desk = ada.sign_in()
    portal.clock.advance(minutes=portal.house.settings.session.fresh_minutes + 1)
    before, ticket = stored(portal), found(desk, portal)
    fields = {"reviews": "delete", "sure": "1"}
    refused = act(desk, ticket, action, **fields)
    where = urlsplit(refused.headers["Location"])
    assert (refused.status_int, where.path) == (303, "/sign-in/staff")
    assert stored(portal) == before
    [return_to] = parse_qs(where.query)["return_to"]
    assert "then look the person up again" in desk.get(f"{where.path}?{where.query}").text
    ada.sign_in(desk, return_to=return_to)
    assert act(desk, found(desk, portal), action, **fields).status_int == 200
    assert stored(portal) != before
