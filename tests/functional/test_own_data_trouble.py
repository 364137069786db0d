"""Whatever a library does to a change of a patron's own data: one call, the right state, the right words."""

from dataclasses import dataclass
from typing import Any

import pytest

from discovery_accounts.simulator.faults import FAULTS
from discovery_accounts.simulator.server import SimulatedLibrary
from tests.factories.codes import stepped_up
from tests.factories.own_data import own, own_koha, signed_in, signed_in_browser, somebody
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE

AT_THE_DOOR = {"too_many", "wrong_key", "daily_threshold"}
"""The library says that it did nothing: it does not know us, or asks us to wait. Only then a connector may ask
again, once: with a new token, or after the pause it was told."""
NEW_PIN = "83461957"
WHO = "no_loans"
"""Somebody who owes nothing."""


@dataclass(frozen=True)
class Act:
    """A change by our call and page, and by the library's: its method, and what its path holds."""

    name: str
    library: str
    ours: tuple[str, str]
    page: str
    theirs: tuple[str, str]

    def __str__(self) -> str:
        return f"{self.name}-{self.library}"


_DETAILS = (("PATCH", "/cards/{card}/details"), "/cards/{card}/details")
_PIN = (("POST", "/cards/{card}/pin"), "/cards/{card}/pin")
_RENEWAL = (("POST", "/cards/{card}/renewal"), "/cards/{card}/renewal")
_SUGGESTION = (("POST", "/suggestions"), "/suggestions")
ACTS = (
    Act("details", "lumme", *_DETAILS, ("PATCH", "/patrons/")),
    Act("details", "helka", *_DETAILS, ("PUT", "/users/")),
    Act("pin", "lumme", *_PIN, ("POST", "/password")),
    Act("pin", "helka", *_PIN, ("PUT", "/users/")),
    Act("renewal", "lumme", *_RENEWAL, ("POST", "self_renewal")),
    Act("renewal", "helka", *_RENEWAL, ("PUT", "/users/")),
    Act("suggestion", "lumme", *_SUGGESTION, ("POST", "/suggestions")),
    Act("suggestion", "helka", *_SUGGESTION, ("POST", "purchase-requests")),
    Act(
        "messaging",
        "lumme",
        ("PUT", "/messaging"),
        "/cards/{card}/messages",
        ("PUT", "messaging_preferences"),
    ),
)


def body_of(act: Act, portal: Portal, card: str) -> dict[str, Any]:
    pin = somebody(portal, act.library, WHO).pin
    return {
        "details": {"email": "new@example.org"},
        "pin": {"old_pin": pin, "new_pin": NEW_PIN},
        "renewal": {"contact_confirmed": True},
        "suggestion": {"card": card, "title": "Mosses of the North"},
        "messaging": {"card": card, "settings": [{"kind": "checkout", "channels": ["email"]}]},
    }[act.name]


def fields_of(act: Act, portal: Portal, card: str) -> dict[str, str]:
    pin = str(somebody(portal, act.library, WHO).pin)
    return {
        "details": {"email": "new@example.org"},
        "pin": {"old_pin": pin, "new_pin": NEW_PIN, "new_pin_again": NEW_PIN},
        "renewal": {"action": "renew", "contact_confirmed": "yes"},
        "suggestion": {"card": card, "title": "Mosses of the North"},
        "messaging": {"checkout.channel": "email"},
    }[act.name]


def ready(act: Act, portal: Portal) -> SimulatedLibrary:
    """The library, whose patron may do everything."""
    simulated = portal.koha if act.library == "lumme" else portal.alma
    patron_id = somebody(portal, act.library, WHO).patron_id
    if act.name == "renewal":
        simulated.expire(patron_id)
    return simulated


def acts_sent(act: Act, simulated: SimulatedLibrary) -> int:
    """The checks of PINs go to addresses like those of the changes, at both systems."""
    method, path = act.theirs
    return sum(
        call.method == method
        and path in call.path
        and "validation" not in call.path
        and "op=" not in call.path
        for call in simulated.calls
    )


def faults() -> list[Any]:
    only = {"expired_token": "lumme", "daily_threshold": "helka"}
    return [
        pytest.param(act, fault, id=f"{act}-{fault}")
        for act in ACTS
        for fault in FAULTS
        if only.get(fault, act.library) == act.library and fault != "expired_token"
    ]


@pytest.mark.parametrize(("act", "fault"), faults())
def test_one_call_and_an_honest_answer(own: Portal, act: Act, fault: str) -> None:
    simulated = ready(act, own)
    client, card = signed_in(own, act.library, WHO)
    stepped_up(own)
    simulated.clear_calls()
    method, path = act.theirs
    simulated.set_fault(fault, method=method, path_contains=path if path != "/password" else "/patrons/")
    ours, address = act.ours
    answer = client.call(ours, address.format(card=card), body_of(act, own, card))
    if fault in AT_THE_DOOR:
        assert acts_sent(act, simulated) <= 2
        assert (answer.status_int, answer.json["code"]) == (503, "library_unavailable")
    else:
        assert acts_sent(act, simulated) == 1
        assert answer.status_int in {200, 201, 202}, answer.text
        assert (answer.json["code"] == "not_answered") == (answer.status_int == 202)
    simulated.clear_faults()
    client.call("GET", "/cards", status=200)


@pytest.mark.parametrize("act", ACTS, ids=str)
@pytest.mark.parametrize("fault", ["garbage", "too_many", "html"])
def test_the_page_says_what_is_known_and_asks_nobody_to_press_again(
    own: Portal, act: Act, fault: str
) -> None:
    simulated = ready(act, own)
    browser, card = signed_in_browser(own, act.library, WHO)
    stepped_up(own)
    simulated.clear_calls()
    method, path = act.theirs
    simulated.set_fault(fault, method=method, path_contains=path if path != "/password" else "/patrons/")
    answer = browser.post(act.page.format(card=card), **fields_of(act, own, card))
    expected = "library_unavailable" if fault == "too_many" else "not_answered"
    assert (answer.status_int, answer.html.main["data-code"]) == (503, expected)
    assert NEW_PIN not in answer.text
    assert acts_sent(act, simulated) <= (2 if fault in AT_THE_DOOR else 1)
