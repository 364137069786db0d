"""Holds: the list in few calls, places to fetch them, and changes of one's own, each sent once."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.hold_reasons import HOLD_REASONS, hold_state
from discovery_accounts.connectors.alma.libraries import Libraries
from discovery_accounts.connectors.api import (
    Hold,
    HoldChanged,
    HoldKept,
    HoldOptions,
    HoldPlaced,
    HoldTarget,
    LibraryError,
    NewHold,
    NoSuchHold,
    NotAPatron,
    NotHoldable,
    PickupLocation,
    Refused,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.domain.holds import REASONS, HoldReason, HoldState
from discovery_accounts.simulator.desk.records import Hold as DeskHold
from discovery_accounts.testing.replay import Recorded, json_answer

GOOD, NOBODYS = "u1001", "u1003"
READY, WAITING, TRANSIT, CHILDS = "101", "102", "103", "105"
FREE, REFERENCE = "990003050000121", "990003250000121"
USERS = "/almaws/v1/users"
LIBRARIES = "/almaws/v1/conf/libraries"
MAIN, EAST = PickupLocation("MAIN", "Main Library"), PickupLocation("EAST", "Eastern Library")
CHANGES = {
    "cancel": lambda c, who, hold: c.cancel_hold(who, hold),
    "pickups": lambda c, who, hold: c.pickup_locations(who, hold),
    "move": lambda c, who, hold: c.change_pickup(who, hold, "EAST"),
}
ACTS = {
    "place": lambda c: c.place_hold(GOOD, NewHold(HoldTarget(FREE), "MAIN")),
    "cancel": lambda c: c.cancel_hold(GOOD, WAITING),
    "move": lambda c: c.change_pickup(GOOD, WAITING, "MAIN"),
}
each_change = pytest.mark.parametrize("change", list(CHANGES))
each_act = pytest.mark.parametrize("act", list(ACTS))


def request(number=5, **fields):
    return {
        "request_id": str(number),
        "request_type": "HOLD",
        "user_primary_id": "u57",
        "title": "Sult /",
        "pickup_location": "Main",
        "pickup_location_type": "LIBRARY",
        "pickup_location_library": "MAIN",
        "request_status": "NOT_STARTED",
        "request_date": "2030-01-02Z",
    } | fields


def listed(*rows):
    return Recorded(
        "GET", f"{USERS}/u57/requests", json_answer({"user_request": rows, "total_record_count": len(rows)})
    )


def single(answer, number=5):
    return Recorded("GET", f"{USERS}/u57/requests/{number}", answer)


def test_every_hold_is_told_with_its_state_days_and_names(live):
    alma = live()
    ready, waiting, transit, _ = alma.ask(lambda c: c.list_holds(GOOD))
    today = datetime.now(UTC).date()
    assert (ready.state, ready.ready_until, ready.position) == (HoldState.READY, today + timedelta(4), None)
    assert not ready.can_change_pickup
    assert waiting == Hold(
        WAITING,
        "Kanteletar",
        HoldState.WAITING,
        "Lönnrot, Elias",
        record_id="990003030000121",
        pickup=EAST,
        placed_on=today - timedelta(9),
        position=3,
        wanted_until=today + timedelta(120),
        can_suspend=False,
    )
    assert transit.state is HoldState.IN_TRANSIT
    assert len(alma.library.calls) == 1
    assert "request_type=HOLD" in alma.calls()[0]


def test_nobodys_and_somebodys_without_holds(live):
    alma = live()
    assert alma.ask(lambda c: c.list_holds(NOBODYS)) == ()
    assert alma.ask(lambda c: c.list_holds("nobody")) == NotAPatron()
    alma.library.clear_calls()
    assert alma.ask(lambda c: c.list_holds("../u1001")) == NotAPatron()
    assert alma.calls() == []


def test_more_than_a_page_is_read_whole(live):
    alma = live()
    for number in range(150):
        alma.library.desk.keep(DeskHold(2000 + number, NOBODYS, 305, "MAIN", "2026-01-01"))
    assert len(alma.ask(lambda c: c.list_holds(NOBODYS))) == 150
    assert len(alma.library.calls) == 2


def test_the_end_of_a_request_that_is_not_on_the_shelf_is_no_last_day_to_fetch_it(alma):
    row = request(request_status="IN_PROCESS", task_name="Pickup From Shelf", expiry_date="2030-06-08Z")
    connector, _ = alma(listed(row))
    (hold,) = asyncio.run(connector.list_holds("u57"))
    assert (hold.state, hold.ready_until, hold.placed_on) == (
        HoldState.IN_PROCESSING,
        None,
        date(2030, 1, 2),
    )


@pytest.mark.parametrize(
    ("status", "task", "state"),
    [
        ("On Hold Shelf", None, HoldState.READY),
        ("ON_HOLD_SHELF", None, HoldState.READY),
        ("Not Started", "Transit Item", HoldState.WAITING),
        ("IN_PROCESS", "In transit to library", HoldState.IN_TRANSIT),
        ("In Process", None, HoldState.IN_PROCESSING),
        ("SOMETHING_NEW", None, HoldState.WAITING),
        (None, None, HoldState.WAITING),
    ],
)
def test_states_are_known_in_both_spellings(status, task, state):
    assert hold_state(status, task) is state


def test_what_is_no_hold_is_left_out(alma):
    connector, _ = alma(listed(request(5, request_type="BOOKING"), request(6)))
    assert [hold.hold_id for hold in asyncio.run(connector.list_holds("u57"))] == ["6"]


def test_a_place_that_is_no_library_is_told_by_its_kind(alma):
    row = request(
        pickup_location_library=None, pickup_location_type="USER_HOME_ADDRESS", pickup_location="Home"
    )
    connector, _ = alma(listed(row))
    (hold,) = asyncio.run(connector.list_holds("u57"))
    assert hold.pickup == PickupLocation("USER_HOME_ADDRESS", "Home")


@pytest.mark.parametrize(
    "rows", [(request(user_primary_id="u58"),), (request(5), request(6, user_primary_id="u58"))]
)
def test_a_list_with_somebody_elses_request_is_a_wrong_patron(alma, rows):
    connector, _ = alma(listed(*rows))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.list_holds("u57"))


def test_a_list_that_is_cut_short_is_no_list(alma):
    answer = json_answer({"user_request": [request()], "total_record_count": 2})
    connector, _ = alma(Recorded("GET", f"{USERS}/u57/requests", answer))
    with pytest.raises(UnexpectedAnswer, match="shorter"):
        asyncio.run(connector.list_holds("u57"))


def test_options_are_the_libraries_of_the_settings_in_their_order(live):
    alma = live(pickup_libraries="EAST MAIN")
    options = alma.ask(lambda c: c.hold_options(GOOD, HoldTarget(FREE)))
    assert options == HoldOptions(
        HoldTarget(FREE), (EAST, MAIN), None, None, takes_note=True, takes_date=True
    )
    alma.ask(lambda c: c.hold_options(GOOD, HoldTarget(FREE)))
    assert alma.library.count(path_contains="/conf/libraries") == 1
    assert alma.acts == []


def test_one_library_is_where_it_goes(live):
    options = live(pickup_libraries="EAST").ask(lambda c: c.hold_options(GOOD, HoldTarget(FREE)))
    assert options.default_pickup == "EAST"


def test_without_the_right_for_names_the_codes_of_the_settings_do(live):
    alma = live(pickup_libraries="EAST")
    alma.library.set_fault("wrong_key", path_contains="/conf/")
    assert alma.ask(lambda c: c.hold_options(GOOD, HoldTarget(FREE))).pickups == (PickupLocation("EAST"),)
    bare = live()
    bare.library.set_fault("wrong_key", path_contains="/conf/")
    with pytest.raises(Refused):
        bare.ask(lambda c: c.hold_options(GOOD, HoldTarget(FREE)))


def test_libraries_are_asked_for_anew_after_an_hour(alma):
    now = [0.0]
    connector, transport = alma(Recorded("GET", LIBRARIES, json_answer({"library": [{"code": "MAIN"}]})))
    settings = connector._settings
    libraries = Libraries(AlmaClient(settings, transport), settings, lambda: now[0])
    for moment, asked in ((0.0, 1), (3599.0, 1), (3600.0, 2)):
        now[0] = moment
        assert asyncio.run(libraries.pickups()) == (PickupLocation("MAIN"),)
        assert len(transport.requests) == asked


@pytest.mark.parametrize(
    ("patron", "target", "answer"),
    [
        (GOOD, HoldTarget(REFERENCE), NotHoldable(HoldReason.LIBRARY_SAYS_NO)),
        ("u1005", HoldTarget(FREE), NotHoldable(HoldReason.LIBRARY_SAYS_NO)),
        (GOOD, HoldTarget("990003990000121"), NotHoldable(HoldReason.NO_SUCH_RECORD)),
        ("nobody", HoldTarget(FREE), NotAPatron()),
    ],
)
def test_what_is_not_offered_is_no_option(live, patron, target, answer):
    assert live().ask(lambda c: c.hold_options(patron, target)) == answer


@pytest.mark.parametrize("odd", ["", "../1", "abc", "1?x=2", "١٢", "9" * 41])
def test_an_impossible_record_is_none_and_nothing_is_asked(live, odd):
    alma = live()
    for target in (HoldTarget(odd), HoldTarget(FREE, odd)):
        no = NotHoldable(HoldReason.NO_SUCH_RECORD)
        assert alma.ask(lambda c, t=target: c.hold_options(GOOD, t)) == no
        assert alma.ask(lambda c, t=target: c.place_hold(GOOD, NewHold(t, "MAIN"))) == no
    assert alma.calls() == []


def test_a_hold_is_placed_with_date_and_note(live):
    alma = live()
    wanted = NewHold(HoldTarget(FREE), "EAST", date(2031, 5, 1), "by the window")
    placed = alma.ask(lambda c: c.place_hold(NOBODYS, wanted))
    assert isinstance(placed, HoldPlaced)
    (kept,) = alma.library.desk.records(DeskHold, NOBODYS)
    assert (kept.branch, kept.wanted_until, kept.note) == ("EAST", "2031-05-01", "by the window")
    assert alma.acts == ["POST"]


def test_one_copy_is_asked_for_by_its_own_number(live):
    alma = live()
    wanted = NewHold(HoldTarget(FREE, "2300030500010121"), "MAIN")
    assert isinstance(alma.ask(lambda c: c.place_hold(NOBODYS, wanted)), HoldPlaced)
    assert alma.ask(lambda c: c.list_holds(NOBODYS))[0].item_id == "2300030500010121"
    assert "mms_id" not in alma.calls("POST")[0]


@pytest.mark.parametrize(("code", "reason"), sorted(HOLD_REASONS.items()))
def test_alma_says_no_by_a_code(alma, error, code, reason):
    connector, transport = alma(Recorded("POST", f"{USERS}/u57/requests", error(code, "User X!")))
    placed = asyncio.run(connector.place_hold("u57", NewHold(HoldTarget(FREE), "MAIN")))
    assert placed == NotHoldable(reason)
    assert reason in REASONS
    assert len(transport.requests) == 1


def test_an_error_without_a_meaning_is_a_failure_that_was_sent(alma, error):
    connector, _ = alma(Recorded("POST", f"{USERS}/u57/requests", error("401652")))
    with pytest.raises(UnexpectedAnswer) as raised:
        asyncio.run(connector.place_hold("u57", NewHold(HoldTarget(FREE), "MAIN")))
    assert raised.value.sent


def test_a_place_the_settings_leave_out_is_not_asked_for(live):
    alma = live(pickup_libraries="MAIN")
    wanted = NewHold(HoldTarget(FREE), "EAST")
    assert alma.ask(lambda c: c.place_hold(GOOD, wanted)) == NotHoldable(HoldReason.PICKUP_NOT_ALLOWED)
    moved = alma.ask(lambda c: c.change_pickup(GOOD, WAITING, "EAST"))
    assert moved == HoldKept(WAITING, HoldReason.PICKUP_NOT_ALLOWED)
    assert alma.calls() == []


def test_a_hold_made_for_somebody_else_is_a_wrong_patron(alma):
    made = json_answer(request(user_primary_id="u58"))
    connector, _ = alma(Recorded("POST", f"{USERS}/u57/requests", made))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.place_hold("u57", NewHold(HoldTarget(FREE), "MAIN")))


def test_a_hold_is_cancelled_with_the_reason_of_the_settings(live):
    alma = live(cancel_reason="OnlineWish")
    assert alma.ask(lambda c: c.cancel_hold(GOOD, WAITING)) == HoldChanged(WAITING)
    (call,) = alma.calls("DELETE")
    assert "reason=OnlineWish" in call
    assert "notify_user=true" in call
    assert alma.ask(lambda c: c.cancel_hold(GOOD, WAITING)) == NoSuchHold(WAITING)
    assert alma.acts == ["DELETE"]


def test_a_moved_hold_keeps_everything_else(live):
    alma = live()
    before = alma.library.desk.record(DeskHold, int(WAITING))
    assert alma.ask(lambda c: c.change_pickup(GOOD, WAITING, "MAIN")) == HoldChanged(WAITING)
    after = alma.library.desk.record(DeskHold, int(WAITING))
    assert (after.branch, after.wanted_until) == ("MAIN", before.wanted_until)
    assert alma.ask(lambda c: c.pickup_locations(GOOD, WAITING))[:2] == (MAIN, EAST)


@pytest.mark.parametrize("hold", [READY, TRANSIT])
def test_what_is_there_or_on_its_way_is_not_moved(live, hold):
    alma = live()
    assert alma.ask(lambda c: c.change_pickup(GOOD, hold, "EAST")) == HoldKept(hold, HoldReason.TOO_LATE)
    assert alma.ask(lambda c: c.pickup_locations(GOOD, hold)) == HoldKept(hold, HoldReason.TOO_LATE)
    assert alma.acts == []


def test_a_place_that_alma_did_not_write_is_not_called_changed(alma):
    connector, _ = alma(
        single(json_answer(request())), Recorded("PUT", f"{USERS}/u57/requests/5", json_answer(request()))
    )
    kept = asyncio.run(connector.change_pickup("u57", "5", "EAST"))
    assert kept == HoldKept("5", HoldReason.LIBRARY_SAYS_NO)


@each_change
@pytest.mark.parametrize("hold", [CHILDS, "999", "../102", "", "102?x", "١٠٢"])
def test_of_what_is_not_ones_own_nothing_is_sent(live, change, hold):
    alma = live()
    assert alma.ask(lambda c: CHANGES[change](c, GOOD, hold)) == NoSuchHold(hold)
    assert alma.acts == []


@each_change
def test_an_answer_about_somebody_elses_request_makes_it_nobodys(alma, error, change):
    connector, transport = alma(single(json_answer(request(user_primary_id="u58"))))
    assert asyncio.run(CHANGES[change](connector, "u57", "5")) == NoSuchHold("5")
    assert len(transport.requests) == 1


@each_change
def test_where_alma_leaves_open_whose_it_is_the_list_decides(alma, error, change):
    for first in (json_answer(request(user_primary_id=None)), error("401652")):
        connector, transport = alma(single(first), listed())
        assert asyncio.run(CHANGES[change](connector, "u57", "5")) == NoSuchHold("5")
        assert [sent.method for sent in transport.requests] == ["GET", "GET"]


def test_where_another_identifier_is_permanent_acts_go_by_the_owners_primary_id(alma):
    own = json_answer({"user_request": [request(user_primary_id="a/b")], "total_record_count": 1})
    connector, transport = alma(
        Recorded("GET", f"{USERS}/900057/requests", own),
        Recorded("DELETE", f"{USERS}/a%2Fb/requests/5", json_answer({}, 204)),
        permanent_id="INST_ID",
    )
    assert asyncio.run(connector.cancel_hold("900057", "5")) == HoldChanged("5")
    assert transport.requests[0].params["user_id_type"] == "INST_ID"


@each_act
@pytest.mark.parametrize("fault", ["error_500", "cut_connection", "garbage", "html", "wrong_key"])
def test_an_act_that_fails_is_a_failure_and_sent_once(live, act, fault):
    alma = live()
    method = {"place": "POST", "cancel": "DELETE", "move": "PUT"}[act]
    alma.library.set_fault(fault, method=method)
    with pytest.raises(LibraryError) as raised:
        alma.ask(ACTS[act])
    assert raised.value.sent
    assert alma.acts == [method]


@each_act
def test_an_act_without_an_answer_in_time_may_have_been_done(live, act):
    alma = live(timeout=0.3)
    alma.library.set_fault("hang", method={"place": "POST", "cancel": "DELETE", "move": "PUT"}[act])
    with pytest.raises(LibraryError) as raised:
        alma.ask(ACTS[act])
    assert raised.value.sent
    assert len(alma.acts) == 1
