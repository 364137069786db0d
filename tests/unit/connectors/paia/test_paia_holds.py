"""Holds: what they tell, where they can be fetched, placed and cancelled."""

from datetime import date

import pytest
from tests.unit.connectors.paia.conftest import ME, act, core

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
    PickupLocation,
    Refused,
    TimedOut,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.paia.documents import STORAGE
from discovery_accounts.domain.holds import HoldReason, HoldState
from discovery_accounts.testing.replay import Recorded

EDITION, ITEM = "https://bib.example/edition/", "https://bib.example/item/"
DESK, EAST = "https://bib.example/desk/MAIN", "https://bib.example/desk/EAST"
PLACES = f"{DESK} = Main Library; {EAST} = Eastern Library"
WORK = f"{EDITION}303"
TARGET = HoldTarget(WORK)
CANCEL, REQUEST = f"POST {ME}/cancel", f"POST {ME}/request"
ASKED = {"requested": WORK, "edition": WORK, "about": "A work"}
CONDITION = {
    STORAGE: {
        "option": [
            {"id": DESK, "about": "Main Library"},
            {"id": EAST, "about": "East", "amount": "2.50 EUR"},
        ],
        "default": [EAST, "https://bib.example/desk/gone"],
    }
}
ASKS = ASKED | {"error": "a place must be chosen", "condition": CONDITION}


def hold(status, **more):
    return {"status": status, "edition": WORK, "about": "A work", "starttime": "2030-05-12T22:07Z"} | more


def holds(connector):
    return connector.list_holds("57")


def options(connector):
    return connector.hold_options("57", TARGET)


def placing(pickup=DESK, target=TARGET):
    return lambda connector: connector.place_hold("57", NewHold(target, pickup))


def listed(played, document, **settings):
    (found,) = played(core("items", {"doc": [document]}), **settings).ask(holds)
    assert isinstance(found, Hold)
    return found


def test_a_reservation_waits_and_its_queue_is_no_place(played):
    found = listed(
        played,
        hold(1, queue=3, cancancel=True, storage="Main Library", storageid=DESK, endtime="2030-05-24"),
        edition_prefix=EDITION,
    )
    assert (found.state, found.position, found.record_id) == (HoldState.WAITING, None, "303")
    assert found.placed_on == date(2030, 5, 13)
    assert found.pickup == PickupLocation(DESK, "Main Library")
    assert (found.can_cancel, found.can_change_pickup, found.can_suspend) == (True, False, False)
    assert (found.ready_until, found.wanted_until) == (None, None)


def test_an_order_is_in_process_and_what_is_provided_is_ready(played):
    assert listed(played, hold(2)).state is HoldState.IN_PROCESSING
    ready = listed(played, hold(4, endtime="2030-05-24", item=f"{ITEM}7", storage="Desk"), item_prefix=ITEM)
    assert (ready.state, ready.ready_until, ready.placed_on) == (HoldState.READY, date(2030, 5, 24), None)
    assert (ready.item_id, ready.pickup) == ("7", PickupLocation("Desk", "Desk"))


def test_loans_and_what_was_rejected_are_no_holds(played):
    documents = [hold(number, endtime="2030-05-24") for number in (0, 3, 5)]
    assert played(core("items", {"doc": documents})).ask(holds) == ()


def test_two_holds_on_copies_of_a_work_have_ids_of_their_own_and_so_have_two_people(played):
    documents = [hold(1, item=f"{ITEM}1"), hold(1, item=f"{ITEM}2"), hold(1)]
    mine = {one.hold_id for one in played(core("items", {"doc": documents})).ask(holds)}
    assert len(mine) == 3
    other = Recorded("GET", "/core/58/items", core("items", {"doc": documents}).reply)
    theirs = played(other, token_for="everybody").ask(lambda connector: connector.list_holds("58"))
    assert not mine & {one.hold_id for one in theirs}


def test_without_places_nothing_is_placed(played):
    connector = played().connector
    assert "asks_pickup" in connector.absent[Capability.PLACE_HOLDS]
    for options_of in ({"pickup_locations": PLACES}, {"asks_pickup": "yes"}):
        assert Capability.PLACE_HOLDS in played(**options_of).connector.capabilities


