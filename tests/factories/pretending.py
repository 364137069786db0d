"""A portal with a pretend library inside the process: its failures are exact, and what it keeps can be looked at."""

from collections.abc import Callable
from typing import cast

from discovery_accounts.connectors.api import ListsHistory
from discovery_accounts.connectors.memory.connector import MemoryConnector
from discovery_accounts.connectors.memory.library import MemoryLibrary
from tests.factories.portal import Browser, Client, Portal

GOOD = {"library": "pretend", "card_number": "ML10001", "pin": "1234"}


def open_pretending(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(
        libraries="lumme helka pretend",
        library__pretend__connector="memory",
        library__pretend__name="Pretend",
        page_deadline="1",
        act_deadline="1",
    )


def library_of(portal: Portal) -> MemoryLibrary:
    found = portal.house.gateway.tell("pretend", ListsHistory, lambda one: cast(MemoryConnector, one).library)
    assert found is not None
    return found


def signed_in(portal: Portal) -> tuple[Client, Browser]:
    """The good patron, as a program and in a browser that reads English."""
    client, browser = portal.client(), portal.browser()
    client.token = client.call("POST", "/sessions", GOOD, status=201).json["access_token"]
    browser.post("/sign-in/card", **GOOD)
    browser.post("/language", language="en")
    return client, browser
