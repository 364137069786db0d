"""Placing holds: what may be chosen, the hold itself, and why not."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from discovery_accounts.connectors.api import (
    HoldOptions,
    HoldPlaced,
    HoldTarget,
    LibraryError,
    NewHold,
    NotAPatron,
    NotHoldable,
    PickupLocation,
    Refused,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
    WrongPatron,
)
from discovery_accounts.simulator.desk.records import Hold as DeskHold
from discovery_accounts.simulator.koha.desk_records import SHELF
from discovery_accounts.testing.replay import Recorded, json_answer

GOOD, CHILD, BLOCKED, EXPIRED = "101", "102", "105", "106"
FREE, REFERENCE, FOR_ADULTS = HoldTarget("306"), HoldTarget("310"), HoldTarget("317")
NEWER = pytest.mark.parametrize("edition", [{}, {"plugin": True}], ids=["25.11", "plugin"])
EDITIONS = pytest.mark.parametrize(
    "edition", [{}, {"generation": "23.11"}, {"plugin": True}], ids=["25.11", "23.11", "plugin"]
)
MAIN, EAST = PickupLocation("MAIN", "Main Library"), PickupLocation("EAST", "Eastern Library")
SENT = {"patron_id": 57, "biblio_id": 3, "pickup_library_id": "MAIN"}


def holds_of(koha, patron_id):
    return koha.library.desk.records(DeskHold, patron_id)


def posts(koha) -> int:
    return koha.library.count("POST", "/holds")


@EDITIONS
def test_what_may_be_chosen_is_told_with_title_and_ones_own_library_first(live, edition):
    koha = live(**edition)
    assert koha.ask(lambda c: c.hold_options(GOOD, FREE)) == HoldOptions(
        FREE, (MAIN, EAST), "MAIN", "Papin tytär", takes_note=True, takes_date=True
    )
    assert len(koha.calls()) == (4 if edition.get("plugin") else 3)
    assert posts(koha) == 0


@EDITIONS
def test_of_one_copy_too(live, edition):
    koha = live(**edition)
    copy = HoldTarget("306", str(SHELF + 306))
    assert koha.ask(lambda c: c.hold_options(GOOD, copy)).pickups == (MAIN, EAST)
    assert koha.ask(lambda c: c.hold_options(GOOD, HoldTarget("306", "5"))) == NotHoldable("no_such_record")


@EDITIONS
def test_nobody_and_nothing(live, edition):
    koha = live(**edition)
    assert koha.ask(lambda c: c.hold_options("999", FREE)) == NotAPatron()
    assert koha.ask(lambda c: c.hold_options(GOOD, HoldTarget("99"))) == NotHoldable("no_such_record")
    koha.library.clear_calls()
    assert koha.ask(lambda c: c.hold_options("../1", FREE)) == NotAPatron()
    for target in (HoldTarget("../1"), HoldTarget("306", "a"), HoldTarget("")):
        assert koha.ask(lambda c, t=target: c.hold_options(GOOD, t)) == NotHoldable("no_such_record")
        placed = koha.ask(lambda c, t=target: c.place_hold(GOOD, NewHold(t, "MAIN")))
        assert placed == NotHoldable("no_such_record")
    assert koha.calls() == []


@pytest.mark.parametrize(
    ("patron", "target", "because"),
    [
        (GOOD, REFERENCE, "not_for_loan"),
        (GOOD, HoldTarget("303"), "already_held"),
        (CHILD, FOR_ADULTS, "age_restricted"),
        (BLOCKED, FREE, "card_blocked"),
        (EXPIRED, FREE, "card_expired"),
    ],
)
def test_the_plugin_says_before_why_not(live, patron, target, because):
    koha = live(plugin=True)
    assert koha.ask(lambda c: c.hold_options(patron, target)) == NotHoldable(because)


def test_without_the_plugin_and_where_it_fails_only_trying_tells(live):
    assert isinstance(live().ask(lambda c: c.hold_options(GOOD, REFERENCE)), HoldOptions)
    koha = live(plugin=True)
    koha.library.set_fault("error_500", path_contains="/availability/")
    assert isinstance(koha.ask(lambda c: c.hold_options(GOOD, REFERENCE)), HoldOptions)


def test_options_do_without_title_and_ones_own_library(live):
    koha = live()
    koha.library.set_fault("error_500", path_contains="/patrons/101")
    options = koha.ask(lambda c: c.hold_options(GOOD, FREE))
    assert (options.pickups, options.default_pickup) == ((MAIN, EAST), None)
    assert options.title
    koha.library.desk.biblios[306] = replace(koha.library.desk.biblios[306], title="")
    assert koha.ask(lambda c: c.hold_options(GOOD, FREE)).title is None


def test_the_record_of_somebody_else_is_a_wrong_patron(live):
    koha = live()
    koha.library.set_fault("other_patron", path_contains="/patrons/101")
    with pytest.raises(WrongPatron):
        koha.ask(lambda c: c.hold_options(GOOD, FREE))


@pytest.mark.parametrize("fault", ["error_500", "garbage", "html", "wrong_key", "too_many", "cut_connection"])
def test_without_places_of_pickup_there_are_no_options(live, fault):
    koha = live()
    koha.library.set_fault(fault, path_contains="/pickup_locations")
    with pytest.raises(LibraryError):
        koha.ask(lambda c: c.hold_options(GOOD, FREE))


@EDITIONS
def test_a_hold_is_placed_with_note_and_day(live, edition):
    koha = live(**edition)
    until = datetime.now(UTC).date() + timedelta(60)
    placed = koha.ask(lambda c: c.place_hold(GOOD, NewHold(FREE, "EAST", until, "Paperback, please")))
    [made] = [hold for hold in holds_of(koha, GOOD) if hold.biblio_id == 306]
    assert placed == HoldPlaced(str(made.hold_id))
    assert (made.branch, made.wanted_until, made.note) == ("EAST", until.isoformat(), "Paperback, please")
    assert len(koha.calls()) == 1


def test_a_hold_of_one_copy_is_of_that_copy(live):
    koha = live()
    copy = HoldTarget("306", str(SHELF + 306))
    assert isinstance(koha.ask(lambda c: c.place_hold(GOOD, NewHold(copy, "MAIN"))), HoldPlaced)
    assert holds_of(koha, GOOD)[-1].item_id == SHELF + 306
    other = HoldTarget("307", str(SHELF + 306))
    assert koha.ask(lambda c: c.place_hold(GOOD, NewHold(other, "MAIN"))) == NotHoldable("no_such_record")


@pytest.mark.parametrize(
    ("patron", "hold", "because"),
    [
        (GOOD, NewHold(REFERENCE, "MAIN"), "not_for_loan"),
        (GOOD, NewHold(HoldTarget("303"), "MAIN"), "already_held"),
        (CHILD, NewHold(FOR_ADULTS, "KIDS"), "age_restricted"),
        (GOOD, NewHold(FREE, "KIDS"), "pickup_not_allowed"),
        (GOOD, NewHold(FREE, "NOWHERE"), "pickup_not_allowed"),
        (GOOD, NewHold(HoldTarget("99"), "MAIN"), "no_such_record"),
        (BLOCKED, NewHold(FREE, "MAIN"), "card_blocked"),
        (EXPIRED, NewHold(FREE, "MAIN"), "card_expired"),
    ],
)
@NEWER
def test_why_a_hold_is_not_placed(live, edition, patron, hold, because):
    koha = live(**edition)
    before = len(holds_of(koha, patron))
    assert koha.ask(lambda c: c.place_hold(patron, hold)) == NotHoldable(because)
    assert len(holds_of(koha, patron)) == before


def test_who_owes_too_much_or_has_too_many_is_told_so(live):
    koha = live()
    koha.library.set_fees(GOOD, 99.0)
    assert koha.ask(lambda c: c.place_hold(GOOD, NewHold(FREE, "MAIN"))) == NotHoldable("fees")
    for biblio in (304, 306, 307, 308, 311, 312, 314, 318):
        koha.library.desk.place_hold("103", biblio, "MAIN")
    placed = koha.ask(lambda c: c.place_hold("103", NewHold(HoldTarget("321"), "MAIN")))
    assert placed == NotHoldable("too_many_holds")


@pytest.mark.parametrize(
    ("status", "body", "because"),
    [
        (403, {"error": "Hold cannot be placed. Reason: tooManyReserves"}, "too_many_holds"),
        (403, {"error": "Hold cannot be placed. Reason: tooManyHoldsForThisRecord"}, "too_many_on_record"),
        (403, {"error": "Hold cannot be placed. Reason: of_tomorrow"}, "library_says_no"),
        (409, {"error": "Hold cannot be placed", "error_code": "bad_address"}, "address_unknown"),
        (409, {"error": "Hold cannot be placed", "error_code": "card_lost"}, "card_lost"),
        (409, {"error": "Hold cannot be placed", "error_code": "debt_limit"}, "fees"),
        (409, {"error": "Hold cannot be placed", "error_code": "hold_limit"}, "too_many_holds"),
        (404, {"error": "item_id not found."}, "no_such_record"),
        (400, "Biblio not found.", "no_such_record"),
    ],
)
def test_what_other_versions_say(koha, status, body, because):
    connector, _ = koha(Recorded("POST", "/v1/holds", json_answer(body, status)))
    placed = asyncio.run(connector.place_hold("57", NewHold(HoldTarget("3"), "MAIN")))
    assert placed == NotHoldable(because)


@pytest.mark.parametrize(("status", "text"), [(400, "patron_id not found"), (404, "Borrower not found")])
def test_a_hold_for_nobody(koha, status, text):
    connector, _ = koha(Recorded("POST", "/v1/holds", json_answer({"error": text}, status)))
    assert asyncio.run(connector.place_hold("57", NewHold(HoldTarget("3"), "MAIN"))) == NotAPatron()


def test_what_is_sent_is_what_the_contract_knows(koha):
    made = json_answer({"hold_id": 7, "patron_id": 57}, 201)
    connector, transport = koha(Recorded("POST", "/v1/holds", made))
    hold = NewHold(HoldTarget("3"), "MAIN")
    assert asyncio.run(connector.place_hold("57", hold)) == HoldPlaced("7")
    assert transport.requests[-1].json == SENT
    assert not transport.requests[-1].safe
    full = NewHold(HoldTarget("3", "9"), "MAIN", datetime(2999, 1, 2).date(), "Note")  # noqa: DTZ001
    asyncio.run(connector.place_hold("57", full))
    more = {"item_id": 9, "expiration_date": "2999-01-02", "notes": "Note"}
    assert transport.requests[-1].json == SENT | more


def test_a_hold_made_for_somebody_else_is_a_wrong_patron(koha):
    made = json_answer({"hold_id": 7, "patron_id": 58}, 201)
    connector, _ = koha(Recorded("POST", "/v1/holds", made))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.place_hold("57", NewHold(HoldTarget("3"), "MAIN")))


def test_a_missing_right_and_a_fault_of_ours_are_no_reasons(koha):
    lacks = {"error": "Authorization failure.", "required_permissions": {"reserveforothers": 1}}
    schema = {"errors": [{"message": "Properties not allowed", "path": "/body"}], "status": 400}
    for status, body, kind in ((403, lacks, Refused), (400, schema, UnexpectedAnswer)):
        connector, _ = koha(Recorded("POST", "/v1/holds", json_answer(body, status)))
        with pytest.raises(kind):
            asyncio.run(connector.place_hold("57", NewHold(HoldTarget("3"), "MAIN")))


def test_a_day_that_is_over_is_not_sent(live):
    koha = live()
    past = NewHold(FREE, "MAIN", datetime.now(UTC).date() - timedelta(2))
    assert koha.ask(lambda c: c.place_hold(GOOD, past)) == NotHoldable("bad_date")
    assert koha.calls() == []


@pytest.mark.parametrize(
    ("fault", "kind", "placed"),
    [
        ("hang", TimedOut, 0),
        ("cut_connection", Unreachable, 1),
        ("garbage", UnexpectedAnswer, 0),
        ("html", UnexpectedAnswer, 0),
        ("error_500", LibraryError, 0),
        ("error_503", LibraryError, 0),
    ],
)
def test_a_hold_without_an_answer_may_have_been_placed_and_is_not_sent_again(live, fault, kind, placed):
    koha = live(timeout=0.4)
    koha.library.set_fault(fault, path_contains="/holds", method="POST")
    with pytest.raises(kind) as failed:
        koha.ask(lambda c: c.place_hold(GOOD, NewHold(FREE, "MAIN")))
    assert failed.value.sent
    assert posts(koha) == 1
    assert sum(hold.biblio_id == 306 for hold in holds_of(koha, GOOD)) == placed
