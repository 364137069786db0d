"""A child, her parent, her card, and what its log tells her."""

from typing import Any

from discovery_accounts.models import LibraryCard
from tests.factories.portal import Client, Portal
from tests.factories.rows import rows


def family(portal: Portal, **more: Any) -> tuple[Client, Client, str]:
    """A child who signs in with her card, a parent who has it too, and the card's id."""
    child = portal.signed_in_client("helka", "child")
    parent = portal.signed_in_client("lumme")
    parent.call("PATCH", "/account", {"language": "en"}, status=200)
    child.call("PATCH", "/account", {"language": "en"}, status=200)
    parent.link("helka", portal.patron("helka", "child"), label="Elsa", **more)
    [card] = rows(portal.house, LibraryCard, library="helka")
    return child, parent, str(card.id)


def log(client: Client, card: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.call("GET", f"/cards/{card}/events{query}", status=200).json[
        "events"
    ]
    return found
