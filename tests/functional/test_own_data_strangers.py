"""Own data, PINs, messages and suggestions of others: nobody's, on every page and in every call (L14, rules 3.2)."""

from typing import Any

import pytest

from discovery_accounts.models import SignedInSession
from tests.factories.codes import stepped_up
from tests.factories.desks import quiet, silent
from tests.factories.own_data import own, own_koha, signed_in, signed_in_browser, somebody
from tests.factories.portal import Portal
from tests.factories.rows import rows
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE
PIN = {"old_pin": "2345", "new_pin": "83461957"}
FORM = {**PIN, "new_pin_again": "83461957", "email": "thief@example.org", "phone": "0401234567"}
PAGES = ("details", "pin", "messages", "renewal")


def calls(card: str) -> list[tuple[str, str, Any]]:
    choice = {"kind": "hold_ready", "channels": []}
    return [
        ("GET", f"/cards/{card}/details", None),
        ("PATCH", f"/cards/{card}/details", {"email": "thief@example.org"}),
        ("POST", f"/cards/{card}/pin", PIN),
        ("GET", f"/cards/{card}/renewal", None),
        ("POST", f"/cards/{card}/renewal", {"contact_confirmed": True, "pin": "2345"}),
        ("PUT", "/messaging", {"card": card, "settings": [choice]}),
        ("POST", "/suggestions", {"card": card, "title": "A book of thieves"}),
    ]


@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_l14_a_strangers_card_has_no_page_and_no_call_and_no_library_hears_of_it(
    own: Portal, library: str
) -> None:
    _, card = signed_in(own, library, "child")
    thief, _ = signed_in(own, library)
    browser, _ = signed_in_browser(own, library)
    stepped_up(own)
    quiet(own)
    for method, path, body in calls(card):
        answer = thief.call(method, path, body)
        assert (answer.status_int, answer.json["code"]) == (404, "no_such_card"), path
    for page in PAGES:
        assert browser.get(f"/cards/{card}/{page}", expect_errors=True).status_int == 404
        assert browser.post(f"/cards/{card}/{page}", **FORM).status_int == 404
    assert browser.post("/suggestions", card=card, title="A book of thieves").status_int == 404
    assert silent(own)


@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_a_link_by_pin_leads_to_nothing_of_the_holders_own(own: Portal, library: str) -> None:
    """Rules 3.2: whatever a link may do, and though its PIN is known and stored."""
    carer, _ = signed_in(own, "pretend")
    card = carer.link(library, somebody(own, library, "child"), label="Bosse").json["id"]
    browser, _ = signed_in_browser(own, "pretend")
    stepped_up(own)
    quiet(own)
    for method, path, body in calls(card):
        answer = carer.call(method, path, body)
        assert (answer.status_int, answer.json["code"]) == (403, "holder_only"), path
    for page in PAGES:
        assert browser.get(f"/cards/{card}/{page}", expect_errors=True).status_int == 403
        assert browser.post(f"/cards/{card}/{page}", **FORM).status_int == 403
    assert browser.post("/suggestions", card=card, title="A book of thieves").status_int == 403
    for path in ("/messaging", "/notices", "/suggestions"):
        assert card not in carer.call("GET", path, status=200).text
    for path in ("/notices", "/suggestions"):
        assert "Bosse" not in browser.get(path).text
    assert silent(own)


def test_one_cards_code_proves_nothing_for_another_account(own: Portal) -> None:
    """Rules 4.7: the proof is the session's own, and a moment old."""
    signed_in(own, "lumme", "child")
    stepped_up(own)
    client, card = signed_in(own, "lumme")
    body = {"email": "thief@example.org"}
    assert client.call("PATCH", f"/cards/{card}/details", body).json["code"] == "step_up_required"
    assert client.call("POST", f"/cards/{card}/pin", PIN).json["code"] == "step_up_required"
    stepped_up(own)
    own.clock.advance(minutes=16)
    for path, method, sent in (("details", "PATCH", body), ("pin", "POST", PIN)):
        refused = client.call(method, f"/cards/{card}/{path}", sent)
        assert (refused.status_int, refused.json["code"]) == (403, "fresh_sign_in_required")
    assert len(rows(own.house, SignedInSession)) == 2
