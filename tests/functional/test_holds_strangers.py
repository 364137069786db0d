"""Holds, fees and past loans of others: nobody's, on every page and in every call, and no library hears of it."""

from typing import Any

import pytest

from tests.factories.desks import FREE, at_desk, card_of, listed, quiet, record_id, silent
from tests.factories.portal import Browser, Client, Portal
from tests.fixtures.databases import ON_SQLITE


@pytest.fixture
def stranger(portal: Portal) -> Client:
    """Somebody with cards and holds of their own, whose ids leaked."""
    client = portal.signed_in_client("lumme", "child")
    client.link("helka", portal.patron("helka"))
    return client


def leaked_ids(stranger: Client) -> tuple[list[str], list[str]]:
    answer = stranger.call("GET", "/holds", status=200).json
    return [card["card"] for card in answer["cards"]], [hold["id"] for hold in answer["holds"]]


def test_l14_every_call_with_a_strangers_id_is_404_without_a_call_to_a_library(
    portal: Portal, stranger: Client
) -> None:
    client, (cards, holds) = portal.signed_in_client(), leaked_ids(stranger)
    client.call("GET", "/holds", status=200)
    before = [at_desk(portal, "lumme", "child"), at_desk(portal, "helka")]
    quiet(portal)
    codes: list[tuple[int, str]] = []

    def act(method: str, path: str, body: Any = None) -> None:
        answer = client.call(method, path, body)
        codes.append((answer.status_int, answer.json["code"]))

    for card in cards:
        for path in ("/holds", "/fees", "/fees/paid", "/history"):
            act("GET", f"{path}?card={card}")
        act("GET", f"/holds/options?card={card}&record_id={FREE}")
        act("POST", "/holds", {"card": card, "record_id": str(FREE), "pickup": "MAIN"})
        act("PATCH", "/history", {"card": card, "keeping": "not_kept"})
        act("DELETE", f"/history?card={card}")
    for hold in holds:
        act("GET", f"/holds/{hold}/pickups")
        act("PATCH", f"/holds/{hold}", {"pickup": "MAIN"})
        act("PATCH", f"/holds/{hold}", {"suspended": True})
        act("PATCH", f"/holds/{hold}", {"suspended": False})
        act("DELETE", f"/holds/{hold}")
    assert set(codes) == {(404, "no_such_card"), (404, "no_such_hold")}
    assert silent(portal)
    assert [at_desk(portal, "lumme", "child"), at_desk(portal, "helka")] == before


def test_l14_the_pages_give_nothing_either(portal: Portal, stranger: Client) -> None:
    browser, (cards, holds) = portal.signed_in_browser(), leaked_ids(stranger)
    browser.get("/holds")
    browser.get("/fees")
    before = [at_desk(portal, "lumme", "child"), at_desk(portal, "helka")]
    quiet(portal)
    for card in cards:
        for path in ("/holds", "/fees", "/fees/paid", "/history"):
            assert browser.get(f"{path}?card={card}", expect_errors=True).status_int == 404
        new = f"/holds/new?record_id={FREE}&card={card}"
        assert browser.get(new, expect_errors=True).status_int == 404
        fields = {"record_id": str(FREE), "card": card, "pickup": "MAIN"}
        assert browser.post("/holds/new", **fields).status_int == 404
        for action in ("keep", "delete"):
            assert browser.post("/history", action=action, card=card, keeping="kept").status_int == 404
    for hold in holds:
        _no_page_of(browser, hold)
    assert silent(portal)
    assert [at_desk(portal, "lumme", "child"), at_desk(portal, "helka")] == before


def _no_page_of(browser: Browser, hold: str) -> None:
    for page in ("pickup", "suspend"):
        assert browser.get(f"/holds/{hold}/{page}", expect_errors=True).status_int == 404
        assert browser.post(f"/holds/{hold}/{page}", pickup="MAIN", until="").status_int == 404
    for act in ("cancel", "resume"):
        assert browser.post(f"/holds/{hold}/{act}").status_int == 404


