"""A card's log: who looked, who acted, told to its holder and to nobody else (rules 3.7, checklist D1 to D3)."""

import io
import logging
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup

from discovery_accounts.models import Account, Event, LibraryCard, Link
from discovery_accounts.services import events as words
from discovery_accounts.services.card_log import PAGE
from tests.factories.card_log import family, log
from tests.factories.portal import Client, Portal
from tests.factories.rows import events, rows, statements, write
from tests.factories.together import PATIENT, together
from tests.fixtures.databases import ON_SQLITE
from tests.functional.test_vault_in_place import log_lines

__all__ = ["log_lines"]

LINE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z (DEBUG|INFO|WARNING|ERROR) [a-z_.]+( |$)")


def name(portal: Portal, client: Client, given: str) -> None:
    account = client.call("GET", "/account").json["id"]
    with portal.house.database.writing() as session:
        row = next(row for row in session.query(Account) if str(row.id) == account)
        row.name = given


def looks(client: Client, card: str) -> list[list[str]]:
    """What was seen, the newest first; that the card is in order was seen when it was added."""
    seen = [entry["scope"] for entry in log(client, card) if entry["what"] == words.LINK_LOOKED]
    assert seen.pop() == ["standing"]
    return seen


def test_d2_the_holder_reads_who_looked_at_what(portal: Portal) -> None:
    child, parent, card = family(portal)
    name(portal, parent, "Anna Virtanen")
    parent.call("GET", "/loans", status=200)
    parent.call("GET", "/fees", status=200)
    newest, older, *_ = log(child, card)
    assert (newest["text"], newest["who"]) == ("Looked at the fees", "Anna Virtanen")
    assert (older["text"], older["self"], older["by"]) == ("Looked at the loans", False, "account")
    assert older["link"] == str(next(row.id for row in rows(portal.house, Link, label="Elsa")))


def test_the_same_look_is_told_once_an_hour(portal: Portal) -> None:
    child, parent, card = family(portal)
    for _ in range(4):
        parent.call("GET", "/loans?refresh=1", status=200)
        portal.clock.advance(minutes=10)
    parent.call("GET", "/holds", status=200)
    assert looks(child, card) == [["holds"], ["loans"]]
    portal.clock.advance(minutes=21)
    parent.call("GET", "/loans", status=200)
    assert looks(child, card) == [["loans"], ["holds"], ["loans"]]


def test_looking_at_what_is_kept_counts_too(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__helka__cache_seconds="86400", library__helka__pin_reverify_minutes="1440")
    child, parent, card = family(portal)
    parent.call("GET", "/loans", status=200)
    portal.clock.advance(minutes=61)
    portal.alma.clear_calls()
    parent.call("GET", "/loans", status=200)
    assert portal.alma.count() == 0
    assert looks(child, card) == [["loans"], ["loans"]]


@ON_SQLITE
def test_a_second_view_costs_a_viewer_what_it_costs_a_holder(portal: Portal) -> None:
    child, parent, _ = family(portal)
    for client in (child, parent):
        client.call("GET", "/loans", status=200)
    one = statements(portal.house, lambda: child.call("GET", "/loans", status=200))
    other = statements(portal.house, lambda: parent.call("GET", "/loans", status=200))
    assert one == other
    assert one["write"] == 0


def test_people_who_look_at_the_same_moment_are_told_of_once(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**PATIENT)
    child, parent, card = family(portal)
    together(6, lambda _: parent.call("GET", "/loans", status=200))
    assert looks(child, card) == [["loans"]]


def test_a_look_at_nothing_is_none(portal: Portal) -> None:
    """A library that does not answer, a scope that is missing, one's own card."""
    child, parent, card = family(portal, scopes=["holds"])
    parent.call("GET", "/loans", status=200)
    assert looks(child, card) == []
    portal.alma.stop()
    portal.clock.advance(hours=30)
    child, parent = portal.signed_in_client("lumme"), portal.signed_in_client("lumme")
    parent.call("GET", "/holds", status=200)
    assert len(events(portal.house, words.LINK_LOOKED)) == 1


def test_only_the_holder_reads_it_and_no_library_hears_of_it(portal: Portal) -> None:
    """Checklist L14."""
    _, parent, card = family(portal)
    stranger = portal.signed_in_client("lumme", "blocked")
    portal.alma.clear_calls()
    assert parent.call("GET", f"/cards/{card}/events", status=403).json["code"] == "holder_only"
    assert stranger.call("GET", f"/cards/{card}/events", status=404).json["code"] == "no_such_card"
    browser = portal.signed_in_browser("lumme", "blocked")
    assert browser.get(f"/cards/{card}/log", expect_errors=True).status_int == 404
    assert portal.alma.count() == 0


def test_a_silent_end_tells_the_holder_everything(portal: Portal) -> None:
    child, parent, card = family(portal)
    name(portal, parent, "Anna")
    parent.call("GET", "/loans", status=200)
    [link] = [one for one in child.call("GET", f"/cards/{card}/viewers").json["viewers"] if not one["self"]]
    child.call("DELETE", f"/cards/{card}/viewers/{link['link']}?silent=1", status=204)
    entries = log(child, card)
    ended = entries[0]
    assert (ended["text"], ended["who"], ended["self"]) == ("Ended what Anna could see", "You", True)
    assert ended["silent"] is True
    assert next(one["text"] for one in entries if one["who"] == "Anna") == "Looked at the loans"
    parent.call("GET", f"/cards/{card}/events", status=404)


