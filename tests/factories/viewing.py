"""A card with its holder and with others who see it, as programs that speak the API."""

import re
from dataclasses import dataclass
from typing import Any

from tests.factories.codes import post_office
from tests.factories.portal import Browser, Client, Portal

SILENT = "?silent=1"
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@dataclass
class Shared:
    """``card`` is the id of a card of ``lumme``; ``link`` of the viewer's link to it."""

    portal: Portal
    holder: Client
    viewer: Client
    card: str
    kind: str

    @property
    def link(self) -> str:
        return next(str(one["link"]) for one in self.viewers() if not one["self"])

    def viewers(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.holder.call("GET", self.path(), status=200).json["viewers"]
        return found

    def path(self, *parts: str) -> str:
        return "/".join((f"/cards/{self.card}/viewers", *parts))

    def another(self, kind: str) -> Client:
        """One more account that links the card."""
        client = signed_in(self.portal, "helka", kind)
        client.link("lumme", self.portal.patron("lumme", self.kind))
        return client


def shared(portal: Portal, kind: str = "good", viewer: str = "good", **terms: Any) -> Shared:
    """A card of ``lumme`` whose holder has signed in, and an account of ``helka`` that linked it by its PIN."""
    holder, other = signed_in(portal, "lumme", kind), signed_in(portal, "helka", viewer)
    other.link("lumme", portal.patron("lumme", kind), **terms)
    (card,) = (one["id"] for one in holder.call("GET", "/cards").json["cards"])
    return Shared(portal, holder, other, card, kind)


def signed_in(portal: Portal, library: str, kind: str) -> Client:
    """Somebody who reads English, so that words of pages and mails can be looked for."""
    client = portal.client(**ENGLISH)
    client.sign_in(library, portal.patron(library, kind))
    return client


def browser_of(portal: Portal, library: str = "lumme", kind: str = "good") -> Browser:
    browser = portal.browser(**ENGLISH)
    browser.sign_in(library, portal.patron(library, kind))
    return browser


def state_of(client: Client, card: str) -> str:
    """How that account's card is."""
    return str(client.call("GET", f"/cards/{card}", status=200).json["state"])


def letters_of(portal: Portal, recipient: str) -> list[str]:
    """The paths of one-time links for deciding in mails to that address, the oldest first."""
    texts = [mail.get_content() for mail in post_office(portal) if mail["To"] == recipient]
    return re.findall(r"https?://[^/\s]+(/link-letters/\S+)", "\n".join(texts))


def mails_to(portal: Portal, recipient: str) -> list[tuple[str, str]]:
    """Subject and text of every mail to that address."""
    return [(mail["Subject"], mail.get_content()) for mail in post_office(portal) if mail["To"] == recipient]
