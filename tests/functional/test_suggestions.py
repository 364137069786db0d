"""What patrons suggest to buy: in the list afterwards, and there once."""

import pytest

from discovery_accounts.connectors.api import TimedOut
from discovery_accounts.services import events
from tests.factories.own_data import own, own_koha, pretend, signed_in, signed_in_browser
from tests.factories.portal import Client, Portal
from tests.factories.rows import events as events_of
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE
LIBRARIES = ("pretend", "lumme", "helka")
TITLE = "Mosses of the North"


def titles(client: Client) -> list[str]:
    return [one["title"] for one in client.call("GET", "/suggestions", status=200).json["suggestions"]]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_suggestion_is_in_the_librarys_list_afterwards(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    body = {"card": card, "title": TITLE, "author": "Sara Aho", "year": 2024, "note": "For the course."}
    answer = client.call("POST", "/suggestions", body, status=201).json
    assert (answer["card"], answer["code"]) == (card, "suggested")
    found = [one for one in client.call("GET", "/suggestions").json["suggestions"] if one["title"] == TITLE]
    assert [(one["id"], one["author"]) for one in found] == [(answer["id"], "Sara Aho")]
    assert len(events_of(own.house, events.SUGGESTED)) == 1


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_waits_already_is_not_sent_again(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    body = {"card": card, "title": TITLE}
    client.call("POST", "/suggestions", body, status=201)
    own.clock.advance(seconds=11)
    answer = client.call("POST", "/suggestions", {**body, "title": f" {TITLE.upper()} "}, status=409).json
    assert (answer["code"], answer["reason"]) == ("suggestion_not_taken", "already_suggested")
    assert [title for title in titles(client) if title == TITLE] == [TITLE]


def test_a_form_that_is_sent_twice_at_once_reaches_the_library_once(own: Portal) -> None:
    client, card = signed_in(own, "lumme")
    body = {"card": card, "title": TITLE}
    statuses = together(5, lambda _: client.call("POST", "/suggestions", body).status_int)
    assert sorted(statuses) == [201, 429, 429, 429, 429]
    assert titles(client).count(TITLE) == 1


@pytest.mark.parametrize(
    ("library", "fault", "code"),
    [
        ("lumme", "cut_connection", "suggested"),
        ("helka", "cut_connection", "suggested"),
        ("lumme", "garbage", "not_answered"),
        ("helka", "hang", "not_answered"),
    ],
)
def test_a_lost_answer_is_looked_up_in_the_list_and_never_sent_again(
    own: Portal, library: str, fault: str, code: str
) -> None:
    client, card = signed_in(own, library)
    simulated = own.koha if library == "lumme" else own.alma
    simulated.clear_calls()
    path = "/suggestions" if library == "lumme" else "purchase-requests"
    simulated.set_fault(fault, method="POST", path_contains=path)
    answer = client.call("POST", "/suggestions", {"card": card, "title": TITLE})
    assert (answer.status_int, answer.json["code"]) == (201 if code == "suggested" else 202, code)
    assert simulated.count("POST", path) == 1
    simulated.clear_faults()
    assert titles(client).count(TITLE) == (1 if code == "suggested" else 0)


def test_a_blocked_card_sees_its_suggestions_and_makes_none(own: Portal) -> None:
    client, card = signed_in(own, "pretend", "blocked")
    client.call("GET", "/suggestions", status=200)
    assert client.call("POST", "/suggestions", {"card": card, "title": TITLE}, status=403).json["code"] == (
        "card_blocked"
    )


def test_too_many_are_refused_with_the_reason(own: Portal) -> None:
    client, card = signed_in(own, "pretend", "child")
    for number in range(5):
        client.call("POST", "/suggestions", {"card": card, "title": f"Volume {number}"}, status=201)
    answer = client.call("POST", "/suggestions", {"card": card, "title": TITLE}, status=409).json
    assert answer["reason"] == "too_many"


@pytest.mark.parametrize(
    ("field", "value"), [("title", "   "), ("title", "a\u202eb"), ("year", 3999), ("isbn", "9" * 30)]
)
def test_what_can_not_be_right_is_not_sent(own: Portal, field: str, value: object) -> None:
    client, card = signed_in(own, "lumme")
    own.koha.clear_calls()
    body = {"card": card, "title": TITLE, field: value}
    assert client.call("POST", "/suggestions", body, status=422).json["field"] == field
    assert own.koha.count() == 0


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_page_lists_and_takes_suggestions(own: Portal, library: str) -> None:
    browser, card = signed_in_browser(own, library)
    page = browser.get("/suggestions")
    assert "Norrtullsligan" in page.text
    assert "Too dear for us." in page.text
    missing = browser.post("/suggestions", card=card, title="", author="Sara Aho")
    assert missing.status_int == 422
    assert missing.html.find(id="accounts-author")["value"] == "Sara Aho"
    done = browser.post("/suggestions", card=card, title=TITLE, year="2024")
    assert done.headers["Location"].endswith("/suggestions")
    shown = done.follow().text
    assert "The library has your suggestion." in shown
    assert TITLE in shown
    own.clock.advance(seconds=11)
    again = browser.post("/suggestions", card=card, title=TITLE)
    assert again.status_int == 409
    assert again.html.main["data-code"] == "already_suggested"


def test_the_page_says_that_nobody_knows(own: Portal) -> None:
    browser, card = signed_in_browser(own, "pretend")
    pretend(own).gate.fail(TimedOut, acts_only=True)
    page = browser.post("/suggestions", card=card, title=TITLE)
    assert page.status_int == 503
    assert page.html.main["data-code"] == "not_answered"
    assert page.html.find(id="accounts-title")["value"] == TITLE


def test_one_library_that_is_silent_hides_no_other(own: Portal) -> None:
    client, _ = signed_in(own, "lumme")
    own.koha.set_fault("error_503")
    told = client.call("GET", "/suggestions", status=200).json
    assert [one["code"] for one in told["cards"]] == ["library_unavailable"]
    browser, _ = signed_in_browser(own, "helka")
    assert "Norrtullsligan" in browser.get("/suggestions").text
