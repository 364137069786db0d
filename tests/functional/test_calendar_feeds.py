"""Due dates as a live calendar: what is told, to whom, and what happens when it may not or can't be."""

import logging
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar
from webtest import TestResponse

from discovery_accounts.models import Account, Feed, Link
from discovery_accounts.services import events as words
from tests.factories.portal import API, Client, Portal
from tests.factories.rows import dump, events, rows
from tests.fixtures.databases import ON_SQLITE

CANARY = "FEED-CANARY-7f3a"


def make(client: Client, card: str | None = None, **more: Any) -> str:
    """A feed's secret."""
    body = {"card": card, **more} if card else more
    address = client.call("POST", "/feeds", body, status=201).json["address"]
    return str(parse_qs(urlsplit(address).query)["token"][0])


def read(portal: Portal, token: str, status: int = 200, **headers: str) -> TestResponse:
    """As a calendar program does: no session, no cookie."""
    return portal.client().app.get(
        f"{API}/loans/calendar.ics", {"token": token}, headers=headers, status=status
    )


def calendar_of(portal: Portal, token: str) -> Any:
    return Calendar.from_ical(read(portal, token).body)


def told(portal: Portal, token: str) -> dict[str, Any]:
    calendar = calendar_of(portal, token)
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def days_of(client: Client) -> list[date]:
    loans = client.call("GET", "/loans", status=200).json["loans"]
    return sorted(date.fromisoformat(loan["due_at"][:10]) for loan in loans)


def cards(client: Client) -> dict[str, str]:
    return {card["label"]: card["id"] for card in client.call("GET", "/cards").json["cards"]}


def parent(portal: Portal) -> Client:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka", "child"), label="Elsa")
    return client


def test_a_feed_of_all_cards_has_an_event_for_each_loan(portal: Portal) -> None:
    client = parent(portal)
    found = told(portal, make(client, language="en"))
    assert sorted(event["DTSTART"].dt for event in found.values()) == days_of(client)
    assert all(event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1) for event in found.values())
    locations = {str(event["LOCATION"]) for event in found.values()}
    assert locations == {"LUMME-kirjastot", "Helka-kirjastot"}
    assert any(str(event["SUMMARY"]).endswith("(Elsa)") for event in found.values())
    assert all(not event.walk("VALARM") for event in found.values())


def test_a_feed_of_one_card_is_of_that_card(portal: Portal) -> None:
    client = parent(portal)
    token = make(client, cards(client)["Elsa"], language="en")
    calendar = calendar_of(portal, token)
    assert str(calendar["X-WR-CALNAME"]) == "Library loans: Elsa"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert {str(event["LOCATION"]) for event in calendar.walk("VEVENT")} == {"Helka-kirjastot"}
    [link] = {str(event["URL"]) for event in calendar.walk("VEVENT")}
    assert link.endswith(f"/loans?card={cards(client)['Elsa']}")


def test_a_renewed_loan_is_the_same_event_on_its_new_day(portal: Portal) -> None:
    client = portal.signed_in_client()
    token = make(client)
    before = told(portal, token)
    portal.clock.advance(minutes=5)
    results = client.call("POST", "/loans/renewals", {"all": True}, status=207).json["results"]
    renewed = sum(result["renewed"] for result in results)
    assert renewed
    after = told(portal, token)
    assert set(after) == set(before)
    moved = [uid for uid in after if after[uid]["DTSTART"].dt != before[uid]["DTSTART"].dt]
    assert len(moved) == renewed
    for uid, event in after.items():
        changed = uid in moved
        assert event["SEQUENCE"] == before[uid]["SEQUENCE"] + changed
        assert (event["DTSTAMP"].dt > before[uid]["DTSTAMP"].dt) is changed
        assert event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt


def test_a_returned_loan_is_gone(portal: Portal) -> None:
    token = make(portal.signed_in_client())
    before = told(portal, token)
    portal.koha.set_loan_count(portal.patron("lumme").patron_id, 2)
    portal.clock.advance(minutes=2)
    after = told(portal, token)
    assert len(after) == 2
    assert after.keys() < before.keys()


