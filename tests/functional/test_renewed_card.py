"""A card's number may change and its patron may go: the account is bound to the patron record (rules 1.3, 1.7, 2.4)."""

import pytest

from discovery_accounts.models import Account, LibraryCard
from discovery_accounts.services import events
from tests.factories.portal import Client, Portal
from tests.factories.refusals import now_of, pin_checks, refused
from tests.factories.rows import count, dump, rows
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

LIBRARIES = pytest.mark.parametrize("library", ["lumme", "helka"])


def renew(portal: Portal, library: str, kind: str = "good") -> str:
    simulated = portal.koha if library == "lumme" else portal.alma
    return simulated.renew_card(portal.patron(library, kind).patron_id)


def state_of(client: Client, library: str) -> str:
    cards = client.call("GET", "/cards", status=200).json["cards"]
    libraries = {card["id"]: card["library"] for card in cards}
    states = client.call("GET", "/loans?refresh=1", status=200).json["cards"]
    return next(str(card["state"]) for card in states if libraries[card["card"]] == library)


@LIBRARIES
def test_the_new_number_opens_the_same_account_and_the_old_one_none(portal: Portal, library: str) -> None:
    client, patron = portal.client(), portal.patron(library)
    account = client.sign_in(library, patron).json["account"]["id"]
    number = renew(portal, library)
    body = {"library": library, "card_number": patron.card_number, "pin": patron.pin}
    assert portal.client().call("POST", "/sessions", body, status=401).json["code"] == "sign_in_refused"
    again = portal.client()
    answer = again.call("POST", "/sessions", {**body, "card_number": number}, status=201)
    assert answer.json["account"]["id"] == account
    again.token = answer.json["access_token"]
    [card] = again.call("GET", "/cards", status=200).json["cards"]
    assert card["number_last4"] == number[-4:]
    assert count(portal.house, Account) == count(portal.house, LibraryCard) == 1


@LIBRARIES
def test_somebody_elses_link_to_a_renewed_card_stays_fresh(portal: Portal, library: str) -> None:
    client = portal.signed_in_client("lumme" if library == "helka" else "helka")
    client.link(library, portal.patron(library, "child"), label="Elsa")
    client.call("GET", "/loans", status=200)
    number = renew(portal, library, "child")
    portal.clock.advance(minutes=16)
    simulated = portal.koha if library == "lumme" else portal.alma
    simulated.clear_calls()
    assert state_of(client, library) == "fresh"
    assert pin_checks(simulated) <= 2, "once with the old number, once more with the new one"
    [card] = [card for card in client.call("GET", "/cards").json["cards"] if card["library"] == library]
    assert card["number_last4"] == number[-4:]
    assert len(events_of(portal.house, events.CARD_RENUMBERED)) == 1
    portal.clock.advance(minutes=16)
    simulated.clear_calls()
    assert state_of(client, library) == "fresh"
    assert pin_checks(simulated) == 1
    assert refused(simulated) == 0
    assert number.encode() not in dump(portal.house)


@ON_SQLITE
def test_a_renewed_card_with_another_pin_is_refused_once_by_each_number(portal: Portal) -> None:
    client, patron = portal.signed_in_client(), portal.patron("lumme")
    renew(portal, "lumme")
    portal.koha.change_pin(patron.patron_id, "4321")
    portal.clock.advance(minutes=16)
    portal.koha.clear_calls()
    assert state_of(client, "lumme") == "pin_changed"
    assert pin_checks(portal.koha) == 2
    assert sum(call.refused_pin and call.patron_id is not None for call in portal.koha.calls) == 1
    portal.clock.advance(minutes=16)
    assert state_of(client, "lumme") == "pin_changed"
    assert pin_checks(portal.koha) == 2
    card = client.call("GET", "/cards").json["cards"][0]["id"]
    client.call("PATCH", f"/cards/{card}", {"pin": "4321"}, status=200)
    assert state_of(client, "lumme") == "fresh"


@LIBRARIES
def test_a_patron_who_is_gone_is_not_a_patron_and_the_account_stays(portal: Portal, library: str) -> None:
    other = "helka" if library == "lumme" else "lumme"
    client = portal.signed_in_client(other)
    account = client.call("GET", "/account").json["id"]
    client.link(library, portal.patron(library))
    client.call("GET", "/loans", status=200)
    simulated = portal.koha if library == "lumme" else portal.alma
    simulated.delete_patron(portal.patron(library).patron_id)
    portal.clock.advance(minutes=2)
    assert state_of(client, library) == "not_a_patron", "also while the PIN is not due to be checked"
    portal.clock.advance(minutes=16)
    assert state_of(client, library) == "not_a_patron"
    assert state_of(client, other) == "fresh"
    assert {loan["library"] for loan in client.call("GET", "/loans").json["loans"]} == {other}
    assert client.call("GET", "/account").json["id"] == account
    assert len(events_of(portal.house, events.CARD_GONE)) == 1
    card = next(
        card["id"] for card in client.call("GET", "/cards").json["cards"] if card["library"] == library
    )
    answer = client.call("PATCH", f"/cards/{card}", {"pin": "1234"})
    assert answer.status_int in {409, 422}


@LIBRARIES
def test_a_patron_found_gone_at_the_pin_check_is_not_a_patron(portal: Portal, library: str) -> None:
    client = portal.signed_in_client(library)
    patron = portal.patron(library)
    simulated = portal.koha if library == "lumme" else portal.alma
    simulated.delete_patron(patron.patron_id)
    portal.clock.advance(minutes=16)
    assert state_of(client, library) == "not_a_patron"
    checks = pin_checks(simulated)
    portal.clock.advance(minutes=16)
    assert state_of(client, library) == "not_a_patron"
    assert pin_checks(simulated) == checks, "the PIN of nobody is not tried again and again"
    body = {"library": library, "card_number": patron.card_number, "pin": patron.pin}
    portal.client().call("POST", "/sessions", body, status=401)
    assert count(portal.house, Account) == 1


@ON_SQLITE
def test_an_account_of_a_gone_patron_is_reached_by_another_card_that_signed_in(portal: Portal) -> None:
    """The deleted record's card opens nothing; the account of the other card still shows both."""
    client = portal.signed_in_client("helka")
    client.link("lumme", portal.patron("lumme"))
    portal.koha.delete_patron(portal.patron("lumme").patron_id)
    again = portal.signed_in_client("helka")
    cards = again.call("GET", "/cards", status=200).json["cards"]
    assert {card["library"] for card in cards} == {"lumme", "helka"}


@ON_SQLITE
def test_the_number_in_the_database_is_the_one_of_today(portal: Portal) -> None:
    client = portal.signed_in_client()
    [before] = rows(portal.house, LibraryCard)
    renew(portal, "lumme")
    portal.clock.advance(minutes=2)
    client.call("GET", "/cards", status=200)
    [after] = rows(portal.house, LibraryCard)
    assert after.id == before.id
    assert after.number_lookup != before.number_lookup
    assert after.number_sealed != before.number_sealed
    assert now_of(portal.koha, portal.patron("lumme")).card_number.endswith(after.number_last4)
