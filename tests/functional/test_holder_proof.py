"""Who linked a card as their own by its PIN shows by a code that it is (rules 3.0)."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Credential, HolderCode, Identity, Link, OutboxMessage, SignedInSession
from tests.factories.codes import codes, other_than
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, dump, events, rows
from tests.factories.viewing import browser_of, shared, signed_in


def own_card(portal: Portal, relation: str = "own") -> tuple[Client, str]:
    """An account of another library, with a card of ``lumme`` that its owner says is theirs."""
    client = signed_in(portal, "helka", "good")
    return client, str(client.link("lumme", portal.patron("lumme"), relation=relation).json["id"])


def ask(client: Client, card: str, status: int = 202) -> dict[str, Any]:
    found: dict[str, Any] = client.call("POST", f"/cards/{card}/holder", status=status).json
    return found


def verify(client: Client, card: str, code: str, status: int) -> dict[str, Any]:
    path = f"/cards/{card}/holder/verify"
    found: dict[str, Any] = client.call("POST", path, {"code": code}, status=status).json
    return found


def test_the_code_to_the_address_on_file_makes_a_holder(portal: Portal) -> None:
    client, card = own_card(portal)
    identities = count(portal.house, Identity)
    patron = portal.patron("lumme")
    assert client.call("GET", f"/cards/{card}/viewers", status=403).json["code"] == "holder_only"
    sent = ask(client, card)
    assert sent == {"channel": "email", "sent_to": sent["sent_to"], "expires_in": 600}
    assert str(sent["sent_to"]).startswith(patron.email[0])
    assert patron.email not in str(sent)
    (code,) = codes(portal)
    shown = verify(client, card, code, 200)
    assert (shown["holder"], "card" in shown["scopes"]) == (True, True)
    assert client.call("GET", f"/cards/{card}/viewers", status=200).json["viewers"][0]["holder"]
    assert count(portal.house, Identity) == identities  # no way to sign in was added
    (proved,) = events(portal.house, "card.holder_proved")
    assert str(proved.account_id) == client.call("GET", "/account").json["id"]
    assert verify(client, card, code, 422)["code"] == "invalid_value"
    stranger = portal.signed_in_client("lumme")  # the card opens an account of its own, as before
    assert stranger.call("GET", "/account").json["id"] != str(proved.account_id)


def test_a_link_that_waits_has_the_holders_yes_by_it(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__approval="always")
    client, card = own_card(portal)
    assert client.call("GET", f"/cards/{card}").json["state"] == "pending_approval"
    ask(client, card)
    code = codes(portal)[-1]
    assert verify(client, card, code, 200)["state"] == "fresh"


def test_five_wrong_codes_end_it_and_another_ones_code_does_not_fit(portal: Portal) -> None:
    client, card = own_card(portal)
    other = signed_in(portal, "helka", "no_loans")
    other.link("lumme", portal.patron("lumme"), relation="own")
    ask(client, card)
    (code,) = codes(portal)
    assert verify(other, card, code, 422)["code"] == "code_wrong"
    for _ in range(5):
        assert verify(client, card, other_than(code), 422)["code"] == "code_wrong"
    assert verify(client, card, code, 422)["code"] == "code_wrong"
    assert not any(link.holder for link in rows(portal.house, Link, card_id=uuid.UUID(card)))


def test_a_code_lasts_ten_minutes_and_its_row_goes(portal: Portal) -> None:
    client, card = own_card(portal)
    ask(client, card)
    (code,) = codes(portal)
    portal.clock.advance(minutes=4)
    assert count(portal.house, HolderCode) == 1
    portal.clock.advance(minutes=7)
    client.sign_in("helka", portal.patron("helka"))
    assert verify(client, card, code, 422)["code"] == "code_wrong"
    assert run_job(portal.house, "purge-sessions").done.did["holder_codes"] == 1
    assert count(portal.house, HolderCode) == 0


def test_codes_are_asked_for_five_times_a_day_and_not_twice_in_two_minutes(portal: Portal) -> None:
    client, card = own_card(portal)
    for _ in range(5):
        ask(client, card)
        assert int(client.call("POST", f"/cards/{card}/holder", status=429).headers["Retry-After"]) <= 120
        portal.clock.advance(minutes=20)
        client.sign_in("helka", portal.patron("helka"))
    assert ask(client, card, 429)["code"] == "too_many_attempts"
    assert count(portal.house, OutboxMessage, kind="holder_code") == 5


@pytest.mark.parametrize("case", ["looked_after", "stranger", "stale", "weak", "no_address", "pin_changed"])
def test_who_may_not_is_told_so_and_nothing_is_sent(portal: Portal, case: str) -> None:
    client, card = own_card(portal, "looked_after" if case == "looked_after" else "own")
    expected = {
        "looked_after": (403, "holder_only"),
        "stranger": (404, "no_such_card"),
        "stale": (403, "fresh_sign_in_required"),
        "weak": (403, "step_up_required"),
        "no_address": (422, "invalid_value"),
        "pin_changed": (409, "pin_changed"),
    }[case]
    match case:
        case "stranger":
            client = signed_in(portal, "helka", "child")
        case "stale":
            portal.clock.advance(minutes=6)
        case "weak":
            weaken(portal)
        case "no_address":
            portal.koha.set_email(portal.patron("lumme").patron_id, "")
        case "pin_changed":
            portal.koha.change_pin(portal.patron("lumme").patron_id, "8080")
            client.call("GET", "/loans?refresh=1")
            portal.clock.advance(minutes=1)
    if case == "pin_changed":
        with portal.house.database.writing() as session:
            for row in rows(portal.house, Credential):
                found = session.get_one(Credential, row.link_id)
                if found.link_id in {one.id for one in rows(portal.house, Link, card_id=uuid.UUID(card))}:
                    found.state = "pin_changed"
    answer = client.call("POST", f"/cards/{card}/holder")
    assert (answer.status_int, answer.json["code"]) == expected
    if case in {"looked_after", "stranger", "stale", "weak"}:
        again = client.call("POST", f"/cards/{card}/holder/verify", {"code": "123456"})
        assert (again.status_int, again.json["code"]) == expected
    assert count(portal.house, OutboxMessage, kind="holder_code") == 0


def weaken(portal: Portal) -> None:
    with portal.house.database.writing() as session:
        session.execute(update(SignedInSession).values(strength="weak"))


def test_it_is_done_on_pages_too(portal: Portal) -> None:
    client, card = own_card(portal)
    browser, path = browser_of(portal, "helka"), f"/cards/{card}/holder"
    assert path in browser.get(f"/cards/{card}").text
    assert "Send a code" in browser.get(path).text
    page = browser.post(path, action="send")
    assert page.status_int == 200
    assert re.search(r"We have sent a code to \S…@\S…", page.text)
    again = browser.post(path, action="send")
    assert (again.status_int, 'data-code="too_many_attempts"' in again.text) == (429, True)
    (code,) = codes(portal)
    wrong = browser.post(path, action="confirm", code=other_than(code))
    assert (wrong.status_int, 'data-code="code_wrong"' in wrong.text) == (422, True)
    assert browser.post(path, action="confirm", code="").status_int == 422
    done = browser.post(path, action="confirm", code=code)
    assert (done.status_int, done.headers["Location"].endswith(f"/cards/{card}")) == (303, True)
    assert "You hold this card here now" in browser.get(f"/cards/{card}").text
    assert browser.get(path).status_int == 303
    assert code.encode() not in dump(portal.house)
    assert client.call("GET", f"/cards/{card}").json["holder"] is True


def test_one_who_only_looks_after_the_card_is_not_offered_it(portal: Portal) -> None:
    case = shared(portal)
    browser, path = browser_of(portal, "helka"), f"/cards/{case.card}/holder"
    assert path not in browser.get(f"/cards/{case.card}").text
    assert browser.get(path, expect_errors=True).status_int == 403
    assert browser_of(portal, "helka", "child").get(path, expect_errors=True).status_int == 404
