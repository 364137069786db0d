"""A portal where everything about a patron's own data can be done: by a Koha with its plugin, an Alma, and a
library inside the process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from discovery_accounts.connectors.api import ReadsProfiles
from discovery_accounts.connectors.memory.connector import MemoryConnector
from discovery_accounts.connectors.memory.library import MemoryLibrary
from discovery_accounts.simulator.server import SimulatedLibrary, SimulatedPatron
from tests.factories.codes import codes, post_office
from tests.factories.portal import Browser, Client, Portal, open_portal

__all__ = ["own", "own_koha"]

SECRET = "a-secret-for-webhooks"
OPTIONS = {
    "libraries": "lumme helka pretend",
    "library__lumme__di_plugin": "yes",
    "library__lumme__card_self_renewal": "yes",
    "library__lumme__pickup_alias": "yes",
    "library__lumme__pin_min_length": "4",
    "library__lumme__editable": "email phone sms_number street postal_code city pickup_alias language",
    "library__lumme__lock_after": "6",
    "library__helka__webhook_secret": SECRET,
    "library__helka__card_renewal_months": "36",
    "library__pretend__connector": "memory",
    "library__pretend__name": "Pretend Library",
    "library__pretend__news_secret": SECRET,
}


@pytest.fixture
def own_koha() -> Iterator[SimulatedLibrary]:
    """A Koha with the discovery plugin."""
    with SimulatedLibrary("koha", patrons=12, plugin=True, failed_login_attempts=6) as library:
        yield library


@pytest.fixture
def own(
    database_url: str, own_koha: SimulatedLibrary, alma: SimulatedLibrary, tmp_path: Path
) -> Iterator[Portal]:
    portal = open_portal(tmp_path, database_url, own_koha, alma, **OPTIONS)
    yield portal
    portal.house.close()


ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
"""Whoever signs in here reads English, so that words of pages and mails can be looked for."""


def connector(portal: Portal) -> MemoryConnector:
    """The voice of the library inside the process."""
    found: Any = portal.house.gateway.knows("pretend", ReadsProfiles)
    assert isinstance(found, MemoryConnector)
    return found


def pretend(portal: Portal) -> MemoryLibrary:
    return connector(portal).library


def reader(portal: Portal, kind: str = "good") -> SimulatedPatron:
    """A patron of the library inside the process, in the shape that sign-in helpers take."""
    person = next(one for one in pretend(portal).people.values() if one.kind == kind)
    found: Any = person
    return found  # type: ignore[no-any-return]


def somebody(portal: Portal, library: str, kind: str = "good") -> SimulatedPatron:
    return reader(portal, kind) if library == "pretend" else portal.patron(library, kind)


def signed_in(portal: Portal, library: str, kind: str = "good") -> tuple[Client, str]:
    """A program signed in by a card of that library, and the card's id."""
    client = portal.client(**ENGLISH)
    client.sign_in(library, somebody(portal, library, kind))
    return client, card_of(client, library)


def signed_in_browser(portal: Portal, library: str, kind: str = "good") -> tuple[Browser, str]:
    browser = portal.browser(**ENGLISH)
    browser.sign_in(library, somebody(portal, library, kind))
    found = [link.split("/")[2] for link in _links(browser) if link.startswith("/cards/")]
    return browser, next(one for one in found if one != "link")


def _links(browser: Browser) -> list[str]:
    return [str(link["href"]) for link in browser.get("/cards").html.find_all("a")]


def card_of(client: Client, library: str) -> str:
    cards = client.call("GET", "/cards", status=200).json["cards"]
    return str(next(card["id"] for card in cards if card["library"] == library))


def prove(client: Client, portal: Portal) -> None:
    """Give a one-time code, as before something that matters."""
    client.call("POST", "/step-up", {"channel": "email"}, status=202)
    client.call("POST", "/step-up/verify", {"code": codes(portal)[-1]}, status=200)


def subjects(portal: Portal) -> list[str]:
    """What all mail is about, after the job that sends it has run; the newest last."""
    return [f"{mail['To']}: {mail['Subject']}" for mail in post_office(portal)]
