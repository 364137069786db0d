"""The front page tells what needs attention, for at most three calls a card."""

import pytest
from bs4 import BeautifulSoup

from tests.factories.desks import at_desk, of_patrons, quiet, silent, simulated
from tests.factories.portal import Browser, Portal
from tests.fixtures.databases import ON_SQLITE


def four_cards(portal: Portal) -> Browser:
    """Two cards of each library, signed in in a browser."""
    client = portal.signed_in_client()
    client.link("lumme", portal.patron("lumme", "child"), label="Elsa")
    client.link("helka", portal.patron("helka"), label="Yliopisto")
    client.link("helka", portal.patron("helka", "child"), label="Onni")
    browser = portal.signed_in_browser()
    browser.post("/language", language="en")
    return browser


def badges(page: str) -> dict[str, str]:
    tiles = BeautifulSoup(page, "html.parser").select(".accounts-tile")
    return {
        tile.select(".accounts-tile-words")[0].get_text(strip=True): " ".join(
            tile.select(".accounts-tile-number")[0].get_text(" ").split()
        )
        for tile in tiles
    }


def test_the_badges_are_those_of_all_cards_together(portal: Portal) -> None:
    browser = four_cards(portal)
    shown = badges(browser.get("/").text)
    desks = [
        hold
        for library in ("lumme", "helka")
        for kind in ("good", "child")
        for hold in at_desk(portal, library, kind).values()
    ]
    assert shown["on hold"] == str(len(desks)) == "10"
    assert shown["ready to fetch"] == str(sum(hold.state == "ready" for hold in desks)) == "4"
    assert shown["to pay"] == "€6.00"  # twice 2.40 and 0.60
    assert int(shown["on loan"]) == 2 * (6 + 4)
    assert int(shown["overdue"]) >= 2


def test_the_page_costs_three_calls_a_card_and_nothing_when_it_is_shown_again(portal: Portal) -> None:
    browser = four_cards(portal)
    portal.clock.advance(minutes=2)  # what was read at sign-in is old, PINs are not due
    quiet(portal)
    browser.get("/")
    for library in ("lumme", "helka"):
        calls = of_patrons(simulated(portal, library))
        assert set(calls) <= {
            *(portal.patron(library, kind).patron_id for kind in ("good", "child")),
            "nobody",
        }
        assert sum(calls.values()) <= 2 * 3 + 1, calls  # a token is fetched, once for all
        assert max(count for patron, count in calls.items() if patron != "nobody") <= 3
    quiet(portal)
    first = badges(browser.get("/").text)
    assert silent(portal)
    portal.clock.advance(seconds=30)
    assert badges(browser.get("/").text) == first
    assert silent(portal)


@ON_SQLITE
def test_a_library_that_is_gone_keeps_its_last_numbers_for_a_day(portal: Portal) -> None:
    browser = four_cards(portal)
    before = badges(browser.get("/").text)
    portal.alma.stop()
    portal.clock.advance(minutes=2)
    page = browser.get("/")
    assert badges(page.text) == before
    assert "The library did not answer" in page.text


@ON_SQLITE
@pytest.mark.parametrize("scopes", [["loans"], ["loans", "renew"]])
def test_a_link_that_may_not_see_holds_or_fees_shows_none(portal: Portal, scopes: list[str]) -> None:
    client = portal.signed_in_client()
    client.link("lumme", portal.patron("lumme", "child"), label="Elsa", scopes=scopes)
    browser = portal.signed_in_browser()
    browser.post("/language", language="en")
    shown = badges(browser.get("/").text)
    assert shown["on hold"] == str(len(at_desk(portal, "lumme")))
    assert shown["to pay"] == "€2.40"
    assert "You may not see the holds of this card." in browser.get("/holds").text
    assert "You may not see the fees of this card." in browser.get("/fees").text
