"""What tests of holds know of the two pretend libraries: records, places, and what lies at the desk."""

import re
from collections import Counter
from typing import Any

from discovery_accounts.domain.native_id import read_native_id
from discovery_accounts.simulator.desk.records import Hold
from discovery_accounts.simulator.server import SimulatedLibrary
from tests.factories.portal import Client, Portal

FREE, NOT_FOR_LOAN, HELD = 308, 310, 303
"""Works that nobody has, that are never lent, and that the good patron holds already."""
QUEUED, READY, PAUSED = 102, 101, 104
"""The good patron's holds."""


def record_id(library: str, work: int) -> str:
    """A work by the id that the library's system gives its record."""
    return str(work) if library == "lumme" else f"99{work:06}0000121"


def simulated(portal: Portal, library: str) -> SimulatedLibrary:
    return portal.koha if library == "lumme" else portal.alma


def at_desk(portal: Portal, library: str, kind: str = "good") -> dict[int, Hold]:
    """The patron's holds as the library has them, by number."""
    patron = portal.patron(library, kind)
    found = simulated(portal, library).desk.records(Hold, patron.patron_id)
    return {hold.hold_id: hold for hold in found}


def card_of(client: Client, library: str) -> str:
    cards = client.call("GET", "/cards", status=200).json["cards"]
    return str(next(card["id"] for card in cards if card["library"] == library))


def hold_of(client: Client, library: str, number: int = QUEUED) -> str:
    """The id of that hold as the outside sees it."""
    return str(listed(client, library)[number]["id"])


def listed(client: Client, library: str) -> dict[int, dict[str, Any]]:
    """The holds of that library by the desk's number: the one thing of the id that tests may know."""
    holds = client.call("GET", "/holds", status=200).json["holds"]
    mine = [hold for hold in holds if hold["library"] == library]
    return {int((read_native_id(hold["id"]) or ("", "0"))[1]): hold for hold in mine}


def quiet(portal: Portal) -> None:
    portal.koha.clear_calls()
    portal.alma.clear_calls()


def silent(portal: Portal) -> bool:
    return portal.koha.count() == portal.alma.count() == 0


def of_patrons(library: SimulatedLibrary) -> Counter[str]:
    """How many calls were made about each patron; a token is nobody's."""
    named = (re.search(r"(?:patrons/|users/|patron_id=)(\w+)", call.path) for call in library.calls)
    return Counter(found[1] if found else "nobody" for found in named)
