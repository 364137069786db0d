"""Holds: the list in one call, and changes of one's own, each sent once."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from discovery_accounts.connectors.api import (
    Hold,
    HoldChanged,
    HoldKept,
    LibraryError,
    NoSuchHold,
    NotAPatron,
    PickupLocation,
    Refused,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
    WrongPatron,
)
from discovery_accounts.connectors.koha.errors import Fault
from discovery_accounts.connectors.koha.hold_reasons import TABLES, availability_reason, refused_hold
from discovery_accounts.domain.holds import REASONS, HoldState
from discovery_accounts.simulator.desk.records import Hold as DeskHold
from discovery_accounts.testing.replay import Recorded, json_answer

GOOD, CHILD = "101", "102"
READY, WAITING, TRANSIT, SUSPENDED, CHILDS = "101", "102", "103", "104", "105"
MAIN, EAST = PickupLocation("MAIN", "Main Library"), PickupLocation("EAST", "Eastern Library")
EDITIONS = [{}, {"generation": "23.11"}, {"plugin": True}]

each_edition = pytest.mark.parametrize("edition", EDITIONS, ids=["25.11", "23.11", "plugin"])
CHANGES = {
    "cancel": lambda c, who, hold: c.cancel_hold(who, hold),
    "pickups": lambda c, who, hold: c.pickup_locations(who, hold),
    "move": lambda c, who, hold: c.change_pickup(who, hold, "EAST"),
    "suspend": lambda c, who, hold: c.suspend_hold(who, hold, None),
    "resume": lambda c, who, hold: c.resume_hold(who, hold),
}
each_change = pytest.mark.parametrize("change", list(CHANGES))
ACTS = [name for name in CHANGES if name != "pickups"]


def today() -> date:
    return datetime.now(UTC).date()


def desk_hold(koha, hold_id) -> DeskHold:
    return koha.library.desk.record(DeskHold, int(hold_id))


def acts(koha) -> list[str]:
    return [call.method for call in koha.library.calls if call.method != "GET" and "oauth" not in call.path]


@each_edition
def test_every_hold_is_told_with_its_state_days_and_names(live, edition):
    koha = live(**edition)
    ready, waiting, transit, suspended = koha.ask(lambda c: c.list_holds(GOOD))
    day = today()
    assert (ready.state, ready.ready_until, ready.position) == (HoldState.READY, day + timedelta(4), None)
    assert ready.title == "A Christmas carol : <a ghost story> & other tales"
    assert ready.item_id
    assert not ready.can_change_pickup
    assert waiting == Hold(
        WAITING,
        "Kanteletar",
        HoldState.WAITING,
        "Lönnrot, Elias",
        record_id="303",
        pickup=EAST,
        placed_on=day - timedelta(9),
        position=3,
        wanted_until=day + timedelta(120),
        can_cancel=True,
        can_change_pickup=True,
        can_suspend=True,
    )
    assert (transit.state, transit.can_cancel) == (HoldState.IN_TRANSIT, False)
    assert (suspended.state, suspended.suspended_until) == (HoldState.SUSPENDED, day + timedelta(30))


def test_the_list_takes_one_call_and_in_older_versions_two(live):
    koha = live()
    koha.ask(lambda c: c.list_holds(GOOD))
    assert koha.calls() == ["/api/v1/patrons/101/holds?_per_page=-1"]
    older = live(generation="23.11")
    older.ask(lambda c: c.list_holds(GOOD))
    older.library.clear_calls()
    older.ask(lambda c: c.list_holds(GOOD))
    assert [path.partition("?")[0] for path in older.calls()] == [
        "/api/v1/patrons/101/holds",
        "/api/v1/items",
    ]


@each_edition
def test_nobodys_and_somebodys_without_holds(live, edition):
    koha = live(**edition)
    assert koha.ask(lambda c: c.list_holds("103")) == ()
    assert koha.ask(lambda c: c.list_holds("999")) == NotAPatron()
    koha.library.clear_calls()
    assert koha.ask(lambda c: c.list_holds("../101")) == NotAPatron()
    assert koha.calls() == []


def test_a_key_without_one_right_lists_by_the_other(koha):
    missing = json_answer(
        {"error": "Authorization failure.", "required_permissions": {"borrowers": "edit_borrowers"}}, 403
    )
    row = {"hold_id": 5, "patron_id": 57, "biblio_id": 3, "status": None, "biblio": {"title": "Kalevala /"}}
    connector, transport = koha(
        Recorded("GET", "/v1/patrons/57/holds", missing), Recorded("GET", "/v1/holds", json_answer([row]))
    )
    [hold] = asyncio.run(connector.list_holds("57"))
    assert (hold.title, hold.pickup) == ("Kalevala", None)
    assert transport.requests[-1].params["_match"] == "exact"
    lacking, _ = koha(*(Recorded("GET", path, missing) for path in ("/v1/patrons/57/holds", "/v1/holds")))
    with pytest.raises(Refused, match="borrowers:edit_borrowers"):
        asyncio.run(lacking.list_holds("57"))


def test_a_list_that_is_cut_short_is_no_list(koha):
    row = {"hold_id": 5, "patron_id": 57, "status": None}
    cut = json_answer([row], x_total_count="2")
    connector, _ = koha(Recorded("GET", "/v1/patrons/57/holds", cut))
    with pytest.raises(UnexpectedAnswer, match="shorter"):
        asyncio.run(connector.list_holds("57"))


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": "W"}, HoldState.READY),
        ({"status": "T"}, HoldState.IN_TRANSIT),
        ({"status": "P"}, HoldState.IN_PROCESSING),
        ({"status": None, "suspended": 1}, HoldState.SUSPENDED),
        ({"status": "W", "cancellation_requested": True}, HoldState.CANCELLING),
        ({"status": "of tomorrow"}, HoldState.WAITING),
    ],
)
def test_states(koha, fields, state):
    row = {"hold_id": 5, "patron_id": 57, "expiration_date": "2030-05-01"} | fields
    connector, _ = koha(Recorded("GET", "/v1/patrons/57/holds", json_answer([row])))
    [hold] = asyncio.run(connector.list_holds("57"))
    assert hold.state is state
    assert (hold.ready_until or hold.wanted_until) == date(2030, 5, 1)
    assert (hold.ready_until is None) == (fields["status"] != "W")


def test_a_waiting_hold_is_cancelled_and_a_ready_one_asked_about(live):
    koha = live()
    assert koha.ask(lambda c: c.cancel_hold(GOOD, WAITING)) == HoldChanged(WAITING)
    assert desk_hold(koha, WAITING) is None
    assert koha.ask(lambda c: c.cancel_hold(GOOD, READY)) == HoldChanged(READY, asked=True)
    assert desk_hold(koha, READY).cancelling
    [ready] = [one for one in koha.ask(lambda c: c.list_holds(GOOD)) if one.hold_id == READY]
    assert (ready.state, ready.can_cancel) == (HoldState.CANCELLING, False)
    assert koha.ask(lambda c: c.cancel_hold(GOOD, READY)) == HoldChanged(READY, asked=True)
    assert acts(koha) == ["DELETE", "DELETE"]


def test_a_koha_that_knows_no_asking_cancels_a_ready_hold(live):
    koha = live(manners={"cancellation_requests": False})
    assert koha.ask(lambda c: c.cancel_hold(GOOD, READY)) == HoldChanged(READY)


def test_where_nobody_may_ask_a_ready_hold_stays(live):
    koha = live(cancellation_requests="no")
    assert koha.ask(lambda c: c.cancel_hold(GOOD, READY)) == HoldKept(READY, "too_late")
    assert acts(koha) == []


@each_edition
def test_the_place_of_pickup_is_changed_to_one_of_those_allowed(live, edition):
    koha = live(**edition)
    assert koha.ask(lambda c: c.pickup_locations(GOOD, SUSPENDED)) == (MAIN, EAST)
    assert koha.ask(lambda c: c.change_pickup(GOOD, SUSPENDED, "EAST")) == HoldChanged(SUSPENDED)
    assert desk_hold(koha, SUSPENDED).branch == "EAST"
    for place in ("KIDS", "NOWHERE", "", "far too long a code", "a\0b"):
        kept = koha.ask(lambda c, place=place: c.change_pickup(GOOD, SUSPENDED, place))
        assert kept == HoldKept(SUSPENDED, "pickup_not_allowed")


@each_edition
def test_a_hold_is_suspended_until_a_day_or_for_good_and_resumed(live, edition):
    koha = live(**edition)
    until = today() + timedelta(14)
    assert koha.connector.suspends_until
    assert koha.ask(lambda c: c.suspend_hold(GOOD, WAITING, until)) == HoldChanged(WAITING)
    assert {one.hold_id: one.suspended_until for one in koha.ask(lambda c: c.list_holds(GOOD))}[
        WAITING
    ] == until
    assert koha.ask(lambda c: c.suspend_hold(GOOD, WAITING, None)) == HoldChanged(WAITING)
    assert desk_hold(koha, WAITING).suspended_until is None
    assert koha.ask(lambda c: c.resume_hold(GOOD, WAITING)) == HoldChanged(WAITING)
    assert not desk_hold(koha, WAITING).suspended


def test_a_day_that_is_over_is_no_end_of_a_suspension(live):
    koha = live()
    kept = koha.ask(lambda c: c.suspend_hold(GOOD, WAITING, today() - timedelta(2)))
    assert kept == HoldKept(WAITING, "bad_date")
    assert acts(koha) == []


@each_change
@pytest.mark.parametrize("hold_id", [CHILDS, "999", "0", "../102", "1 OR 1"])
def test_nothing_is_sent_for_a_hold_that_is_not_ones_own(live, change, hold_id):
    koha = live()
    assert koha.ask(lambda c: CHANGES[change](c, GOOD, hold_id)) == NoSuchHold(hold_id)
    assert acts(koha) == []
    assert desk_hold(koha, CHILDS) is not None


@each_change
def test_a_hold_under_way_is_kept_as_it_is(live, change):
    koha = live()
    assert koha.ask(lambda c: CHANGES[change](c, GOOD, TRANSIT)) == HoldKept(TRANSIT, "too_late")
    assert acts(koha) == []


@pytest.mark.parametrize(("state", "status"), [("ready", 409), ("transit", 409), ("processing", 409)])
def test_what_happens_between_looking_and_changing_is_told_by_koha(koha, state, status):
    row = {"hold_id": 5, "patron_id": 57, "status": None}
    code = {"ready": "hold_waiting", "transit": "hold_in_transit", "processing": "hold_in_processing"}[state]
    late = json_answer({"error": "Cannot change pickup location", "error_code": code}, status)
    connector, _ = koha(
        Recorded("GET", "/v1/holds", json_answer([row])), Recorded("PUT", "/v1/holds/5/pickup_location", late)
    )
    assert asyncio.run(connector.change_pickup("57", "5", "MAIN")) == HoldKept("5", "too_late")


@each_change
def test_a_hold_that_went_meanwhile_is_none(koha, change):
    row = {"hold_id": 5, "patron_id": 57, "status": None}
    gone = json_answer({"error": "Hold not found", "error_code": "not_found"}, 404)
    connector, _ = koha(
        Recorded("GET", "/v1/holds", json_answer([row])),
        Recorded("DELETE", "/v1/holds/5", gone),
        Recorded("GET", "/v1/holds/5/pickup_locations", gone),
        Recorded("PUT", "/v1/holds/5/pickup_location", gone),
        Recorded("POST", "/v1/holds/5/suspension", gone),
        Recorded("DELETE", "/v1/holds/5/suspension", gone),
    )
    assert asyncio.run(CHANGES[change](connector, "57", "5")) == NoSuchHold("5")


@each_change
def test_a_hold_of_somebody_else_in_the_answer_is_a_wrong_patron(live, change):
    koha = live()
    koha.library.set_fault("other_patron", path_contains="/holds")
    with pytest.raises(WrongPatron):
        koha.ask(lambda c: CHANGES[change](c, GOOD, WAITING))
    assert acts(koha) == []


def test_a_list_of_somebody_elses_holds_is_a_wrong_patron(live):
    koha = live()
    koha.library.set_fault("other_patron")
    with pytest.raises(WrongPatron):
        koha.ask(lambda c: c.list_holds(GOOD))


@pytest.mark.parametrize("change", ACTS)
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("hang", TimedOut),
        ("cut_connection", Unreachable),
        ("garbage", UnexpectedAnswer),
        ("html", UnexpectedAnswer),
        ("wrong_key", Refused),
        ("too_many", LibraryError),
        ("error_500", LibraryError),
    ],
)
def test_an_act_without_an_answer_is_a_failure_that_was_sent_and_never_repeated(live, change, fault, kind):
    koha = live(timeout=0.4)
    for method in ("DELETE", "PUT", "POST"):
        koha.library.set_fault(fault, path_contains="/holds/", method=method)
    with pytest.raises(kind) as failed:
        koha.ask(lambda c: CHANGES[change](c, GOOD, WAITING))
    assert failed.value.sent
    # A refused token is renewed once; it is refused before anything is done. A 429 did nothing either.
    assert len(acts(koha)) <= (2 if fault in ("wrong_key", "too_many") else 1)
    if fault == "cut_connection" and change == "cancel":
        assert desk_hold(koha, WAITING) is None


def test_a_hold_placed_for_somebody_with_a_number_that_contains_ours_is_not_ours(live):
    koha = live()
    desk = koha.library.desk
    desk.keep(replace(desk_hold(koha, WAITING), hold_id=1020, patron_id=CHILD))
    assert koha.ask(lambda c: c.cancel_hold(GOOD, WAITING)) == HoldChanged(WAITING)
    assert desk_hold(koha, 1020) is not None


def test_every_reason_is_a_code_of_the_house_and_the_unknown_has_one():
    assert {code for table in TABLES for code in table.values()} <= REASONS
    unknown = Fault(403, "Hold cannot be placed. Reason: ofTomorrow")
    assert refused_hold(unknown) == "library_says_no"
    assert refused_hold(Fault(403, "Hold cannot be placed. Reason: too_many_reserves")) == "too_many_holds"
    assert refused_hold(Fault(403, "Authorization failure.", permissions=("a:b",))) is None
    assert refused_hold(Fault(409, "x", code="of_tomorrow")) == "library_says_no"
    assert refused_hold(Fault(404)) is None
    assert availability_reason(["Of::Tomorrow"]) == "library_says_no"
    assert availability_reason(["Of::Tomorrow", "Patron::Debt"]) == "fees"
    assert availability_reason([]) is None
