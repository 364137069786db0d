"""The colour by which a card is told from the others, beside its name: its owner's own choice."""

import pytest

from tests.factories.desks import FREE, at_desk, quiet, silent
from tests.factories.parents import AINO, ELSA, OWN, parent, said
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE


def test_name_and_colour_are_chosen_on_the_cards_page(portal: Portal) -> None:
    four = parent(portal)
    path = f"/cards/{four.ids[ELSA]}"
    quiet(portal)
    choices = four.page(path).select("[name=colour]")
    assert len(choices) == 8
    assert [choice["value"] for choice in choices if choice.has_attr("checked")] == ["2"]
    labels = [said(choice.find_parent("label")) for choice in choices]
    assert labels == ["Blue", "Orange", "Green", "Purple", "Gold", "Pink", "Grey", "Turquoise"]
    assert four.browser.post(path, action="rename", label="Elsa K", colour="6").status_int == 303
    card = four.page("/family").find(id=f"accounts-card-{four.ids[ELSA]}")
    assert "accounts-colour-6" in card["class"]
    assert said(card.h3) == "Elsa K"
    assert four.client.call("GET", path, status=200).json["colour"] == 6
    wrong = four.browser.post(path, action="rename", label="Elsa", colour="9")
    assert wrong.status_int == 422
    assert "Choose one of the colours." in wrong.text
    assert four.client.call("GET", path, status=200).json["label"] == "Elsa K"


def test_programs_choose_it_too_and_nobody_else_sees_it(portal: Portal) -> None:
    four = parent(portal)
    path = f"/cards/{four.ids[AINO]}"
    assert four.client.call("GET", path, status=200).json["colour"] == 4
    assert four.client.call("PATCH", path, {"colour": 8}, status=200).json["colour"] == 8
    both = four.client.call("PATCH", path, {"label": "A", "colour": 1}, status=200).json
    assert (both["label"], both["colour"]) == ("A", 1)
    for wrong in (0, 9, "1", None):
        four.client.call("PATCH", path, {"colour": wrong}, status=400)
    holder = portal.signed_in_client("helka")
    assert holder.call("GET", path, status=200).json["colour"] == 1  # the first of its own account
    holder.call("PATCH", path, {"colour": 5}, status=200)
    assert four.client.call("GET", path, status=200).json["colour"] == 1


@ON_SQLITE
def test_l14_a_strangers_card_gets_no_colour(portal: Portal) -> None:
    four = parent(portal)
    stranger = portal.signed_in_client("helka", "blocked")
    quiet(portal)
    stranger.call("PATCH", f"/cards/{four.ids[AINO]}", {"colour": 8}, status=404)
    assert silent(portal)


@pytest.mark.parametrize("name", [ELSA, OWN])
def test_l14_a_hold_goes_to_exactly_the_card_that_was_chosen(portal: Portal, name: str) -> None:
    four = parent(portal)
    page = four.page(f"/holds/new?record_id={FREE}&library=lumme")
    chosen = next(link for link in page.select("a.accounts-choice") if said(link).startswith(name))
    form = four.page(str(chosen["href"]))
    assert said(form.select_one(".accounts-hold-card .accounts-chip")) == name
    places = {str(one["value"]) for one in form.select("[name=pickup]")}
    assert ("KIDS" in places) is (name == ELSA)
    fields = {
        str(one["name"]): str(one["value"]) for one in form.select("form.accounts-panel input[type=hidden]")
    }
    placed = four.browser.post("/holds/new", **{**fields, "pickup": "MAIN"})
    assert placed.status_int == 303
    kinds = {ELSA: "child", OWN: "good"}
    held = {
        who: [hold for hold in at_desk(portal, "lumme", kind).values() if hold.biblio_id == FREE]
        for who, kind in kinds.items()
    }
    assert [who for who, found in held.items() if found] == [name]
    receipt = four.page(placed.headers["Location"])
    assert f"The hold is placed with the card “{name}”." in said(receipt.main)
    assert [said(chip) for chip in receipt.select(".accounts-filter [aria-current]")] == [name]
    assert len(receipt.select("main .accounts-hold")) == len(at_desk(portal, "lumme", kinds[name]))


@ON_SQLITE
def test_a_card_that_can_not_be_used_now_is_not_passed_over_in_silence(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("lumme", portal.patron("lumme", "blocked"), label="Mummo")
    browser = portal.signed_in_browser()
    browser.post("/language", language="en")
    page = browser.get(f"/holds/new?record_id={FREE}&library=lumme").html
    assert [said(link) for link in page.select("a.accounts-choice")] == [OWN]
    assert "Mummo The card is blocked by the library" in said(page.main)


def test_a_card_keeps_its_colour_when_another_goes(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    first = client.link("lumme", portal.patron("lumme", "child")).json
    second = client.link("helka", portal.patron("helka")).json
    client.call("DELETE", f"/cards/{first['id']}", status=204)
    third = client.link("helka", portal.patron("helka", "child")).json
    colours = {card["id"]: card["colour"] for card in client.call("GET", "/cards").json["cards"]}
    assert colours[second["id"]] == second["colour"]
    assert third["colour"] == first["colour"], "the one that is free"
