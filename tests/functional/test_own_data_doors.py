"""A patron's own data is the holder's alone: nobody else sees or changes it, and no library hears that they tried."""

from typing import Any

import pytest

from discovery_accounts.services.problems import Code
from tests.factories.codes import stepped_up
from tests.factories.own_data import own, own_koha, pretend, signed_in, signed_in_browser, somebody
from tests.factories.portal import Browser, Portal
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE
LIBRARIES = ("pretend", "lumme", "helka")
PINS = {"old_pin": "1234", "new_pin": "83461957"}


def calls(card: str) -> list[tuple[str, str, Any]]:
    """Everything of the API that is about one card's own data."""
    return [
        ("GET", f"/cards/{card}/details", None),
        ("PATCH", f"/cards/{card}/details", {"phone": "0401234567"}),
        ("POST", f"/cards/{card}/pin", PINS),
        ("GET", f"/cards/{card}/renewal", None),
        ("POST", f"/cards/{card}/renewal", {"contact_confirmed": True}),
        ("PUT", "/messaging", {"card": card, "settings": [{"kind": "due", "channels": []}]}),
        ("POST", "/suggestions", {"card": card, "title": "Mosses"}),
    ]


def pages(card: str) -> list[tuple[str, dict[str, str] | None]]:
    own_pages = [f"/cards/{card}/{name}" for name in ("details", "pin", "messages", "renewal")]
    looked_at: list[tuple[str, dict[str, str] | None]] = [(path, None) for path in own_pages]
    looked_at.append((f"/cards/{card}/details?change=1", None))
    again = {**PINS, "new_pin_again": PINS["new_pin"]}
    posted = [
        (f"/cards/{card}/details", {"phone": "0401234567"}),
        (f"/cards/{card}/pin", again),
        (f"/cards/{card}/messages", {"due.channel": "email"}),
        (f"/cards/{card}/renewal", {"action": "renew", "contact_confirmed": "yes"}),
        (f"/cards/{card}/renewal", {"action": "terms", "pin": "1234"}),
        ("/suggestions", {"card": card, "title": "Mosses"}),
    ]
    return [*looked_at, *posted]


def quiet(portal: Portal) -> None:
    portal.koha.clear_calls()
    portal.alma.clear_calls()
    pretend(portal).gate.calls.clear()


def heard(portal: Portal) -> int:
    return portal.koha.count() + portal.alma.count() + len(pretend(portal).gate.calls)


def code_of_page(browser: Browser, path: str, fields: dict[str, str] | None) -> tuple[int, str]:
    csrf = {"csrf_token": browser.csrf()} if fields is not None else {}
    if fields is None:
        answer = browser.get(path, expect_errors=True)
    else:
        answer = browser.app.post(path, {**fields, **csrf}, expect_errors=True)
    return answer.status_int, str(answer.html.main.get("data-code")) if answer.html.main else ""


@pytest.mark.parametrize("library", LIBRARIES)
def test_who_linked_a_card_by_its_pin_is_not_its_holder(own: Portal, library: str) -> None:
    mine = "helka" if library == "lumme" else "lumme"
    client, _ = signed_in(own, mine)
    card = client.link(library, somebody(own, library)).json["id"]
    browser, _ = signed_in_browser(own, mine)
    own.clock.advance(minutes=20)  # a stored PIN is due to be checked, and is not sent for this
    stepped_up(own)
    quiet(own)
    for method, path, body in calls(card):
        answer = client.call(method, path, body)
        assert (answer.status_int, answer.json["code"]) == (403, "holder_only"), path
    for path, fields in pages(card):
        assert code_of_page(browser, path, fields) == (403, "holder_only"), path
    assert heard(own) == 0
    for path in ("/messaging", "/notices", "/suggestions"):
        assert card not in client.call("GET", path, status=200).text
    shown = browser.get(f"/cards/{card}").text
    assert f"/cards/{card}/details" not in shown


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_strangers_card_is_nobodys_and_no_library_hears_of_it(own: Portal, library: str) -> None:
    _, leaked = signed_in(own, library)
    mine = "helka" if library == "lumme" else "lumme"
    client, _ = signed_in(own, mine)
    browser, _ = signed_in_browser(own, mine)
    stepped_up(own)
    quiet(own)
    for method, path, body in calls(leaked):
        answer = client.call(method, path, body)
        assert (answer.status_int, answer.json["code"]) == (404, "no_such_card"), path
    for path, fields in pages(leaked):
        assert code_of_page(browser, path, fields) == (404, Code.NO_SUCH_CARD), path
    assert heard(own) == 0


def test_nobody_who_is_signed_out_gets_anywhere(own: Portal) -> None:
    _, card = signed_in(own, "pretend")
    quiet(own)
    for method, path, body in calls(card):
        assert own.client().call(method, path, body).status_int == 401
    for path in ("/messaging", "/notices", "/suggestions"):
        assert own.client().call("GET", path).status_int == 401
    browser = own.browser()
    for path, fields in pages(card):
        if fields is None:
            assert "/sign-in" in browser.get(path).headers["Location"]
    assert heard(own) == 0


def test_what_changes_a_record_wants_a_recent_proof(own: Portal) -> None:
    client, card = signed_in(own, "pretend")
    own.clock.advance(minutes=10)
    quiet(own)
    for method, path, body in calls(card)[1:3]:
        assert client.call(method, path, body, status=403).json["code"] == "fresh_sign_in_required"
    browser, _ = signed_in_browser(own, "pretend")
    own.clock.advance(minutes=10)
    for path in (f"/cards/{card}/pin", f"/cards/{card}/details?change=1"):
        assert "/sign-in/card?" in browser.get(path).headers["Location"]
    assert [call for call in pretend(own).gate.calls if call.kind == "act"] == []


def test_every_change_asks_for_its_token(own: Portal) -> None:
    browser, card = signed_in_browser(own, "pretend")
    stepped_up(own)
    for path, fields in pages(card):
        if fields is not None:
            answer = browser.app.post(path, fields, expect_errors=True)
            assert (answer.status_int, answer.html.main["data-code"]) == (400, "csrf_failed")
    assert [call for call in pretend(own).gate.calls if call.kind == "act"] == []