def test_an_account_that_is_gone_is_told_as_such(portal: Portal) -> None:
    child, parent, card = family(portal)
    parent.call("GET", "/loans", status=200)
    [viewer] = [row for row in rows(portal.house, Link) if not row.holder]
    write(portal.house, "DELETE FROM account WHERE id = :id", id=_id(portal, viewer.account_id))
    newest = log(child, card)[0]
    assert (newest["who"], newest["by"]) == ("Somebody whose account ended", "gone")
    assert log(child, card, "?who=gone")[0]["text"] == "Looked at the loans"


def _id(portal: Portal, value: Any) -> Any:
    return value.hex if portal.house.database.engine.dialect.name == "sqlite" else value


def test_who_has_no_name_is_told_by_the_library(portal: Portal) -> None:
    child, parent, card = family(portal)
    parent.call("GET", "/loans", status=200)
    with portal.house.database.writing() as session:
        for row in session.query(Account):
            row.name = None
    assert log(child, card)[0]["who"] == "Somebody with a card of LUMME-kirjastot"


@ON_SQLITE
def test_parts_hold_every_event_once(portal: Portal) -> None:
    child, _, card = family(portal)
    [row] = rows(portal.house, LibraryCard, library="helka")
    with portal.house.database.writing() as session:
        session.query(Event).filter_by(card_id=row.id).delete()
        for step in range(2 * PAGE + 7):  # two share each moment
            at = portal.clock() - timedelta(minutes=step // 2)
            session.add(
                Event(id=uuid.uuid4(), at=at, word=words.PIN_ACCEPTED, card_id=row.id, library="helka")
            )
        session.add(
            Event(
                id=uuid.uuid4(),
                at=portal.clock() - timedelta(days=731),
                word=words.PIN_ACCEPTED,
                card_id=row.id,
            )
        )
    seen, query, parts = 0, "", 0
    while True:
        part = child.call("GET", f"/cards/{card}/events{query}", status=200).json
        seen, parts = seen + len(part["events"]), parts + 1
        if part["next"] is None:
            break
        query = "?after=" + part["next"].replace("+", "%2B")
    assert (parts, seen) == (3, 2 * PAGE + 7)


@ON_SQLITE
def test_the_page_tells_it_by_day_and_for_one_person(portal: Portal) -> None:
    child, parent, card = family(portal)
    name(portal, parent, "Anna")
    parent.call("GET", "/loans", status=200)
    portal.clock.advance(days=1)
    browser = portal.signed_in_browser("helka", "child")
    browser.post("/language", language="en")
    page = BeautifulSoup(browser.get(f"/cards/{card}/log").text, "html.parser")
    assert len(page.select("main section.accounts-panel h2 time")) == 2
    assert "Looked at the loans" in page.text
    [anna] = [option["value"] for option in page.select("select[name=who] option") if option.text == "Anna"]
    alone = BeautifulSoup(browser.get(f"/cards/{card}/log?who={anna}").text, "html.parser")
    assert {strong.text for strong in alone.select("main li strong")} == {"Anna"}
    assert "Nothing yet" in browser.get(f"/cards/{card}/log?who=staff").text
    assert f"/cards/{card}/log" in browser.get(f"/cards/{card}").text
    _ = child


@ON_SQLITE
def test_the_log_has_neither_titles_nor_numbers(portal: Portal) -> None:
    child, parent, card = family(portal)
    loans = parent.call("GET", "/loans").json["loans"]
    parent.call("POST", "/loans/renewals", {"all": True}, status=207)
    told = child.call("GET", f"/cards/{card}/events").text
    patron = portal.patron("helka", "child")
    for secret in (patron.card_number, patron.pin, patron.patron_id, *[loan["title"] for loan in loans]):
        assert secret not in told


FORGED = "2026-03-01T09:30:00.125Z INFO link.ended by=staff"


@ON_SQLITE
def test_d3_a_card_number_or_a_name_with_line_breaks_makes_no_line_of_its_own(
    portal: Portal, log_lines: io.StringIO
) -> None:
    child, parent, card = family(portal)
    name(portal, parent, f"Anna\r\n{FORGED}")
    number = f"{portal.patron('helka', 'child').card_number}\r\n{FORGED}"
    typed = {"library": "helka", "card_number": number, "pin": "1234"}
    assert portal.client().call("POST", "/sessions", typed).status_int >= 400
    assert portal.browser().post("/sign-in/card", **typed).status_int >= 400
    parent.call("POST", "/cards", {**typed, "label": "x"})
    parent.call("GET", "/loans", status=200)
    assert log(child, card)[0]["who"] == f"Anna\r\n{FORGED}"
    logging.getLogger("elsewhere").warning("refused: %s", number)
    write(portal.house, "DROP TABLE favourite_list")
    child.call("GET", "/lists", status=500)
    lines = log_lines.getvalue().splitlines()
    assert [line for line in lines if line.startswith(FORGED)] == []
    assert [line for line in lines if not LINE.match(line)] == []
    assert len([line for line in lines if "link.ended by=staff" in line]) == 1, "whoever logs it, in one line"
    assert len([line for line in lines if " request.failed " in line]) == 1