@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_p9_a_strangers_hold_under_ones_own_card_is_never_touched(portal: Portal, library: str) -> None:
    """The card's part of the id is mine, the hold's part is the stranger's: nothing that changes it is sent."""
    client = portal.signed_in_client(library)
    own = next(iter(listed(client, library).values()))["id"]
    others = portal.signed_in_client(library, "child")
    theirs = next(iter(listed(others, library).values()))["id"]
    forged = f"{own.partition('-')[0]}-{theirs.partition('-')[2]}"
    before = at_desk(portal, library, "child")
    quiet(portal)
    for method, body in (
        ("DELETE", None),
        ("PATCH", {"pickup": "MAIN"}),
        *([("PATCH", {"suspended": True})] if library == "lumme" else []),
    ):
        assert client.call(method, f"/holds/{forged}", body).json["code"] == "no_such_hold"
    for simulated in (portal.koha, portal.alma):
        assert {call.method for call in simulated.calls} <= {"GET"} | (
            {"POST"} if simulated.count("POST") == simulated.count("POST", "oauth/token") else set()
        )
    assert at_desk(portal, library, "child") == before


@ON_SQLITE
def test_a_link_without_the_scope_sees_holds_but_changes_none(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka"), label="Yliopisto", scopes=["holds"])
    hold = next(iter(listed(client, "helka").values()))["id"]
    card = card_of(client, "helka")
    quiet(portal)
    for method, path, body in (
        ("DELETE", f"/holds/{hold}", None),
        ("PATCH", f"/holds/{hold}", {"pickup": "MAIN"}),
        ("POST", "/holds", {"card": card, "record_id": record_id("helka", FREE), "pickup": "MAIN"}),
    ):
        assert client.call(method, path, body, status=403).json["code"] == "missing_scope"
    assert silent(portal)
    browser = portal.signed_in_browser()
    browser.post("/language", language="en")
    page = browser.get(f"/holds?card={card}")
    assert not page.html.select(".accounts-hold-acts")
    assert "You may see the holds of this card, but not change them." in page.text


@ON_SQLITE
def test_past_loans_and_payments_are_never_shown_through_a_link(portal: Portal) -> None:
    client = portal.signed_in_client()
    card = client.link("helka", portal.patron("helka"), label="Yliopisto").json["id"]
    quiet(portal)
    for method, path, body in (
        ("GET", f"/history?card={card}", None),
        ("GET", f"/fees/paid?card={card}", None),
        ("PATCH", "/history", {"card": card, "keeping": "kept"}),
        ("DELETE", f"/history?card={card}", None),
    ):
        assert client.call(method, path, body, status=403).json["code"] == "holder_only"
    assert silent(portal)
    browser = portal.signed_in_browser()
    for path in ("/history", "/fees/paid"):
        refused = browser.get(f"{path}?card={card}", expect_errors=True)
        assert (refused.status_int, refused.html.main["data-code"]) == (403, "holder_only")
        assert "Yliopisto" not in browser.get(path).text


@ON_SQLITE
@pytest.mark.parametrize("word", ["1", "x" * 401, "%00", "0" * 32 + "-", "0" * 32 + "-MTAx"])
def test_what_is_no_id_is_nobodys_hold(portal: Portal, word: str) -> None:
    client, browser = portal.signed_in_client(), portal.signed_in_browser()
    quiet(portal)
    assert client.call("DELETE", f"/holds/{word}").status_int in {400, 404}
    assert client.call("GET", f"/holds/{word}/pickups").status_int in {400, 404}
    assert browser.get(f"/holds/{word}/suspend", expect_errors=True).status_int in {400, 404}
    assert browser.post(f"/holds/{word}/cancel").status_int in {400, 404}
    assert silent(portal)
