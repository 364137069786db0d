"""People who review a record, each with a program of their own."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from tests.factories.portal import Client, Portal

PEOPLE = (("lumme", "good"), ("lumme", "child"), ("lumme", "no_loans"), ("helka", "good"), ("helka", "child"))
RECORD = "/records/lumme/lumme.336"


def record_path(record_id: str, source: str = "lumme") -> str:
    """As a program sends it: whatever is no letter is percent-encoded."""
    return f"/records/{source}/{quote(record_id, safe='')}"


def people(portal: Portal, count: int) -> list[Client]:
    return list(islice(_people(portal), count))


def _people(portal: Portal) -> Iterator[Client]:
    for library, kind in PEOPLE:
        yield portal.signed_in_client(library, kind)


def write(client: Client, text: str = "Good.", path: str = RECORD, **more: Any) -> dict[str, Any]:
    """One's own review as it is told afterwards."""
    told: dict[str, Any] = client.call("PUT", f"{path}/reviews", {"text": text, **more}, status=200).json
    review: dict[str, Any] = told["review"]
    return review


def texts(client: Client, path: str = RECORD) -> list[str]:
    """What this person, or anybody without a token, is shown of a record."""
    found = client.call("GET", f"{path}/reviews", status=200).json["reviews"]
    return [one["text"] for one in found]


def rating(client: Client, path: str = RECORD) -> dict[str, Any]:
    told: dict[str, Any] = client.call("GET", f"{path}/rating", status=200).json
    return told


def be_called(client: Client, called: str) -> None:
    client.call("PATCH", "/account", {"name": called}, status=200)