@ON_SQLITE
def test_what_did_not_change_is_not_sent_again(portal: Portal) -> None:
    token = make(portal.signed_in_client())
    first = read(portal, token)
    assert first.headers["Cache-Control"].startswith("private")
    assert first.content_type == "text/calendar"
    portal.clock.advance(minutes=10)
    again = read(portal, token, status=304, **{"If-None-Match": first.headers["ETag"]})
    assert not again.body


@ON_SQLITE
def test_a_feed_asks_the_library_once_a_minute(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__cache_seconds="0")
    token = make(portal.signed_in_client())
    read(portal, token)
    portal.koha.clear_calls()
    for _ in range(5):
        assert told(portal, token)
        portal.clock.advance(seconds=5)
    assert portal.koha.count() == 0
    portal.clock.advance(minutes=1)
    read(portal, token)
    assert portal.koha.count() > 0


def test_wrong_and_revoked_secrets_are_404_alike(portal: Portal) -> None:
    client = portal.signed_in_client()
    token = make(client)
    [feed] = client.call("GET", "/feeds", status=200).json["feeds"]
    assert "address" not in feed
    client.call("DELETE", f"/feeds/{feed['id']}", status=204)
    portal.koha.clear_calls()
    revoked, wrong, empty = (read(portal, one, status=404) for one in (token, "x" * 43, ""))
    assert revoked.body == wrong.body == empty.body
    assert revoked.json["code"] == "not_found"
    assert portal.koha.count() == 0


@ON_SQLITE
def test_guessing_is_limited_and_keeps_nobody_out(portal: Portal) -> None:
    token = make(portal.signed_in_client())
    for _ in range(60):
        read(portal, "guess", status=404)
    assert "Retry-After" in read(portal, "guess", status=429).headers
    assert told(portal, token)


def test_l14_a_strangers_feed_and_card_are_404(portal: Portal) -> None:
    client = parent(portal)
    make(client)
    thief = portal.signed_in_client("helka")
    [feed] = client.call("GET", "/feeds").json["feeds"]
    portal.alma.clear_calls()
    assert thief.call("DELETE", f"/feeds/{feed['id']}", status=404).json["code"] == "not_found"
    answer = thief.call("POST", "/feeds", {"card": cards(client)["Elsa"]})
    assert (answer.status_int, answer.json["code"]) == (404, "no_such_card")
    assert thief.call("GET", "/feeds").json["feeds"] == []
    assert portal.alma.count() == 0
    assert len(rows(portal.house, Feed)) == 1


def test_making_a_feed_needs_a_fresh_sign_in(portal: Portal) -> None:
    """Checklist L4."""
    client = portal.signed_in_client()
    portal.clock.advance(minutes=30)
    assert client.call("POST", "/feeds", {}, status=403).json["code"] == "fresh_sign_in_required"
    assert rows(portal.house, Feed) == []


def test_l13_a_card_that_is_removed_drops_out_at_once(portal: Portal) -> None:
    client = parent(portal)
    every, one = make(client), make(client, cards(client)["Elsa"])
    assert {str(event["LOCATION"]) for event in told(portal, every).values()} > {"Helka-kirjastot"}
    client.call("DELETE", f"/cards/{cards(client)['Elsa']}", status=204)
    portal.alma.clear_calls()
    assert {str(event["LOCATION"]) for event in told(portal, every).values()} == {"LUMME-kirjastot"}
    read(portal, one, status=404)
    assert portal.alma.count() == 0


