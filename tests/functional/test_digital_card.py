"""The card at ``/cards/{id}/barcode`` and in the API: who may show it, and what is told and kept of it."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import events as words
from tests.factories.codes import codes, stepped_up
from tests.factories.email_sign_in import LOGINS
from tests.factories.portal import API, Browser, Client, Portal
from tests.factories.rows import dump, events, rows
from tests.fixtures.databases import ON_SQLITE
from tests.functional.test_vault_in_place import log_lines

__all__ = ["log_lines"]


def card_id(portal: Portal, library: str = "lumme") -> str:
    [card] = rows(portal.house, LibraryCard, library=library)
    return str(card.id)


def viewer(portal: Portal, *scopes: str) -> Client:
    """Somebody at the other library who looks after a child's card with these scopes."""
    client = portal.signed_in_client("helka")
    client.link("lumme", portal.patron("lumme", "child"), label="Elsa", scopes=list(scopes))
    return client


def barcode(client: Client, card: str, status: int = 200) -> dict[str, Any]:
    return dict(client.call("GET", f"/cards/{card}/barcode", status=status).json)


def set_link(portal: Portal, **values: object) -> None:
    with portal.house.database.writing() as session:
        link = session.query(Link).filter_by(label="Elsa").one()
        for name, value in values.items():
            setattr(link, name, value)


def test_the_holder_sees_the_number_and_the_bars_of_the_library(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__barcode="code39", library__helka__barcode="none")
    for library, kind, bars in (("lumme", "code39", True), ("helka", "none", False)):
        told = barcode(portal.signed_in_client(library), card_id(portal, library))
        assert (told["number"], told["symbology"]) == (portal.patron(library).card_number, kind)
        assert (told["svg"] or "").startswith("<svg") == bars
        assert told["as_of"] is None
        page = portal.signed_in_browser(library).get(f"/cards/{card_id(portal, library)}/barcode")
        assert page.html.select_one(".card-number").text.replace(" ", "") == told["number"]
        assert bool(page.html.select("svg")) == bars


def test_l14_the_barcode_of_a_strangers_card_is_404_and_no_library_is_asked(portal: Portal) -> None:
    portal.signed_in_client("lumme")
    card = card_id(portal)
    client, browser = portal.signed_in_client("helka"), portal.signed_in_browser("helka")
    portal.koha.clear_calls()
    assert barcode(client, card, 404)["code"] == "no_such_card"
    assert 'data-code="no_such_card"' in browser.get(f"/cards/{card}/barcode", status=404).text
    assert portal.koha.calls == ()
    assert events(portal.house, words.BARCODE_SHOWN) == []


def test_a_link_shows_it_with_its_scope_only_and_no_library_is_asked_without(portal: Portal) -> None:
    client = viewer(portal, "loans", "holds", "fees", "renew", "hold")
    card = card_id(portal)
    portal.koha.clear_calls()
    assert barcode(client, card, 403)["code"] == "missing_scope"
    assert portal.koha.calls == ()
    set_link(portal, scopes="card")
    assert barcode(client, card)["number"] == portal.patron("lumme", "child").card_number
    set_link(portal, scopes="loans")
    assert barcode(client, card, 403)["code"] == "missing_scope"


@pytest.mark.parametrize(
    ("state", "status", "code"), [("pending", 403, "pending_approval"), ("ended", 404, "no_such_card")]
)
def test_l6_a_link_that_waits_or_is_over_shows_none(
    portal: Portal, state: str, status: int, code: str
) -> None:
    client = viewer(portal, "card")
    set_link(portal, state=state)
    portal.koha.clear_calls()
    assert barcode(client, card_id(portal), status)["code"] == code
    assert portal.koha.calls == ()


def test_rule_2_4_a_changed_pin_and_a_gone_patron_show_none(portal: Portal) -> None:
    client, child = viewer(portal, "card"), portal.patron("lumme", "child")
    portal.koha.change_pin(child.patron_id, "8080")
    portal.clock.advance(minutes=20)
    assert barcode(client, card_id(portal), 409)["code"] == "pin_changed"
    set_link(portal, holder=True)
    portal.koha.delete_patron(child.patron_id)
    with portal.house.database.writing() as session:
        session.query(LibraryCard).filter_by(library="lumme").one().gone_at = portal.clock()
    assert barcode(client, card_id(portal), 409)["code"] == "not_a_patron"


def test_a_library_that_is_down_does_not_hide_a_card_it_knew_within_a_day(portal: Portal) -> None:
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    browser.sign_in("lumme", portal.patron("lumme"))
    client, card = portal.signed_in_client(), card_id(portal)
    assert barcode(client, card)["as_of"] is None
    portal.clock.advance(minutes=20)
    portal.koha.stop()
    told = barcode(client, card)
    assert told["number"] == portal.patron("lumme").card_number
    assert told["as_of"] is not None
    assert "The library does not answer just now." in browser.get(f"/cards/{card}/barcode").text
    with portal.house.database.writing() as session:
        row = session.query(LibraryCard).one()
        assert row.read_at is not None
        row.read_at = None
    assert barcode(client, card, 503)["code"] == "library_unavailable"
    portal.koha.start()


