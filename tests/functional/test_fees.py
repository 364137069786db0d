"""What is owed on all cards, with credits and sums; what was paid, for the holder."""

import pytest

from tests.factories.desks import card_of
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE


def test_fees_of_two_libraries_come_with_a_sum_for_each_card(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka", "blocked"), label="Mummo")
    answer = client.call("GET", "/fees", status=200).json
    by_card = {
        card["card"]: [
            fee["outstanding"]["amount_minor"] for fee in answer["fees"] if fee["card"] == card["card"]
        ]
        for card in answer["cards"]
    }
    assert sorted(map(sorted, by_card.values())) == [[-150, 2450], [240]]
    totals = {one["card"]: one["owed"] for one in answer["totals"]}
    for card, amounts in by_card.items():
        assert totals[card] == [{"amount_minor": sum(amounts), "currency": "EUR"}]
    assert all(fee["title"] or fee["description"] for fee in answer["fees"])


@ON_SQLITE
def test_the_page_tells_credits_from_debts_and_what_is_owed_in_all(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka", "blocked"), label="Mummo")
    browser = portal.signed_in_browser()
    browser.post("/language", language="en")
    text = browser.get("/fees").text
    for told in ("Owed in all: €25.40", "€24.50", "-€1.50", "credit", "€23.00", "€2.40"):
        assert told in text
    only = browser.get(f"/fees?card={card_of(client, 'helka')}").text
    assert "Owed in all: €23.00" in only


@ON_SQLITE
@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_what_was_paid_is_told_to_the_holder(portal: Portal, library: str) -> None:
    client = portal.signed_in_client(library)
    answer = client.call("GET", f"/fees/paid?card={card_of(client, library)}", status=200).json
    assert [payment["amount"] for payment in answer["payments"]] == [{"amount_minor": 100, "currency": "EUR"}]
    assert [fee["outstanding"]["amount_minor"] for fee in answer["paid"]] == [0]
    page = portal.signed_in_browser(library).get("/fees/paid")
    assert "1,00" in page.text or "€1.00" in page.text


@ON_SQLITE
def test_who_owes_nothing_is_told_so(portal: Portal) -> None:
    client = portal.signed_in_client("lumme", "no_loans")
    answer = client.call("GET", "/fees", status=200).json
    assert (answer["fees"], [one["owed"] for one in answer["totals"]]) == ([], [[]])
    browser = portal.signed_in_browser("lumme", "no_loans")
    browser.post("/language", language="en")
    assert "Nothing is owed on any of your cards." in browser.get("/fees").text


@ON_SQLITE
def test_a_library_that_is_gone_owes_an_answer_not_a_sum(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka", "blocked"), label="Mummo")
    portal.alma.stop()
    answer = client.call("GET", "/fees", status=200).json
    assert [card["state"] for card in answer["cards"]] == ["fresh", "unavailable"]
    assert [one["card"] for one in answer["totals"]] == [card_of(client, "lumme")]
    browser = portal.signed_in_browser()
    browser.post("/language", language="en")
    text = browser.get("/fees").text
    assert "Mummo" in text
    assert "Nothing is owed" not in text