def test_a_link_without_loans_is_in_no_feed(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka", "child"), label="Elsa", scopes=["holds"])
    assert client.call("POST", "/feeds", {"card": cards(client)["Elsa"]}, status=403).json["code"] == (
        "missing_scope"
    )
    assert {str(event["LOCATION"]) for event in told(portal, make(client)).values()} == {"LUMME-kirjastot"}


def test_a_changed_pin_takes_the_card_out(portal: Portal) -> None:
    client = parent(portal)
    token = make(client)
    assert told(portal, token)
    portal.alma.change_pin(portal.patron("helka", "child").patron_id, "5432")
    portal.clock.advance(minutes=16)
    read(portal, token)
    assert {str(event["LOCATION"]) for event in told(portal, token).values()} == {"LUMME-kirjastot"}


def test_a_library_that_is_down_takes_no_due_dates_away(portal: Portal) -> None:
    client = portal.signed_in_client()
    token = make(client, language="en")
    before = told(portal, token)
    portal.koha.stop()
    portal.clock.advance(hours=3)
    assert told(portal, token).keys() == before.keys()
    assert "LUMME-kirjastot did not answer." in str(calendar_of(portal, token)["X-WR-CALDESC"])
    portal.clock.advance(hours=22)
    refused = read(portal, token, status=503)
    assert int(refused.headers["Retry-After"]) == 300
    assert refused.json["code"] == "library_unavailable"


def test_one_library_of_two_is_left_out_after_a_day_only(portal: Portal) -> None:
    client = parent(portal)
    token = make(client)
    told(portal, token)
    portal.alma.stop()
    portal.house.cache.forget([f"loans:{link.id.hex}" for link in rows(portal.house, Link)])
    portal.clock.advance(minutes=10)
    read(portal, token, status=503)
    portal.clock.advance(hours=25)
    assert {str(event["LOCATION"]) for event in told(portal, token).values()} == {"LUMME-kirjastot"}


def test_reading_is_no_sign_in_and_a_look(portal: Portal) -> None:
    """Rules 1.4 and 3.7."""
    portal.signed_in_client("helka", "child")
    client = parent(portal)
    token = make(client)
    before = {row.id: row.last_sign_in_at for row in rows(portal.house, Account)}
    portal.clock.advance(days=2)
    told(portal, token)
    assert {row.id: row.last_sign_in_at for row in rows(portal.house, Account)} == before
    [*_, look] = events(portal.house, words.LINK_LOOKED)
    assert look.detail == {"scopes": "loans", "by_itself": True}


@ON_SQLITE
def test_a_library_that_keeps_no_pins_can_not_be_in_a_feed(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__helka__pin_storage="none")
    client = parent(portal)
    refused = client.call("POST", "/feeds", {"card": cards(client)["Elsa"]}, status=409)
    assert refused.json["code"] == "pin_needed"
    browser = portal.signed_in_browser()
    page = browser.get("/account/calendar")
    assert "tunnuslukuja ei tallenneta" in page.text


@ON_SQLITE
def test_s4_the_secret_is_in_no_log_no_error_and_no_row(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = make(portal.signed_in_client())
    answers = [read(portal, token), read(portal, CANARY, status=404)]
    portal.koha.stop()
    portal.clock.advance(days=2)
    answers.append(read(portal, token, status=503))
    for secret in (token, CANARY):
        assert secret not in caplog.text
        assert secret.encode() not in dump(portal.house)
        for answer in answers:
            assert secret not in answer.text
            assert secret not in str(answer.headers)
    assert {answer.headers["Referrer-Policy"] for answer in answers[:1]} == {"no-referrer"}


@ON_SQLITE
def test_the_page_shows_the_address_once_and_stops_a_calendar(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    browser.post("/language", language="en")
    made = browser.post("/account/calendar", action="make", card="all")
    assert made.status_int == 200
    [token] = set(re.findall(r"token=([\w-]+)", made.text))
    assert "webcal://" in made.text
    assert made.headers["Referrer-Policy"] == "no-referrer"
    assert token not in browser.get("/account/calendar").text
    assert told(portal, token)
    [feed] = rows(portal.house, Feed)
    stopped = browser.post("/account/calendar", action="stop", feed=str(feed.id))
    assert stopped.status_int == 303
    assert "The calendar was stopped." in browser.get("/account/calendar").text
    read(portal, token, status=404)
    assert browser.post("/account/calendar", action="make").status_int == 422
    assert browser.post("/account/calendar", action="stop", feed=str(feed.id)).status_int == 404


@ON_SQLITE
def test_there_are_twenty_at_most(portal: Portal) -> None:
    client = portal.signed_in_client()
    for _ in range(20):
        make(client)
    assert client.call("POST", "/feeds", {}, status=422).json["errors"] == [
        {"field": "card", "code": "too_many_feeds"}
    ]