def test_places_that_are_set_are_told_to_who_may_have_a_hold(played):
    good = played(core("", {"name": "Jane", "status": 0}), pickup_locations=PLACES)
    places = (PickupLocation(DESK, "Main Library"), PickupLocation(EAST, "Eastern Library"))
    assert good.ask(options) == HoldOptions(TARGET, places)
    expired = played(core("", {"name": "Jane", "status": 2}), pickup_locations=PLACES)
    assert expired.ask(options) == NotHoldable(HoldReason.CARD_EXPIRED)
    gone = played(core("", {"error": "not_found"}, 404), pickup_locations=PLACES)
    assert gone.ask(options) == NotAPatron()


def test_places_are_asked_for_by_a_request_that_confirms_nothing(played):
    paia = played(act("request", ASKS), asks_pickup="yes")
    found = paia.ask(options)
    assert found == HoldOptions(
        TARGET, (PickupLocation(DESK, "Main Library"), PickupLocation(EAST, "East")), EAST, "A work"
    )
    assert paia.transport.requests[-1].json == {"doc": [{"edition": WORK, "confirm": {}}]}


def test_a_question_that_was_taken_for_a_request_is_cancelled(played):
    paia = played(act("request", hold(1)), act("cancel", hold(0)), asks_pickup="yes")
    with pytest.raises(UnexpectedAnswer, match="asks_pickup"):
        paia.ask(options)
    assert paia.sent[-2:] == [REQUEST, CANCEL]


@pytest.mark.parametrize(
    "answer",
    [
        ASKED | {"error": "not for loan"},
        hold(5),
        ASKED
        | {"error": "agree", "condition": {"http://purl.org/ontology/paia#FeeCondition": {"option": []}}},
        ASKED | {"error": "choose", "condition": {STORAGE: {"option": []}}},
    ],
)
def test_what_can_not_be_had_has_no_options(played, answer):
    paia = played(act("request", answer), asks_pickup="yes")
    assert paia.ask(options) == NotHoldable(HoldReason.LIBRARY_SAYS_NO)


def test_a_hold_is_placed_with_its_place_confirmed(played):
    paia = played(act("request", hold(1, requested=WORK, storageid=DESK)), pickup_locations=PLACES)
    placed = paia.ask(placing())
    assert isinstance(placed, HoldPlaced)
    assert paia.transport.requests[-1].json == {"doc": [{"edition": WORK, "confirm": {STORAGE: [DESK]}}]}
    assert not paia.transport.requests[-1].safe
    assert placed.hold_id == listed(played, hold(1)).hold_id


def test_a_copy_is_asked_for_by_itself_and_ids_become_uris(played):
    paia = played(
        act("request", hold(2, item=f"{ITEM}7")),
        pickup_locations=PLACES,
        edition_prefix=EDITION,
        item_prefix=ITEM,
    )
    assert isinstance(paia.ask(placing(target=HoldTarget("303", "7"))), HoldPlaced)
    assert paia.transport.requests[-1].json["doc"][0]["item"] == f"{ITEM}7"


def test_an_edition_may_be_answered_by_a_copy(played):
    paia = played(
        act("request", hold(2, item=f"{ITEM}7", edition=None, requested=WORK)), pickup_locations=PLACES
    )
    assert isinstance(paia.ask(placing()), HoldPlaced)


@pytest.mark.parametrize("odd", ["", "303", "a b", "http:", "https://x/\n", 'javascript:"<', "å:b"])
def test_what_is_no_uri_is_no_record_and_nothing_is_sent(played, odd):
    paia = played(pickup_locations=PLACES)
    assert paia.ask(placing(target=HoldTarget(odd))) == NotHoldable(HoldReason.NO_SUCH_RECORD)
    assert paia.ask(lambda c: c.hold_options("57", HoldTarget(odd))) == NotHoldable(HoldReason.NO_SUCH_RECORD)
    assert paia.sent == []


@pytest.mark.parametrize("place", ["", "MAIN", "https://bib.example/desk/NORTH"])
def test_a_place_that_is_not_set_is_refused_without_a_call(played, place):
    paia = played(pickup_locations=PLACES)
    assert paia.ask(placing(place)) == NotHoldable(HoldReason.PICKUP_NOT_ALLOWED)
    assert paia.sent == []


