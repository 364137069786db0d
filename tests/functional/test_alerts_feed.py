"""The feed of an alert: Atom at a secret address, for as long as its owner wants."""

import xml.etree.ElementTree as ElementTree

import pytest

from tests.factories.alerts import finds, made, record
from tests.factories.portal import Client, Portal
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.signed_in_client()


def feed_path(client: Client, alert: str) -> str:
    return "/" + client.call("GET", f"/alerts/{alert}", status=200).json["feed"].split("/", 3)[3]


def entries(portal: Portal, path: str) -> dict[str, str]:
    """Titles by id, in the order they stand."""
    root = ElementTree.fromstring(portal.browser().get(path).body)
    found = root.findall(f"{ATOM}entry")
    return {str(one.findtext(f"{ATOM}id")): str(one.findtext(f"{ATOM}title")) for one in found}


def test_it_tells_the_newest_hundred_always_by_the_same_ids(portal: Portal, client: Client) -> None:
    alert = made(client, name="Tove & co <x>", by_feed=True)
    path = feed_path(client, alert)
    assert entries(portal, path) == {}
    finds(portal, alert, [record(number, f"Title <b>{number}</b>") for number in range(120)])
    first = entries(portal, path)
    assert len(first) == 100
    assert "Title <b>0</b>" in first.values()
    finds(portal, alert, [record(500, "Newest\uffff\ufffe")])
    after = entries(portal, path)
    assert next(iter(after.values())) == "Newest", "without what XML can't have"
    assert set(list(after)[1:]) <= set(first)


def test_readers_are_told_to_keep_it_to_themselves_and_when_nothing_changed(
    portal: Portal, client: Client
) -> None:
    alert = made(client, by_feed=True)
    finds(portal, alert, [record(1)])
    path = feed_path(client, alert)
    answer = portal.browser().get(path)
    assert answer.content_type == "application/atom+xml"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "private" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    portal.clock.advance(days=1)
    again = portal.browser().get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_int == 304


def test_a_paused_alert_still_shows_what_it_found(portal: Portal, client: Client) -> None:
    alert = made(client, by_feed=True)
    finds(portal, alert, [record(1)])
    path = feed_path(client, alert)
    client.call("PATCH", f"/alerts/{alert}", {"paused": True}, status=200)
    assert list(entries(portal, path).values()) == ["Trollvinter"]


def test_it_ends_with_the_alert_with_a_new_address_and_when_it_is_not_wanted(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    form = {"action": "save", "query": "jansson", "frequency": "daily", "by_feed": "yes"}
    page = browser.post("/alerts/new", **form).follow()
    alert = page.request.path.split("/")[2]
    client = portal.signed_in_client()
    path = feed_path(client, alert)
    assert path in browser.get(f"/alerts/{alert}").text
    assert browser.post(f"/alerts/{alert}", action="feed").status_int == 303
    stranger = portal.browser()
    assert stranger.get(path, expect_errors=True).status_int == 404
    path = feed_path(client, alert)
    assert stranger.get(path).status_int == 200
    client.call("PATCH", f"/alerts/{alert}", {"by_feed": False}, status=200)
    assert stranger.get(path, expect_errors=True).status_int == 404
    client.call("PATCH", f"/alerts/{alert}", {"by_feed": True}, status=200)
    assert feed_path(client, alert) == path, "the same as before"
    client.call("DELETE", f"/alerts/{alert}", status=204)
    assert stranger.get(path, expect_errors=True).status_int == 404


def test_nobody_tries_many_secrets(portal: Portal) -> None:
    stranger = portal.browser()
    tried = [stranger.get(f"/alerts/feed/{number}", expect_errors=True).status_int for number in range(62)]
    assert (tried[0], tried[-1]) == (404, 429)
