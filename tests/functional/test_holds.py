"""Holds of all cards together: seen, placed, brought elsewhere, suspended, resumed, cancelled."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.services import events
from tests.factories.desks import (
    FREE,
    HELD,
    NOT_FOR_LOAN,
    PAUSED,
    QUEUED,
    READY,
    at_desk,
    card_of,
    hold_of,
    listed,
    quiet,
    record_id,
    silent,
    simulated,
)
from tests.factories.portal import Browser, Portal
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

BOTH = pytest.mark.parametrize("library", ["lumme", "helka"])


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def english(browser: Browser) -> Browser:
    browser.post("/language", language="en")
    return browser


def test_holds_of_two_libraries_come_together(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka", "child"), label="Elsa")
    answer = client.call("GET", "/holds", status=200).json
    assert sorted(hold["library"] for hold in answer["holds"]) == ["helka"] + 4 * ["lumme"]
    assert [card["state"] for card in answer["cards"]] == ["fresh", "fresh"]
    mine = listed(client, "lumme")
    assert mine[READY]["state"] == "ready"
    assert mine[READY]["ready_until"]
    assert mine[QUEUED]["position"] == 3
    assert mine[QUEUED]["pickup"] == {"id": "EAST", "name": "Eastern Library"}
    assert all(hold["title"] for hold in answer["holds"])
    one = client.call("GET", f"/holds?card={card_of(client, 'helka')}", status=200).json
    assert {hold["library"] for hold in one["holds"]} == {"helka"}


@BOTH
def test_a_hold_is_placed_once_and_stands_in_the_list(portal: Portal, library: str) -> None:
    client = portal.signed_in_client(library)
    card, record = card_of(client, library), record_id(library, FREE)
    options = client.call("GET", f"/holds/options?card={card}&record_id={record}", status=200).json
    assert {place["id"] for place in options["pickups"]} >= {"MAIN", "EAST"}
    assert options["title"] or library == "helka"  # Alma's request options have none
    wanted = (portal.clock() + timedelta(days=60)).date().isoformat()
    client.call("GET", "/holds")
    quiet(portal)
    body = {"card": card, "record_id": record, "pickup": "EAST"}
    if options["takes_date"]:
        body["wanted_until"] = wanted
    done = client.call("POST", "/holds", body, status=201).json
    assert done["code"] == "placed"
    assert done["card"] == card
    assert simulated(portal, library).count("POST") == 1
    held = next(hold for hold in at_desk(portal, library).values() if hold.biblio_id == FREE)
    assert held.branch == "EAST"
    assert held.wanted_until == (wanted if options["takes_date"] else None)
    assert listed(client, library)[held.hold_id]["id"] == done["id"]
    (event,) = events_of(portal.house, events.HOLD_PLACED)
    assert event.detail == {"outcome": "placed"}


@BOTH
@ON_SQLITE
def test_what_the_library_does_not_take_is_refused_with_its_reason(portal: Portal, library: str) -> None:
    client = portal.signed_in_client(library)
    card, before = card_of(client, library), at_desk(portal, library)
    for work in (NOT_FOR_LOAN, HELD, 999):
        record = record_id(library, work)
        body = {"card": card, "record_id": record, "pickup": "MAIN"}
        refused = client.call("POST", "/holds", body, status=409).json
        assert refused["code"] == "hold_not_possible"
        assert refused["reason"] in {"not_for_loan", "already_held", "no_such_record", "no_items"}
        assert refused["detail"]
    assert at_desk(portal, library) == before


@BOTH
def test_a_hold_is_brought_elsewhere_and_cancelled(portal: Portal, library: str) -> None:
    client = portal.signed_in_client(library)
    hold = hold_of(client, library)
    places = client.call("GET", f"/holds/{hold}/pickups", status=200).json["pickups"]
    assert {place["id"] for place in places} >= {"MAIN", "EAST"}
    done = client.call("PATCH", f"/holds/{hold}", {"pickup": "MAIN"}, status=200).json
    assert done["code"] == "pickup_changed"
    assert listed(client, library)[QUEUED]["pickup"]["id"] == "MAIN"
    assert at_desk(portal, library)[QUEUED].branch == "MAIN"
    quiet(portal)
    assert client.call("DELETE", f"/holds/{hold}", status=200).json["code"] == "cancelled"
    assert simulated(portal, library).count("DELETE") == 1
    assert QUEUED not in listed(client, library)
    assert client.call("DELETE", f"/holds/{hold}", status=404).json["code"] == "no_such_hold"


def test_a_hold_is_suspended_and_resumed(portal: Portal) -> None:
    client = portal.signed_in_client()
    hold = hold_of(client, "lumme")
    until = (portal.clock() + timedelta(days=30)).date().isoformat()
    done = client.call("PATCH", f"/holds/{hold}", {"suspended": True, "until": until}, status=200).json
    assert done["code"] == "suspended"
    assert listed(client, "lumme")[QUEUED]["suspended_until"] == until
    assert client.call("PATCH", f"/holds/{hold}", {"suspended": False}).json["code"] == "resumed"
    assert listed(client, "lumme")[QUEUED]["state"] == "waiting"
    assert client.call("PATCH", f"/holds/{hold}", {"suspended": True}).json["code"] == "suspended"
    paused = listed(client, "lumme")[QUEUED]
    assert (paused["state"], paused["suspended_until"]) == ("suspended", None)


@ON_SQLITE
def test_what_a_library_can_not_do_is_not_offered_and_refused_without_a_call(portal: Portal) -> None:
    client = portal.signed_in_client("helka")
    hold = hold_of(client, "helka")
    quiet(portal)
    assert (
        client.call("PATCH", f"/holds/{hold}", {"suspended": True}, status=501).json["code"]
        == "not_supported"
    )
    assert portal.alma.count("POST") == portal.alma.count("PUT") == 0
    browser = english(portal.signed_in_browser("helka"))
    page = browser.get("/holds")
    assert "/suspend" not in page.text
    assert "Holds can’t be suspended here." in words(page.text)


@ON_SQLITE
def test_the_story_in_pages_without_javascript(portal: Portal) -> None:
    browser = english(portal.signed_in_browser())
    page = browser.get("/holds")
    text = words(page.text)
    assert text.index("Ready to fetch") < text.index("On its way") < text.index("Number 3 in the queue")
    assert "Fetch it at Main Library" in text
    form = browser.get(f"/holds/new?record_id={FREE}&library=lumme")
    assert form.html.find("input", {"name": "pickup", "value": "MAIN"}).has_attr("checked")
    fields = {one["name"]: one["value"] for one in form.html.select("form.accounts-panel input[type=hidden]")}
    placed = browser.post("/holds/new", **{**fields, "pickup": "EAST", "note": "Large  print\nplease"})
    assert placed.status_int == 303, placed.text
    assert "The hold is placed." in words(browser.get("/holds").text)
    held = next(hold for hold in at_desk(portal, "lumme").values() if hold.biblio_id == FREE)
    assert (held.branch, held.note) == ("EAST", "Large print please")
    client = portal.signed_in_client()
    hold = hold_of(client, "lumme", held.hold_id)
    places = browser.get(f"/holds/{hold}/pickup")
    assert places.html.find("input", {"value": "EAST"}).has_attr("checked")
    for act, fields, told in (
        ("pickup", {"pickup": "MAIN"}, "brought to the other place"),
        ("suspend", {"until": ""}, "The hold is suspended."),
        ("resume", {}, "The hold is in the queue again."),
        ("cancel", {}, "The hold is cancelled."),
    ):
        assert browser.post(f"/holds/{hold}/{act}", **fields).headers["Location"].endswith("/holds")
        assert told in words(browser.get("/holds").text)
    assert held.hold_id not in at_desk(portal, "lumme")


@ON_SQLITE
def test_a_portals_link_leads_back_to_the_portal(portal: Portal) -> None:
    browser = english(portal.signed_in_browser())
    link = f"/holds/new?record_id={FREE}&library=lumme&return_to=/loans"
    fields = {one["name"]: one["value"] for one in browser.get(link).html.select("input[type=hidden]")}
    placed = browser.post("/holds/new", **{**fields, "pickup": "MAIN"})
    back = browser.get(placed.headers["Location"]).html.find("a", string="Back to where you came from")
    assert back["href"] == "/loans"
    other = browser.get(f"/holds/new?record_id={FREE}&library=lumme&return_to=//evil.example/")
    assert all("evil.example" not in link["href"] for link in other.html.main.find_all("a"))


@ON_SQLITE
def test_the_card_is_chosen_where_there_are_several_and_the_others_say_why_not(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("lumme", portal.patron("lumme", "child"), label="Elsa")
    client.link("lumme", portal.patron("lumme", "blocked"), label="Mummo")
    client.link("helka", portal.patron("helka"), label="Yliopisto")
    browser = english(portal.signed_in_browser())
    quiet(portal)
    page = browser.get(f"/holds/new?record_id={FREE}&library=lumme")
    assert silent(portal)
    links = page.html.select("a.accounts-choice")
    assert [" ".join(link.get_text(" ").split()) for link in links] == ["LUMME-kirjastot", "Elsa"] or len(
        links
    ) == 2
    assert "The card is blocked by the library" in words(page.text)
    assert "Yliopisto" not in page.text
    childs = browser.get(links[1]["href"])
    assert childs.html.find("input", {"name": "pickup", "value": "KIDS"}) is not None
    none = browser.get(f"/holds/new?record_id={FREE}&library=nowhere", expect_errors=True)
    assert none.status_int == 404
    assert browser.get("/holds/new", expect_errors=True).status_int == 400


@ON_SQLITE
def test_a_refusal_says_why_and_what_to_do(portal: Portal) -> None:
    browser = english(portal.signed_in_browser())
    page = browser.get(f"/holds/new?record_id={NOT_FOR_LOAN}&library=lumme", expect_errors=True)
    shown = (
        page
        if page.status_int == 409
        else browser.post(
            "/holds/new",
            record_id=NOT_FOR_LOAN,
            card=card_of(portal.signed_in_client(), "lumme"),
            pickup="MAIN",
        )
    )
    assert shown.status_int == 409
    assert shown.html.main["data-code"] == "not_for_loan"
    assert "It is not for loan. You can probably read it at the library." in words(shown.text)


@ON_SQLITE
def test_too_late_to_change_is_told_beside_the_list(portal: Portal) -> None:
    browser = english(portal.signed_in_browser())
    hold = hold_of(portal.signed_in_client(), "lumme", PAUSED)
    portal.koha.desk.shelve(PAUSED)
    answer = browser.post(f"/holds/{hold}/pickup", pickup="EAST")
    assert answer.status_int == 409
    assert answer.html.main["data-code"] == "too_late"
    assert at_desk(portal, "lumme")[PAUSED].branch == "MAIN"
