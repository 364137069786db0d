"""One's own data are told in words: what is stored as a code, an id or JSON is not shown as it is stored."""

import uuid
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.services import events
from discovery_accounts.services.own_data.parts import Reader
from discovery_accounts.services.own_data.reading import rows_of
from discovery_accounts.services.own_data.register import PARTS
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(languages="en fi")


def part(portal: Portal, name: str) -> str:
    """What the page shows of that part, to somebody who signs in once more."""
    page = BeautifulSoup(portal.signed_in_browser().get("/account/data").text, "html.parser")
    found = page.find("section", {"aria-labelledby": f"accounts-part-{name}"})
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_what_an_alert_is_narrowed_down_to_and_its_day_have_names(portal: Portal) -> None:
    wish = {
        "query": "jansson",
        "filters": {"format": ["book"], "languages": ["fi", "sv"], "libraries": ["lumme"]},
        "frequency": "weekly",
        "weekday": 2,
    }
    portal.signed_in_client().call("POST", "/alerts", wish, status=201)
    told = part(portal, "alerts")
    assert "Format: Book; Language of the item: Finnish, Swedish; Library: LUMME-kirjastot" in told
    assert "Day of the week Wednesday" in told
    assert "Every week" in told


def test_each_row_about_a_card_says_of_which(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka"), label="University")
    told = part(portal, "pins")
    assert "Name of the card University" in told
    used = part(portal, "card_uses")
    assert "Library LUMME-kirjastot Card number ends in" in used


def test_a_way_to_sign_in_and_a_language_are_called_by_name(portal: Portal) -> None:
    portal.signed_in_client()
    assert "Library or organisation LUMME-kirjastot" in part(portal, "identities")
    assert "Language English" in part(portal, "account")


def test_what_somebody_calls_a_card_is_not_told_to_its_holder(portal: Portal) -> None:
    holder = portal.signed_in_client()
    mine = uuid.UUID(holder.call("GET", "/account", status=200).json["id"])
    card = holder.call("GET", "/cards", status=200).json["cards"][0]["id"]
    other = portal.signed_in_client("helka")
    other.link("lumme", portal.patron("lumme"))
    other.call("PATCH", f"/cards/{card}", {"label": "Grumpy"}, status=200)
    by_others = next(one for one in PARTS if one.name == "card_events")
    words = {row["word"] for row in rows_of(portal.house, by_others, Reader(mine))}
    assert events.LINKED in words
    assert events.LINK_RENAMED not in words
