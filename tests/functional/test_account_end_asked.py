"""A person ends their account: shown first what goes and what stays, then gone at once (rules 1.6, 4.7, 6.3)."""

import json
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from discovery_accounts.cli import main
from discovery_accounts.models import Account, Erasure, LibraryCard, Review, SignedInSession
from discovery_accounts.services import events
from tests.factories.codes import post_office, stepped_up
from tests.factories.ending import account
from tests.factories.portal import Browser, Client, Portal
from tests.factories.reviewers import RECORD
from tests.factories.reviewers import write as review
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

BODY = {"reviews": "keep_anonymous"}


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    """Whoever says nothing of a language reads English, so that words can be looked for."""
    return make_portal(languages="en fi sv nb")


def words_of(browser: Browser, path: str) -> str:
    page = BeautifulSoup(browser.get(path).text, "html.parser")
    main_part = page.find("main")
    assert main_part is not None
    return " ".join(main_part.get_text(" ").split())


def with_review(portal: Portal, text: str = "Good.") -> Client:
    client = portal.signed_in_client()
    review(client, text)
    return client


@ON_SQLITE
def test_the_page_says_what_goes_and_what_stays(portal: Portal) -> None:
    client = with_review(portal)
    client.link("helka", portal.patron("helka", "child"), relation="looked_after")
    made = client.call("POST", "/lists", {"name": "Sea"}, status=201).json["id"]
    for number in (1, 2):
        item = {"record_id": f"lumme.{number}", "source": "lumme", "title": "The Sea"}
        client.call("POST", f"/lists/{made}/items", item, status=201)
    browser = portal.signed_in_browser()
    told = words_of(browser, "/account/end")
    for part in ("2 cards in the account", "1 list of favourites", "2 items in all"):
        assert part in told
    assert "alert" not in told  # there is none
    assert "LUMME-kirjastot" in told
    assert "Helka" not in told  # somebody else's card
    assert "Keep them, without my name" in told
    assert "/account/end" in browser.get("/account").text
    assert count(portal.house, Account) == 1


