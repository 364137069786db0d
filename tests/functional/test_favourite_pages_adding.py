"""Favourites are added from loans, holds and past loans by a button, where the library tells of the record."""

import json

import pytest
from bs4 import BeautifulSoup, Tag

from discovery_accounts.connectors.api import Loan
from discovery_accounts.models import FavouriteItem, FavouriteList
from discovery_accounts.web.pages.favourite_records import as_favourite
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def reader(portal: Portal) -> Browser:
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    browser.sign_in("lumme", portal.patron("lumme"))
    return browser


def buttons(browser: Browser, path: str) -> list[Tag]:
    return BeautifulSoup(browser.get(path).text, "html.parser").select("button[name=record]")


def test_each_row_has_a_button_that_adds_it(portal: Portal, reader: Browser) -> None:
    for path in ("/loans", "/loans?order=card", "/holds", "/history"):
        soup = BeautifulSoup(reader.get(path).text, "html.parser")
        assert len(soup.select("#accounts-favour")) == 1
        assert soup.select_one("form form") is None
        [first, *_] = buttons(reader, path)
        record = json.loads(str(first["value"]))
        reader.post("/favourites/add", record=str(first["value"]), return_to=path)
        known = reader.post("/favourites/add", record=str(first["value"]), return_to=path)
        assert known.headers["Location"].endswith(path)
        assert "It was among your favourites already." in known.follow().text
        [item] = rows(portal.house, FavouriteItem, record_id=record["record_id"])
        assert (item.source, item.title) == ("lumme", record["title"])
    [shelf] = rows(portal.house, FavouriteList)
    assert (shelf.name, shelf.public) == ("Favourites", False)


def test_it_goes_into_the_list_that_was_first(portal: Portal, reader: Browser) -> None:
    mine = reader.post("/favourites", name="Mine").headers["Location"]
    reader.post("/favourites", name="Another")
    added = reader.post("/favourites/add", record=str(buttons(reader, "/loans")[0]["value"])).follow()
    assert "It is now among your favourites." in added.text
    assert "1 item" in reader.get(mine).text


def test_what_is_no_record_is_refused(portal: Portal, reader: Browser) -> None:
    for record in ("", "{", "[]", '{"title":"x"}', "null", '{"record_id":"1","source":"s"}'):
        assert reader.post("/favourites/add", record=record).status_int == 400, record
    assert count(portal.house, FavouriteList) == 0


def test_it_leads_back_to_pages_of_ours_only(portal: Portal, reader: Browser) -> None:
    record = str(buttons(reader, "/loans")[0]["value"])
    done = reader.post("/favourites/add", record=record, return_to="https://evil.example/")
    assert done.headers["Location"].endswith("/favourites")


def test_nothing_is_added_without_the_token(portal: Portal, reader: Browser) -> None:
    record = str(buttons(reader, "/loans")[0]["value"])
    assert reader.post("/favourites/add", record=record, csrf_token="").status_int == 400
    assert reader.get("/favourites/add").status_int == 303
    assert count(portal.house, FavouriteItem) == 0


def test_a_loan_without_a_record_or_a_title_has_no_button(portal: Portal) -> None:
    due = portal.clock()
    assert as_favourite("lumme", Loan("1", "Title", due)) is None
    assert as_favourite("lumme", Loan("1", None, due, record_id="7")) is None
    assert as_favourite("lumme", Loan("1", "Title", due, record_id="7")) is not None
