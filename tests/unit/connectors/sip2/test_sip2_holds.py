"""Holds and fees over SIP2."""

import asyncio
from datetime import date

import pytest
from tests.fixtures.sip2 import connector_to

from discovery_accounts.connectors.api import (
    Capability,
    Hold,
    HoldChanged,
    HoldKept,
    HoldOptions,
    HoldPlaced,
    HoldTarget,
    NewHold,
    NoSuchHold,
    NotAPatron,
    NotHoldable,
    Overloaded,
    PatronRecord,
    PickupLocation,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.sip2.reading import readable_amount
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldReason, HoldState
from discovery_accounts.domain.money import Money

ADA = "21270000001"
PLACES = {"pickup_locations": "MAIN = Main library; EAST"}
TARGET = HoldTarget("77", "300140")


def test_holds_are_in_two_lists(ask, sip2_server):
    sip2_server.people[0].waiting = ["300140"]
    sip2_server.people[0].ready = ["300141"]
    assert ask(lambda c: c.list_holds(ADA)) == (
        Hold("300141", "Title 141", HoldState.READY, item_id="300141"),
        Hold("300140", "Title 140", HoldState.WAITING, item_id="300140"),
    )
    assert sip2_server.count("63") == 2


def test_a_server_with_every_hold_in_the_first_list_is_understood(ask, sip2_server):
    sip2_server.people[0].waiting = ["300140"]
    sip2_server.people[0].ready = ["300140", "300141"]
    states = {one.hold_id: one.state for one in ask(lambda c: c.list_holds(ADA))}
    assert states == {"300140": HoldState.WAITING, "300141": HoldState.READY}


def test_a_hold_is_placed_as_it_was_wanted(ask, sip2_server):
    wanted = NewHold(TARGET, "EAST", date(2030, 5, 1))
    assert ask(lambda c: c.place_hold(ADA, wanted), PLACES) == HoldPlaced("300140")
    sent = next(raw for kind, raw in sip2_server.heard if kind == "15").decode()
    assert sent[2] == "+"
    for field in ("|AA21270000001|", "|BW20300501    235959|", "|BSEAST|", "|BY3|", "|AB300140|"):
        assert field in sent
    assert sip2_server.count("15") == 1


def test_options_are_the_places_of_the_settings(ask):
    options = ask(lambda c: c.hold_options(ADA, TARGET), PLACES)
    places = (PickupLocation("MAIN", "Main library"), PickupLocation("EAST"))
    assert options == HoldOptions(TARGET, places, title="Title 140", takes_date=True)
    assert ask(lambda c: c.hold_options("404", TARGET), PLACES) == NotAPatron()


def test_without_places_no_holds_are_placed_and_the_reason_names_the_key(ask):
    async def absent(connector):
        return connector.absent

    assert "pickup_locations" in ask(absent)[Capability.PLACE_HOLDS]
    assert Capability.PLACE_HOLDS not in ask(absent, PLACES)


@pytest.mark.parametrize(
    ("hold", "options", "because"),
    [
        (NewHold(TARGET, "WEST"), {}, HoldReason.PICKUP_NOT_ALLOWED),
        (NewHold(HoldTarget("77"), "MAIN"), {"dialect": "koha"}, HoldReason.ITEM_NOT_CHOSEN),
        (NewHold(HoldTarget("77", "1|2"), "MAIN"), {}, HoldReason.NO_SUCH_RECORD),
    ],
)
def test_what_can_not_be_is_not_sent(ask, sip2_server, hold, options, because):
    assert ask(lambda c: c.place_hold(ADA, hold), PLACES | options) == NotHoldable(because)
    assert sip2_server.count("15") == 0


def test_the_librarys_no_is_a_code(ask):
    refused = NewHold(HoldTarget("77", "300150"), "MAIN")
    assert ask(lambda c: c.place_hold(ADA, refused), PLACES) == NotHoldable(HoldReason.NOT_FOR_LOAN)
    by_record = NewHold(HoldTarget("77"), "MAIN")
    assert ask(lambda c: c.place_hold(ADA, by_record), PLACES) == NotHoldable(HoldReason.NO_SUCH_RECORD)


def test_only_ones_own_hold_is_cancelled(ask, sip2_server):
    sip2_server.people[0].waiting = ["300140"]
    sip2_server.people[1].waiting = ["300141"]
    assert ask(lambda c: c.cancel_hold(ADA, "300141")) == NoSuchHold("300141")
    assert sip2_server.count("15") == 0
    assert ask(lambda c: c.cancel_hold(ADA, "300140")) == HoldChanged("300140")
    assert sip2_server.people[0].waiting == []


def test_a_refused_cancellation_keeps_the_hold(ask, sip2_server, monkeypatch):
    monkeypatch.setattr(
        "tests.fixtures.sip2_server._hold", lambda *_: f"0N20300101    120000AOTOWN|AA{ADA}|AFNo|"
    )
    sip2_server.people[0].waiting = ["300140"]
    kept = HoldKept("300140", HoldReason.LIBRARY_SAYS_NO)
    assert ask(lambda c: c.cancel_hold(ADA, "300140")) == kept


def fees(ask, sip2_server, *lines, **options):
    sip2_server.people[0].fines = list(lines)
    return [
        (one.description, one.outstanding.amount_minor) for one in ask(lambda c: c.list_fees(ADA), **options)
    ]


def test_fees_are_lines_with_an_amount(ask, sip2_server):
    found = fees(ask, sip2_server, ("Late return: Kalevala", "2.50"), ("Lost card", "10.00"))
    assert found == [("Late return: Kalevala", 250), ("Lost card", 1000)]
    assert fees(ask, sip2_server) == []


def test_fees_that_can_not_be_read_are_one_sum(ask, sip2_server, monkeypatch):
    class Text(str):
        __slots__ = ()

        def __format__(self, _spec):
            return "see desk"

    sip2_server.people[0].fines = [("Late", "2.50"), ("Odd", Text("10.00"))]
    (fee,) = ask(lambda c: c.list_fees(ADA))
    assert (fee.fee_id, fee.kind, fee.outstanding) == ("total", FeeKind.OTHER, Money(1250, "EUR"))
    assert fee.description == "Late 2.50; Odd see desk"


def test_lines_that_do_not_make_up_the_sum_are_one_sum(ask, sip2_server):
    sip2_server.habits.most_lines = 0
    with pytest.raises(UnexpectedAnswer):  # announced, and not there
        fees(ask, sip2_server, ("Late", "2.50"))
    sip2_server.habits.counts = False
    assert fees(ask, sip2_server, ("Late", "2.50")) == [(None, 250)]


def test_self_test_says_what_let_us_in_and_which_messages_are_missing(ask, sip2_server):
    assert ask(lambda c: c.check_credentials()) == "logged in; institution TOWN; SIP2 2.00"
    assert ask(lambda c: c.check_rights()) == ()
    sip2_server.habits.supported = "YYYYYYYYYYYYYNNY"
    assert ask(lambda c: c.check_rights()) == ("message Renew", "message Hold")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12.50", 1250), ("12,5", 1250), ("12", 1200), ("-3.00", -300), ("EUR 12.50", 1250), ("12.50 €", 1250),
        ("1,234.50", 123450), ("1 234,50", 123450), ("1.234", None), ("1,234", None), ("", None), ("free", None),
        ("12.505", None), ("NaN", None), ("1e9", None), ("١٢", None), ("9" * 50, None),
    ],
)  # fmt: skip
def test_an_amount_that_could_be_two_is_none(ask, sip2_server, text, minor):
    assert readable_amount(text, "EUR") == (None if minor is None else Money(minor, "EUR"))


def test_waiting_for_a_connection_of_ours_says_nothing_of_the_library(sip2_server):
    sip2_server.habits.late = 0.25

    async def many():
        connector = connector_to(sip2_server.port, {"connections": "1"}, timeout=0.6)
        reads = [connector.read_patron(ADA) for _ in range(8)]
        answers = await asyncio.gather(*reads, return_exceptions=True)
        state = connector.health().breaker
        await connector.close()
        return answers, state

    answers, state = asyncio.run(many())
    assert any(isinstance(one, PatronRecord) for one in answers)
    assert any(isinstance(one, Overloaded) for one in answers)
    assert state == "closed"