def test_d1_the_holder_is_told_of_a_link_once_an_hour_and_never_of_themselves(portal: Portal) -> None:
    holder, client = portal.signed_in_client("lumme", "child"), viewer(portal, "card")
    card = card_id(portal)
    barcode(holder, card)
    assert events(portal.house, words.BARCODE_SHOWN) == []
    for _ in range(3):
        barcode(client, card)
    [shown] = events(portal.house, words.BARCODE_SHOWN)
    assert (str(shown.card_id), shown.library, shown.detail) == (card, "lumme", None)
    portal.clock.advance(minutes=61)
    barcode(client, card)
    assert len(events(portal.house, words.BARCODE_SHOWN)) == 2


@pytest.fixture
def weak(make_portal: Callable[..., Portal]) -> tuple[Portal, Browser]:
    """Somebody who signed in by a code in a mail."""
    portal = make_portal(**LOGINS)
    browser = portal.browser()
    browser.post("/sign-in/email", email=portal.patron("lumme").email)
    assert browser.post("/sign-in/email/code", action="confirm", code=codes(portal)[-1]).status_int == 303
    return portal, browser


@ON_SQLITE
def test_rule_4_6_who_signed_in_in_a_weak_way_confirms_first(weak: tuple[Portal, Browser]) -> None:
    portal, browser = weak
    path = f"/cards/{card_id(portal)}/barcode"
    answer = browser.get(path, status=303)
    assert answer.location.endswith(f"/account/confirm?return_to={path.replace('/', '%2F')}")
    refused = browser.get(API + path, status=403)
    assert (refused.json["code"], portal.patron("lumme").card_number in refused.text) == (
        "step_up_required",
        False,
    )
    browser.post("/account/confirm", action="send", channel="email")
    done = browser.post("/account/confirm", action="confirm", code=codes(portal)[-1], return_to=path)
    assert done.location.endswith(path)
    assert browser.get(path).html.select_one(".card-number") is not None


@ON_SQLITE
def test_without_stored_pins_it_is_asked_for_first(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__pin_storage="none")
    browser = portal.signed_in_browser("helka")
    child = portal.patron("lumme", "child")
    fields = {"library": "lumme", "card_number": child.card_number, "pin": child.pin, "label": "Elsa"}
    assert browser.post("/cards/link", relation="looked_after", scope="loans", **fields).status_int == 303
    set_link(portal, scopes="card")
    card = card_id(portal)
    browser.get(f"/cards/{card}/barcode", status=200)
    again = portal.signed_in_browser("helka").get(f"/cards/{card}/barcode", status=303)
    assert again.location.endswith(f"/cards/{card}#accounts-give-pin")


@ON_SQLITE
def test_s4_the_number_is_in_no_log_event_table_or_address(portal: Portal, log_lines: io.StringIO) -> None:
    client, browser = viewer(portal, "card"), portal.signed_in_browser()
    stepped_up(portal)
    answers = []
    for card in rows(portal.house, LibraryCard, library="lumme"):
        answers.append(client.call("GET", f"/cards/{card.id}/barcode").status_int)
        answers.append(browser.get(f"/cards/{card.id}/barcode", expect_errors=True).status_int)
    assert sorted(answers) == [200, 200, 404, 404]
    stored = dump(portal.house).decode(errors="replace")
    for number in (portal.patron("lumme").card_number, portal.patron("lumme", "child").card_number):
        assert number not in log_lines.getvalue()
        assert number not in stored


@ON_SQLITE
def test_w4_w6_the_page_is_not_stored_by_the_browser_and_may_start_our_worker_alone(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    page = browser.get(f"/cards/{card_id(portal)}/barcode")
    assert page.headers["Cache-Control"] == "no-store"
    policy = page.headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "'unsafe-inline'" not in policy
    assert " style=" not in page.text
    assert "csrf" not in page.text
    for other in ("/", "/loans", "/account"):
        policy = browser.get(other).headers["Content-Security-Policy"]
        assert "worker-src" not in policy
        assert "manifest-src 'self'" in policy


@ON_SQLITE
def test_the_holders_name_is_on_their_own_card_only(portal: Portal) -> None:
    browser = portal.signed_in_browser("lumme", "child")
    browser.post("/account", action="profile", name="Ada Canary", language="en")
    path = f"/cards/{card_id(portal)}/barcode"
    assert "Ada Canary" in browser.get(path).text
    with portal.house.database.writing() as session:
        session.query(Link).one().relation = "looked_after"
    assert "Ada Canary" not in browser.get(path).text


@ON_SQLITE
def test_cards_that_may_be_shown_have_a_way_there(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    child = portal.patron("helka", "child")
    fields = {"library": "helka", "card_number": child.card_number, "pin": child.pin, "label": "Elsa"}
    browser.post("/cards/link", relation="looked_after", scope="loans", **fields)
    own, elsas = (f"/cards/{card_id(portal, library)}" for library in ("lumme", "helka"))
    ways = re.compile(r"/cards/[0-9a-f-]{36}/barcode")
    assert ways.findall(browser.get("/").text) == [f"{own}/barcode"]
    assert ways.findall(browser.get(own).text) == [f"{own}/barcode"]
    assert ways.findall(browser.get(elsas).text) == []
    set_link(portal, scopes="loans card")
    assert ways.findall(browser.get("/").text) == [f"{own}/barcode", f"{elsas}/barcode"]
    assert ways.findall(browser.get(elsas).text) == [f"{elsas}/barcode"]
