"""The acting card is found from one's own links: a stranger's id is nobody's, and no library hears of it (L14)."""

import uuid
from typing import Any

import pytest

from discovery_accounts.models import Link, SignedInSession
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE


@pytest.fixture
def stranger(portal: Portal) -> Client:
    """Somebody with cards, loans and sessions of their own, whose ids leaked."""
    client = portal.signed_in_client("lumme", "child")
    client.link("helka", portal.patron("helka"))
    return client


def ids(client: Client) -> dict[str, list[str]]:
    answer = client.call("GET", "/loans", status=200).json
    return {
        "cards": [card["card"] for card in answer["cards"]],
        "loans": [loan["id"] for loan in answer["loans"]],
        "sessions": [session["id"] for session in client.call("GET", "/sessions").json["sessions"]],
    }


def quiet(portal: Portal) -> None:
    portal.koha.clear_calls()
    portal.alma.clear_calls()


def silent(portal: Portal) -> bool:
    return portal.koha.count() == portal.alma.count() == 0


def test_l14_every_act_on_a_strangers_id_is_404_without_a_call(portal: Portal, stranger: Client) -> None:
    client, leaked = portal.signed_in_client(), ids(stranger)
    client.call("GET", "/loans", status=200)
    before = [(link.id, link.label, link.state) for link in rows(portal.house, Link)]
    quiet(portal)
    codes: set[tuple[int, str]] = set()

    def act(method: str, path: str, body: Any = None) -> None:
        answer = client.call(method, path, body)
        codes.add((answer.status_int, answer.json["code"]))

    for card in leaked["cards"]:
        act("GET", f"/cards/{card}")
        act("PATCH", f"/cards/{card}", {"label": "Mine now"})
        act("PATCH", f"/cards/{card}", {"pin": "2345"})
        act("PATCH", f"/cards/{card}", {"pin": "2345", "label": "Mine now"})
        act("DELETE", f"/cards/{card}")
        act("GET", f"/loans?card={card}")
    for loan in leaked["loans"][:3]:
        act("GET", f"/loans/{loan}")
    for session in leaked["sessions"]:
        act("DELETE", f"/sessions/{session}")
    assert {status for status, _ in codes} == {404}
    assert {code for _, code in codes} == {"no_such_card", "no_such_loan", "not_found"} or {
        code for _, code in codes
    } == {"no_such_card", "not_found"}
    assert silent(portal)
    assert [(link.id, link.label, link.state) for link in rows(portal.house, Link)] == before
    assert count(portal.house, SignedInSession) == 2
    stranger.call("GET", "/account", status=200)


def test_l14_a_strangers_loans_among_ones_own_are_not_renewed(portal: Portal, stranger: Client) -> None:
    client, leaked = portal.signed_in_client(), ids(stranger)["loans"]
    own = ids(client)["loans"]
    quiet(portal)
    asked = {"loans": [*own[:1], *leaked]}
    results = client.call("POST", "/loans/renewals", asked, status=207).json["results"]
    assert [result["loan"] for result in results] == asked["loans"]
    assert {(result["renewed"], result["code"]) for result in results[1:]} == {(False, "no_such_loan")}
    assert portal.alma.count() == 0
    touched = {call.patron_id for call in portal.koha.calls if call.patron_id is not None}
    assert touched <= {portal.patron("lumme").patron_id}
    quiet(portal)
    client.call("POST", "/loans/renewals", {"loans": leaked}, status=207)
    assert silent(portal)


def test_l14_a_strangers_loan_under_ones_own_card_is_not_renewed(portal: Portal, stranger: Client) -> None:
    """The card's part of the id is mine, the loan's part is the stranger's."""
    client, leaked = portal.signed_in_client(), ids(stranger)["loans"]
    own = ids(client)["loans"]
    forged = f"{own[0].partition('-')[0]}-{leaked[0].partition('-')[2]}"
    results = client.call("POST", "/loans/renewals", {"loans": [forged]}, status=207).json["results"]
    assert [(result["renewed"], result["code"]) for result in results] == [(False, "no_such_loan")]
    assert client.call("GET", f"/loans/{forged}", status=404).json["code"] == "no_such_loan"
    due = {loan["id"]: loan["due_at"] for loan in stranger.call("GET", "/loans?refresh=1").json["loans"]}
    assert leaked[0] in due


def test_l14_pages_give_nothing_either(portal: Portal, stranger: Client) -> None:
    browser, leaked = portal.signed_in_browser(), ids(stranger)
    browser.get("/loans")
    quiet(portal)
    for card in leaked["cards"]:
        assert browser.get(f"/cards/{card}", expect_errors=True).status_int == 404
        assert browser.get(f"/loans?card={card}", expect_errors=True).status_int == 404
        for action in ("rename", "pin", "remove"):
            fields = {"action": action, "label": "Mine", "pin": "2345"}
            assert browser.post(f"/cards/{card}", **fields).status_int == 404
    for session in leaked["sessions"]:
        assert browser.post(f"/account/sessions/{session}/end").status_int == 404
    page = browser.post("/loans/renewals", loan=leaked["loans"][0])
    assert "Elsa" not in page.text
    assert silent(portal)
    stranger.call("GET", "/account", status=200)


@ON_SQLITE
@pytest.mark.parametrize("word", ["1", "../accounts", "0" * 36, str(uuid.UUID(int=7)), "x" * 500])
def test_what_is_no_id_is_nobodys(portal: Portal, word: str) -> None:
    client = portal.signed_in_client()
    quiet(portal)
    for method, path in (
        ("GET", "/cards/"),
        ("DELETE", "/cards/"),
        ("GET", "/loans/"),
        ("DELETE", "/sessions/"),
    ):
        assert client.call(method, f"{path}{word}").status_int in {404, 405}
    results = client.call("POST", "/loans/renewals", {"loans": [word]})
    assert results.status_int in {207, 400}
    assert silent(portal)


@ON_SQLITE
def test_l13_an_unlinked_cards_loans_can_not_be_renewed(portal: Portal) -> None:
    client = portal.signed_in_client()
    card = client.link("helka", portal.patron("helka", "child")).json["id"]
    loans = [loan["id"] for loan in client.call("GET", f"/loans?card={card}").json["loans"]]
    client.call("DELETE", f"/cards/{card}", status=204)
    quiet(portal)
    results = client.call("POST", "/loans/renewals", {"loans": loans}, status=207).json["results"]
    assert {(result["renewed"], result["code"]) for result in results} == {(False, "no_such_loan")}
    client.call("GET", f"/loans/{loans[0]}", status=404)
    assert silent(portal)


@ON_SQLITE
def test_a_link_without_the_scope_sees_and_renews_only_what_it_may(portal: Portal) -> None:
    client = portal.signed_in_client()
    child, other = portal.patron("helka", "child"), portal.patron("helka")
    no_loans = client.link("helka", child, scopes=["fees"]).json["id"]
    no_renewing = client.link("helka", other, scopes=["loans"]).json["id"]
    answer = client.call("GET", "/loans", status=200).json
    assert no_loans not in {loan["card"] for loan in answer["loans"]}
    loans = [loan["id"] for loan in answer["loans"] if loan["card"] == no_renewing]
    assert loans
    quiet(portal)
    results = client.call("POST", "/loans/renewals", {"loans": loans}, status=207).json["results"]
    assert {result["code"] for result in results} == {"missing_scope"}
    assert silent(portal)
