"""Stored PINs after the card was renewed, at simulated libraries that count what they refuse."""

import pytest

from discovery_accounts.connectors.api import PatronRecord, Rejected, Verified
from discovery_accounts.connectors.reading import CardRequest, Want, read_card
from discovery_accounts.testing.connector_world import PatronKind
from discovery_accounts.testing.contract_base import ContractBase


def read(world, patron, want):
    request = CardRequest("key", "sim", patron.ref, patron.pin, want)
    return ContractBase().ask(world, lambda connector: read_card(connector, request))


def pins(world):
    """How many PINs were checked, and how many of them refused."""
    if world.library.kind == "koha":
        checked = world.library.count("POST", "validation")
    else:
        checked = world.library.count("POST", "op=auth")
    return checked, sum(call.refused_pin for call in world.library.calls)


@pytest.mark.parametrize("want", [frozenset(Want), frozenset({Want.LOANS})])
def test_alma_refuses_a_changed_pin_of_a_renewed_card_once(simulated, want):
    world = simulated("alma")
    patron = world.patron(PatronKind.GOOD)
    number = world.renew_card(patron)
    world.change_pin(patron, "13579")
    answer = read(world, patron, want)
    assert answer.pin == Rejected()
    assert pins(world) == (1, 1)
    assert isinstance(answer.patron, PatronRecord)
    assert answer.patron.card_number == number


@pytest.mark.parametrize(("kind", "expected"), [("koha", (2, 1)), ("alma", (1, 0))])
def test_a_renewed_card_is_verified(simulated, kind, expected):
    world = simulated(kind)
    patron = world.patron(PatronKind.GOOD)
    number = world.renew_card(patron)
    answer = read(world, patron, frozenset(Want))
    assert isinstance(answer.pin, Verified)
    assert isinstance(answer.patron, PatronRecord)
    assert answer.patron.card_number == number
    assert kind == "alma" or answer.pin.card_number == number
    assert pins(world) == expected