@ON_SQLITE
def test_without_reviews_nothing_is_asked_about_them(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    page = BeautifulSoup(browser.get("/account/end").text, "html.parser")
    assert page.find("input", {"type": "radio"}) is None
    assert page.find("input", {"name": "reviews", "type": "hidden", "value": "keep_anonymous"})


def test_the_button_erases_at_once_and_a_receipt_comes(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    review(portal.signed_in_client(), "Good.")
    stepped_up(portal)
    answer = browser.post("/account/end", reviews="delete")
    assert (answer.status_int, answer.headers["Location"]) == (303, "http://localhost/account/ended")
    assert (
        count(portal.house, Account) == count(portal.house, LibraryCard) == count(portal.house, Review) == 0
    )
    assert "Your account was ended" in words_of(browser, "/account/ended")
    assert browser.get("/account", expect_errors=True).status_int == 303
    [mail] = post_office(portal)
    assert mail["Subject"] == "Your library account was ended"
    body = mail.get_content()
    assert "You remain a borrower of: LUMME-kirjastot." in body
    assert "were deleted, too" in body
    [erased] = events_of(portal.house, events.ACCOUNT_ERASED)
    assert (erased.account_id, erased.detail) == (None, {"because": "asked", "accounts": 1, "by": "owner"})
    assert rows(portal.house, Erasure)[0].because == "asked"


@ON_SQLITE
@pytest.mark.parametrize("reviews", ["", "both"])
def test_the_choice_has_to_be_one_of_the_two(portal: Portal, reviews: str) -> None:
    with_review(portal)
    browser = portal.signed_in_browser()
    stepped_up(portal)
    answer = browser.post("/account/end", reviews=reviews)
    assert answer.status_int == 422
    assert "Choose what becomes of them." in answer.text
    assert count(portal.house, Account) == 1


@ON_SQLITE
def test_the_page_asks_for_a_code_first(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    answer = browser.post("/account/end", reviews="delete")
    assert answer.status_int == 303
    assert "/account/confirm?return_to=" in answer.headers["Location"]
    portal.clock.advance(minutes=10)
    answer = browser.post("/account/end", reviews="delete")
    assert "/sign-in" in answer.headers["Location"]
    assert count(portal.house, Account) == 1


@ON_SQLITE
def test_a_strange_form_ends_nothing(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    stepped_up(portal)
    answer = browser.app.post("/account/end", {"reviews": "delete"}, expect_errors=True)
    assert answer.status_int == 400
    assert count(portal.house, Account) == 1


def test_a_program_ends_the_account(portal: Portal) -> None:
    client = with_review(portal)
    assert client.call("DELETE", "/account", BODY, status=403).json["code"] == "step_up_required"
    portal.clock.advance(minutes=10)
    assert client.call("DELETE", "/account", BODY, status=403).json["code"] == "fresh_sign_in_required"
    stepped_up(portal)
    client.call("DELETE", "/account", BODY, status=204)
    client.call("GET", "/account", status=401)
    assert count(portal.house, Account) == count(portal.house, SignedInSession) == 0
    anybody = portal.client().call("GET", f"{RECORD}/reviews", status=200).json["reviews"]
    assert [(one["text"], one["name"]) for one in anybody] == [("Good.", None)]


@ON_SQLITE
@pytest.mark.parametrize("body", [{}, {"reviews": "all"}, {"reviews": "delete", "sure": True}])
def test_a_program_says_what_becomes_of_reviews(portal: Portal, body: dict[str, object]) -> None:
    client = portal.signed_in_client()
    stepped_up(portal)
    assert client.call("DELETE", "/account", body).status_int in {400, 422}
    assert count(portal.house, Account) == 1


@ON_SQLITE
def test_it_happens_once(portal: Portal) -> None:
    first, second = portal.signed_in_client(), portal.signed_in_client()
    stepped_up(portal)
    first.call("DELETE", "/account", BODY, status=204)
    second.call("DELETE", "/account", BODY, status=401)


def command(portal: Portal, *words: str) -> object:
    result = CliRunner().invoke(main, ["--config", portal.ini(), "accounts", *words], catch_exceptions=False)
    return result.exit_code, result.output


@ON_SQLITE
def test_staff_erase_for_a_person_who_asked(portal: Portal) -> None:
    with_review(portal)
    mine = account(portal)
    assert command(portal, "erase", str(mine.id))[0] == 2  # type: ignore[index]  # no reason
    code, output = command(  # type: ignore[misc]
        portal, "erase", str(mine.id), "--reason", "person_asked", "--reviews", "delete", "--yes", "--json"
    )
    assert code == 0
    assert json.loads(output) == {"account": str(mine.id), "erased": True, "libraries": ["lumme"]}
    assert count(portal.house, Account) == count(portal.house, Review) == 0
    [erased] = events_of(portal.house, events.ACCOUNT_ERASED)
    assert erased.detail == {"because": "asked", "accounts": 1, "by": "staff", "reason": "person_asked"}
    assert len(post_office(portal)) == 1
    assert command(portal, "erase", str(mine.id), "--reason", "mistake", "--yes")[0] == 1  # type: ignore[index]


@ON_SQLITE
def test_staff_protect_an_account_and_let_it_end_again(portal: Portal) -> None:
    portal.signed_in_client()
    which = str(account(portal).id)
    assert command(portal, "protect", which, "--reason", "legal_hold")[0] == 0  # type: ignore[index]
    assert account(portal).protected_because == "legal_hold"
    assert command(portal, "unprotect", which)[0] == 0  # type: ignore[index]
    assert (account(portal).protected_at, account(portal).protected_because) == (None, None)
    for word in (events.ACCOUNT_PROTECTED, events.ACCOUNT_UNPROTECTED):
        [event] = events_of(portal.house, word)
        assert str(event.account_id) == which


@ON_SQLITE
def test_the_goodbye_page_leads_whoever_has_an_account_to_it(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    answer = browser.get("/account/ended")
    assert (answer.status_int, answer.headers["Location"]) == (303, "http://localhost/account")
    assert portal.browser().get("/account/ended").status_int == 200


@ON_SQLITE
def test_a_program_is_told_what_goes_and_where_one_remains_a_borrower(portal: Portal) -> None:
    """Rules 6.3; the same as on the page."""
    client = with_review(portal)
    client.link("helka", portal.patron("helka", "child"), relation="looked_after")
    made = client.call("POST", "/lists", {"name": "Sea"}, status=201).json["id"]
    item = {"record_id": "lumme.1", "source": "lumme", "title": "The Sea"}
    client.call("POST", f"/lists/{made}/items", item, status=201)
    told = client.call("GET", "/account/ending", status=200).json
    assert told == {
        "goes": {"cards": 2, "lists": 1, "items": 1, "alerts": 0, "reviews": 1},
        "borrower_of": [{"library": "lumme", "library_title": "LUMME-kirjastot"}],
    }
    portal.client().call("GET", "/account/ending", status=401)
    assert count(portal.house, Account) == 1
