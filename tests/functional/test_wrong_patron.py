"""A library that answers with somebody else's data is not believed, and it is written down (checklist P9)."""

from typing import Any

import pytest

from discovery_accounts.models import Account, Credential, LibraryCard, Link
from discovery_accounts.services import events
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

LIBRARIES = pytest.mark.parametrize("library", ["lumme", "helka"])


def simulated(portal: Portal, library: str) -> Any:
    return portal.koha if library == "lumme" else portal.alma


def read(client: Client) -> Any:
    return client.call("GET", "/loans?refresh=1", status=200).json


@ON_SQLITE
@LIBRARIES
@pytest.mark.parametrize("minutes", [2, 16])
def test_p9_nothing_of_another_patron_is_shown(portal: Portal, library: str, minutes: int) -> None:
    client = portal.signed_in_client(library)
    before = read(client)
    [card] = rows(portal.house, LibraryCard)
    simulated(portal, library).set_fault("other_patron")
    portal.clock.advance(minutes=minutes)
    answer = read(client)
    assert [one["state"] for one in answer["cards"]] == ["stale"]
    assert answer["loans"] == before["loans"]
    assert events_of(portal.house, events.WRONG_PATRON)
    assert {event.card_id for event in events_of(portal.house, events.WRONG_PATRON)} == {card.id}
    [after] = rows(portal.house, LibraryCard)
    assert after.number_lookup == card.number_lookup
    assert after.patron_id == card.patron_id
    assert count(portal.house, Credential, state="good") == 1
    simulated(portal, library).clear_faults()
    portal.clock.advance(minutes=2)
    assert [one["state"] for one in read(client)["cards"]] == ["fresh"]


@ON_SQLITE
def test_p9_loans_of_another_patron_under_a_right_record_are_not_shown(portal: Portal) -> None:
    client = portal.signed_in_client()
    portal.koha.set_fault("other_patron", path_contains="/checkouts")
    [card] = read(client)["cards"]
    assert card["state"] == "unavailable"
    assert len(events_of(portal.house, events.WRONG_PATRON)) == 1


@LIBRARIES
def test_p9_nobody_is_signed_in_as_somebody_else(portal: Portal, library: str) -> None:
    patron = portal.patron(library)
    path = "/patrons" if library == "lumme" else "/users/"
    simulated(portal, library).set_fault("other_patron", path_contains=path)
    body = {"library": library, "card_number": patron.card_number, "pin": patron.pin}
    answer = portal.client().call("POST", "/sessions", body)
    if answer.status_int == 201:  # the verdict on the PIN was about the right one, the record was not
        [card] = rows(portal.house, LibraryCard)
        assert card.patron_id == patron.patron_id
        assert card.read_at is None
        [account] = rows(portal.house, Account)
        assert account.email is None
    else:
        assert answer.json["code"] == "library_unavailable"
        assert count(portal.house, Account) == 0
    assert events_of(portal.house, events.WRONG_PATRON)


@ON_SQLITE
@LIBRARIES
def test_p9_linking_is_not_led_astray(portal: Portal, library: str) -> None:
    client = portal.signed_in_client("helka" if library == "lumme" else "lumme")
    path = "/patrons" if library == "lumme" else "/users/"
    simulated(portal, library).set_fault("other_patron", path_contains=path)
    patron = portal.patron(library)
    body = {"library": library, "card_number": patron.card_number, "pin": patron.pin}
    answer = client.call("POST", "/cards", body)
    assert answer.status_int in {201, 503}
    linked = [card.patron_id for card in rows(portal.house, LibraryCard) if card.library == library]
    assert linked in ([], [patron.patron_id])
    assert events_of(portal.house, events.WRONG_PATRON)


def test_p9_a_repair_answered_for_somebody_else_repairs_nothing(portal: Portal) -> None:
    client = portal.signed_in_client()
    [card] = client.call("GET", "/cards").json["cards"]
    portal.koha.change_pin(portal.patron("lumme").patron_id, "4321")
    portal.clock.advance(minutes=16)
    assert read(client)["cards"][0]["state"] == "pin_changed"
    portal.koha.set_fault("other_patron")
    answer = client.call("PATCH", f"/cards/{card['id']}", {"pin": "4321"}, status=503)
    assert answer.json["code"] == "library_unavailable"
    assert count(portal.house, Credential, state="pin_changed") == 1
    assert events_of(portal.house, events.WRONG_PATRON)


@ON_SQLITE
@LIBRARIES
def test_p9_renewals_answered_for_somebody_else_renew_nothing(portal: Portal, library: str) -> None:
    client = portal.signed_in_client(library)
    read(client)
    simulated(portal, library).set_fault("other_patron")
    results = client.call("POST", "/loans/renewals", {"all": True}, status=207).json["results"]
    assert not any(result["renewed"] for result in results)
    assert events_of(portal.house, events.WRONG_PATRON)
    assert count(portal.house, Link) == 1
