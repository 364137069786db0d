"""Renewing the time of a card: terms first, contact data looked at, and said as it is."""

from datetime import timedelta

import pytest

from discovery_accounts.connectors.api import TimedOut
from discovery_accounts.services import events
from tests.factories.own_data import own, own_koha, pretend, reader, signed_in, signed_in_browser, somebody
from tests.factories.portal import Client, Portal
from tests.factories.refusals import refused
from tests.factories.rows import dump, write
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE


def soon_over(portal: Portal, kind: str = "child") -> None:
    """The membership ends in ten days, and nothing is owed."""
    patron_id = reader(portal, kind).patron_id
    pretend(portal).end_in(patron_id, 10)
    pretend(portal).people[patron_id].fees.clear()


def renew(client: Client, card: str, status: int = 200, **body: object) -> dict[str, object]:
    told = {"contact_confirmed": True, **body}
    answer: dict[str, object] = client.call("POST", f"/cards/{card}/renewal", told, status=status).json
    return answer


def test_a_card_that_ends_soon_is_renewed_and_shows_its_new_day(own: Portal) -> None:
    soon_over(own)
    client, card = signed_in(own, "pretend", "child")
    terms = client.call("GET", f"/cards/{card}/renewal", status=200).json
    assert (terms["renewable"], terms["needs_pin"]) == (True, False)
    answer = renew(client, card)
    until = pretend(own).today() + timedelta(days=730)
    assert (answer["code"], answer["expires_at"]) == ("renewed", until.isoformat())
    assert client.call("GET", f"/cards/{card}").json["expires_at"] == until.isoformat()
    assert len(events_of(own.house, events.CARD_TIME_RENEWED)) == 1


def test_without_looking_at_the_contact_data_nothing_is_sent(own: Portal) -> None:
    soon_over(own)
    client, card = signed_in(own, "pretend", "child")
    pretend(own).gate.calls.clear()
    assert renew(client, card, 422, contact_confirmed=False)["field"] == "contact_confirmed"
    assert pretend(own).gate.calls == []


@pytest.mark.parametrize(
    ("kind", "because"), [("good", "fees"), ("blocked", "blocked"), ("no_loans", "too_early")]
)
def test_a_no_comes_with_its_reason(own: Portal, kind: str, because: str) -> None:
    client, card = signed_in(own, "pretend", kind)
    terms = client.call("GET", f"/cards/{card}/renewal", status=200).json
    assert (terms["renewable"], terms["not_renewable_because"]) == (False, because)
    answer = renew(client, card, 409)
    assert (answer["code"], answer["reason"]) == ("card_not_renewed", because)


def test_an_expired_card_may_ask(own: Portal) -> None:
    client, card = signed_in(own, "pretend", "expired")
    assert renew(client, card)["code"] == "renewed"
    assert client.call("GET", f"/cards/{card}").json["standing"] == "good"


@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_the_imitated_systems_renew_what_ends_soon(own: Portal, library: str) -> None:
    patron = somebody(own, library, "no_loans")
    simulated = own.koha if library == "lumme" else own.alma
    simulated.expire(patron.patron_id)
    client, card = signed_in(own, library, "no_loans")
    terms = client.call("GET", f"/cards/{card}/renewal", status=200).json
    assert terms["renewable"], terms
    before = client.call("GET", f"/cards/{card}").json["expires_at"]
    assert renew(client, card)["code"] == "renewed"
    assert client.call("GET", f"/cards/{card}").json["expires_at"] > before


def test_where_the_library_wants_the_pin_and_none_is_stored_it_is_typed(own: Portal) -> None:
    own.koha.expire(somebody(own, "lumme").patron_id)
    browser, card = signed_in_browser(own, "lumme")
    client, _ = signed_in(own, "lumme")
    write(own.house, "DELETE FROM credential")
    write(own.house, "UPDATE link SET proof = 'federation'")
    path, pin = f"/cards/{card}/renewal", somebody(own, "lumme").pin
    assert client.call("GET", path, status=409).json["code"] == "pin_needed"
    page = browser.get(path)
    assert page.html.find("input", {"name": "pin"}) is not None
    wrong = browser.post(path, action="terms", pin="0000")
    assert wrong.html.main["data-code"] == "pin_rejected"
    own.koha.clear_calls()
    terms = browser.post(path, action="terms", pin=pin)
    assert terms.status_int == 200
    assert f'value="{pin}"' not in terms.text
    assert "contact details" in terms.text
    done = browser.post(path, action="renew", pin=pin, contact_confirmed="yes")
    assert done.headers["Location"].endswith(f"/cards/{card}")
    assert "time was renewed" in done.follow().text
    assert refused(own.koha) == 0
    assert str(pin).encode() not in dump(own.house)


def test_a_stored_pin_that_the_library_refuses_is_never_sent_again(own: Portal) -> None:
    client, card = signed_in(own, "lumme")
    own.koha.change_pin(somebody(own, "lumme").patron_id, "8888")
    own.koha.clear_calls()
    assert client.call("GET", f"/cards/{card}/renewal", status=409).json["code"] == "pin_changed"
    assert renew(client, card, 409)["code"] in {"pin_changed", "pin_needed"}
    client.call("GET", "/loans?refresh=1")
    assert sum("self_renewal" in call.path for call in own.koha.calls) == 1


@pytest.mark.parametrize("done", [True, False])
def test_an_answer_that_is_lost_is_looked_up_in_the_record(own: Portal, done: bool) -> None:
    soon_over(own)
    client, card = signed_in(own, "pretend", "child")
    library = pretend(own)
    library.gate.calls.clear()
    library.gate.fail(TimedOut, acts_only=True, done=done)
    answer = renew(client, card, 200 if done else 202)
    assert answer["code"] == ("renewed" if done else "not_answered")
    assert len([call for call in library.gate.calls if call.kind == "act"]) == 1


def test_the_page_shows_the_contact_data_and_wants_a_tick(own: Portal) -> None:
    soon_over(own)
    browser, card = signed_in_browser(own, "pretend", "child")
    path = f"/cards/{card}/renewal"
    page = browser.get(path)
    assert str(reader(own, "child").email) in page.text
    unticked = browser.post(path, action="renew")
    assert unticked.status_int == 422
    assert "Look at your contact details" in unticked.text
    done = browser.post(path, action="renew", contact_confirmed="yes")
    assert "time was renewed" in done.follow().text