def test_a_place_that_the_server_will_not_have_is_told_apart(played):
    wrong = played(act("request", ASKS), asks_pickup="yes")
    assert wrong.ask(placing()) == NotHoldable(HoldReason.PICKUP_NOT_ALLOWED)
    no = played(act("request", ASKED | {"error": "you have it already"}), asks_pickup="yes")
    assert no.ask(placing()) == NotHoldable(HoldReason.LIBRARY_SAYS_NO)


@pytest.mark.parametrize("answer", [[], [ASKED], [hold(3)], [hold(1, edition=f"{EDITION}9")]])
def test_an_answer_that_says_neither_is_a_failure(played, answer):
    with pytest.raises(UnexpectedAnswer) as caught:
        played(act("request", *answer), pickup_locations=PLACES).ask(placing())
    assert caught.value.sent


def test_a_hold_that_may_have_been_placed_is_not_sent_again(played):
    paia = played(Recorded("POST", f"{ME}/request", TimedOut("late")), pickup_locations=PLACES)
    with pytest.raises(TimedOut):
        paia.ask(placing())
    assert paia.sent.count(REQUEST) == 1


def test_the_scope_for_acts_is_named(played):
    refused = core("request", {"error": "insufficient_scope"}, 403, "POST")
    with pytest.raises(Refused) as caught:
        played(refused, pickup_locations=PLACES).ask(placing())
    assert caught.value.rights == ("write_items",)


def cancelled(played, *recordings, document=None):
    document = document or hold(1, cancancel=True)
    hold_id = listed(played, document).hold_id
    paia = played(core("items", {"doc": [document]}), *recordings)
    return hold_id, paia, lambda: paia.ask(lambda connector: connector.cancel_hold("57", hold_id))


def test_a_hold_is_cancelled_by_the_names_that_the_list_told(played):
    hold_id, paia, cancel = cancelled(
        played, act("cancel", {"item": f"{ITEM}7", "status": 0}), document=hold(1, item=f"{ITEM}7")
    )
    assert cancel() == HoldChanged(hold_id)
    assert paia.transport.requests[-1].json == {"doc": [{"item": f"{ITEM}7", "edition": WORK}]}


def test_a_hold_that_can_not_be_cancelled_stays_without_a_call(played):
    hold_id, paia, cancel = cancelled(played, document=hold(4, cancancel=False))
    assert cancel() == HoldKept(hold_id, HoldReason.TOO_LATE)
    assert CANCEL not in paia.sent


def test_what_the_server_says_to_a_cancellation(played):
    hold_id, _, cancel = cancelled(played, act("cancel", hold(1, error="no")))
    assert cancel() == HoldKept(hold_id, HoldReason.LIBRARY_SAYS_NO)
    for answer in ([], [hold(1)], [hold(0, edition=f"{EDITION}9")]):
        with pytest.raises(UnexpectedAnswer):
            cancelled(played, act("cancel", *answer))[2]()


def test_a_loan_is_no_hold_to_be_cancelled(played):
    paia = played(core("items", {"doc": [hold(3, endtime="2030-05-24")]}))
    assert paia.ask(lambda connector: connector.cancel_hold("57", WORK)) == NoSuchHold(WORK)
    assert CANCEL not in paia.sent


def test_the_simulated_library_asks_where_and_takes_the_hold(live):
    library = live(paia="everybody", asks_pickup="yes", edition_prefix=EDITION)
    me = library.people["no_loans"].patron_id

    async def whole_way(connector):
        found = await connector.hold_options(me, HoldTarget("303"))
        placed = await connector.place_hold(me, NewHold(HoldTarget("303"), found.pickups[1].location_id))
        (waiting,) = await connector.list_holds(me)
        return found, placed, waiting, await connector.cancel_hold(me, placed.hold_id)

    found, placed, waiting, gone = library.ask(whole_way)
    assert found.default_pickup == DESK
    assert (waiting.hold_id, waiting.record_id, waiting.pickup.location_id) == (placed.hold_id, "303", EAST)
    assert gone == HoldChanged(placed.hold_id)
