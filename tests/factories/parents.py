"""A parent with four cards at two libraries, as a program and in a browser that reads English."""

from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from tests.factories.portal import Browser, Client, Portal

OWN, ELSA, ONNI, AINO = "LUMME-kirjastot", "Elsa", "Onni", "Aino"
CHILDREN = {ELSA: ("lumme", "child"), ONNI: ("helka", "child"), AINO: ("helka", "good")}


@dataclass
class Parent:
    """``ids`` are those of the cards, by name."""

    portal: Portal
    client: Client
    browser: Browser
    ids: dict[str, str]

    def page(self, path: str, status: int = 200) -> BeautifulSoup:
        found = self.browser.get(path, expect_errors=status != 200)
        assert found.status_int == status, found.text
        return BeautifulSoup(found.text, "html.parser")

    def person(self, name: str, path: str = "/family") -> Tag:
        """That card's part of the page of all cards."""
        found = self.page(path).find(id=f"accounts-card-{self.ids[name]}")
        assert isinstance(found, Tag), name
        return found

    def patron_id(self, name: str) -> str:
        library, kind = CHILDREN.get(name, ("lumme", "good"))
        return str(self.portal.patron(library, kind).patron_id)


def parent(portal: Portal, **scopes: list[str]) -> Parent:
    """Signed in by their own card; ``scopes`` are what the links to some of the children may do."""
    client = portal.signed_in_client()
    for name, (library, kind) in CHILDREN.items():
        more = {"scopes": scopes[name]} if name in scopes else {}
        client.link(library, portal.patron(library, kind), label=name, relation="looked_after", **more)
    browser = portal.signed_in_browser()
    browser.post("/language", language="en")
    cards = client.call("GET", "/cards", status=200).json["cards"]
    return Parent(portal, client, browser, {card["label"]: card["id"] for card in cards})


def said(tag: Tag | BeautifulSoup | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())
