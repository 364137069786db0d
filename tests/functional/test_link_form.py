"""Adding a card in a page: whose it is, what one wants to do with it, until when, and why it can't be added."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from discovery_accounts.models import Link
from tests.factories.own_data import ENGLISH
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows, write
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE

BY_PIN = "loans holds fees renew hold"


def somebody(portal: Portal, kind: str = "good") -> Browser:
    browser = portal.browser(**ENGLISH)
    browser.sign_in("helka", portal.patron("helka", kind))
    return browser


def link(portal: Portal, browser: Browser, kind: str = "child", **fields: object):  # type: ignore[no-untyped-def]
    patron = portal.patron("lumme", kind)
    known = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin, "label": "Elsa"}
    return browser.post("/cards/link", **{**known, "relation": "looked_after", **fields})


def test_all_but_the_barcode_is_ticked_at_first(portal: Portal) -> None:
    page = somebody(portal).get("/cards/link").html
    ticked = [one["value"] for one in page.select("input[name=scope][checked]")]
    assert " ".join(ticked) == BY_PIN
    assert page.select_one("input[name=scope][value=card]") is not None


def test_what_is_ticked_is_what_the_link_may_do(portal: Portal) -> None:
    assert link(portal, somebody(portal), scope=["loans", "card"]).status_int == 303
    [made] = rows(portal.house, Link, holder=False)
    assert made.scopes == "loans card"


def test_nothing_ticked_is_said_at_the_boxes(portal: Portal) -> None:
    refused = link(portal, somebody(portal))
    assert refused.status_int == 422
    assert refused.html.select_one("#accounts-scope-0-error") is not None
    assert count(portal.house, Link, holder=False) == 0


def test_for_ones_own_card_nothing_is_chosen(portal: Portal) -> None:
    day = (portal.clock() + timedelta(days=9)).date().isoformat()
    assert link(portal, somebody(portal), relation="own", scope=["card"], until=day).status_int == 303
    [made] = rows(portal.house, Link, holder=False)
    assert (made.scopes, made.until) == (BY_PIN, None)


def test_the_last_day_belongs_to_the_link(portal: Portal) -> None:
    browser = somebody(portal)
    zone = portal.house.libraries["lumme"].timezone
    day = portal.clock().astimezone(zone).date() + timedelta(days=9)
    assert link(portal, browser, scope="loans", until=day.isoformat()).status_int == 303
    assert "Elsa" in browser.get("/cards").text
    portal.clock.advance(days=9)
    again = somebody(portal)
    assert "Elsa" in again.get("/cards").text
    portal.clock.advance(days=1)
    assert "Elsa" not in somebody(portal).get("/cards").text


def test_the_last_day_in_the_api(portal: Portal) -> None:
    client = portal.signed_in_client("helka")
    day = (portal.clock() + timedelta(days=9)).date().isoformat()
    card = client.link("lumme", portal.patron("lumme", "child"), until=day).json
    assert card["until"].startswith(day)
    refused = client.link("lumme", portal.patron("lumme"), 422, until="2020-01-01").json
    assert (refused["code"], refused["field"]) == ("invalid_value", "until")


@pytest.mark.parametrize(
    ("options", "rows_say", "words"),
    [
        ({"library__lumme__linking": "no"}, "", "This library does not allow that"),
        ({}, "UPDATE library_card SET linking_refused_at = '2026-01-01'", "Nobody can add this card"),
        ({}, "UPDATE library_card SET linking_blocked_at = '2026-01-01'", "The library has stopped this"),
        ({}, "UPDATE account SET linking_blocked_at = '2026-01-01'", "The library has stopped this"),
        ({"limits__cards": "1"}, "", "Your account has as many cards as it can have"),
    ],
)
def test_why_not_is_told_after_the_right_pin_only(
    make_portal: Callable[..., Portal], options: dict[str, str], rows_say: str, words: str
) -> None:
    portal = make_portal(**options)
    portal.signed_in_browser("lumme", "child")
    browser = somebody(portal)
    if rows_say:
        write(portal.house, rows_say)
    wrong = link(portal, browser, scope="loans", pin="0000000")
    assert wrong.status_int == 422
    assert words not in wrong.text
    refused = link(portal, browser, scope="loans")
    assert refused.status_int == 403
    assert 'data-code="linking_not_allowed"' in refused.text
    assert words in refused.text
    assert count(portal.house, Link, holder=False) == 0


def test_the_page_says_what_a_pin_is_and_what_the_holder_is_told(portal: Portal) -> None:
    page = somebody(portal).get("/cards/link").text
    assert "Whoever knows a card’s PIN can sign in as the card" in page
    assert "The holder gets an e-mail" in page
    assert "/invitations" in page


def test_a_card_that_waits_is_said_to_wait(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__approval="always")
    browser = somebody(portal)
    assert link(portal, browser, scope="loans").status_int == 303
    assert "until its holder has said yes" in browser.get("/cards").text
