"""A public list: read by everybody who has its address, silent about whose it is, followed as RSS; and what is
printed."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.models import Account, FavouriteList
from discovery_accounts.services.favourites.items import Items
from tests.factories.favourites import actor_of, any_account, make_list, new_item
from tests.factories.portal import Browser, Portal
from tests.factories.rows import rows
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
NAME = "Wilhelmiina Nimelä"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(
        public_url="https://accounts.example", record_url="https://catalogue.example/{record_id}"
    )


@pytest.fixture
def owner(portal: Portal) -> Browser:
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en", **{"wsgi.url_scheme": "https"})
    browser.sign_in("lumme", portal.patron("lumme"))
    with portal.house.database.writing() as session:
        session.query(Account).one().name = NAME
    return browser


def published(portal: Portal, owner: Browser, items: int = 3) -> tuple[str, str]:
    """The paths of the list and of its public page."""
    path = f"/favourites/{make_list(portal.house, any_account(portal.house), items, noted=True)}"
    fields = {"name": "Read <next>", "description": "For & by", "ordering": "manual"}
    told = owner.post(f"{path}/settings", action="save", public="yes", **fields).follow()
    assert "The list is public now." in told.text
    address = BeautifulSoup(told.text, "html.parser").select_one("#accounts-public-address")
    assert address is not None
    assert str(address["value"]).startswith("https://accounts.example/lists/")
    return path, str(address["value"]).removeprefix("https://accounts.example")


def stranger(portal: Portal) -> Browser:
    return portal.browser(HTTP_ACCEPT_LANGUAGE="en")


def test_everybody_reads_it_and_learns_nothing_of_its_owner(portal: Portal, owner: Browser) -> None:
    _, public = published(portal, owner, 60)
    answer = stranger(portal).get(public)
    text = answer.text + str(answer.headers)
    soup = BeautifulSoup(answer.text, "html.parser")
    assert len(soup.select(".accounts-favourite-title")) == 50
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert soup.select("meta[name=robots][content=noindex]")
    more = soup.select_one("a[rel=next]")
    assert more is not None
    assert len(BeautifulSoup(stranger(portal).get(str(more["href"])).text, "html.parser").select("h2")) == 10
    account, shown = rows(portal.house, Account)[0], rows(portal.house, FavouriteList)[0]
    for secret in (NAME, portal.patron("lumme").email, str(account.id), str(shown.id)):
        assert secret not in text
    assert not soup.select("main form")


def test_the_address_shows_nothing_once_the_list_is_private_and_is_the_same_ever_after(
    portal: Portal, owner: Browser
) -> None:
    path, public = published(portal, owner)
    fields = {"action": "save", "name": "Renamed", "description": "", "ordering": "manual"}
    owner.post(f"{path}/settings", public="no", **fields)
    for address in (public, f"{public}/feed"):
        assert stranger(portal).get(address, expect_errors=True).status_int == 404
    owner.post(f"{path}/settings", public="yes", **fields)
    assert "Renamed" in stranger(portal).get(public).text
    owner.post(f"{path}/settings", action="remove")
    assert stranger(portal).get(public, expect_errors=True).status_int == 404
    assert stranger(portal).get("/lists/nobody", expect_errors=True).status_int == 404


def test_it_is_followed_as_rss(portal: Portal, owner: Browser) -> None:
    _, public = published(portal, owner, 0)
    empty = stranger(portal).get(f"{public}/feed")
    assert ElementTree.fromstring(empty.body).findall(".//item") == []
    list_id = rows(portal.house, FavouriteList)[0].id
    portal.clock.advance(minutes=1)
    items = Items(portal.house)
    actor = actor_of(portal.house, any_account(portal.house))
    items.add(
        actor,
        list_id,
        new_item(1, title="A <b>bold</b> & old book", author="<img src=x>\uffff", record_id="a/b?c"),
    )
    portal.clock.advance(minutes=1)
    items.add(actor, list_id, new_item(2, note="secret </description>"))
    answer = stranger(portal).get(f"{public}/feed")
    assert answer.content_type == "application/rss+xml"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    channel = ElementTree.fromstring(answer.body).find("channel")
    assert channel is not None
    assert channel.findtext("title") == "Read <next>"
    assert channel.findtext("link") == f"https://accounts.example{public}"
    newest, older = channel.findall("item")
    assert (older.findtext("title"), older.findtext("link")) == (
        "A <b>bold</b> & old book",
        "https://catalogue.example/a%2Fb%3Fc",
    )
    assert str(older.findtext("description")).startswith("&lt;img src=x&gt; · "), "readers take it for HTML"
    assert str(newest.findtext("title")).startswith("Book")
    assert newest.find("guid").get("isPermaLink") == "false"  # type: ignore[union-attr]
    again = stranger(portal).get(f"{public}/feed", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_int == 304
    portal.clock.advance(days=3)
    assert stranger(portal).get(f"{public}/feed").headers["ETag"] == answer.headers["ETag"]


def test_paper_has_titles_authors_notes_and_addresses(portal: Portal, owner: Browser) -> None:
    path, _ = published(portal, owner, 510)
    first = BeautifulSoup(owner.get(f"{path}/print").text, "html.parser")
    assert len(first.select(".accounts-printed > li")) == 500
    words = first.select(".accounts-printed > li")[1].get_text()
    assert all(
        one in words for one in ("Book 919 of 1", "Author, 01", "Note 1", "https://catalogue.example/r1")
    )
    onward = first.select_one("a[rel=next]")
    assert onward is not None
    second = BeautifulSoup(owner.get(str(onward["href"])).text, "html.parser")
    assert len(second.select(".accounts-printed > li")) == 10
