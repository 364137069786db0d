"""``/holds``: holds of all cards, placing one, and what may be done to it."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import Hold, HoldTarget, NewHold, PickupLocation
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.days import read_day
from discovery_accounts.domain.native_id import write_native_id
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.hold_changes import HoldChanges
from discovery_accounts.services.hold_outcomes import NOT_ANSWERED, HoldResult
from discovery_accounts.services.holds import Holds, clean_note
from discovery_accounts.web.api.answers import answer, day, state_json
from discovery_accounts.web.api.asked import asked_card, asked_cards, asks_anew, card_id
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

NOT_POSSIBLE = "hold_not_possible"
NOT_CHANGED = "hold_not_changed"


def list_all(visit: Visit) -> Response:
    readings = Holds(visit.house).read(visit.signed_in, only=asked_cards(visit), refresh=asks_anew(visit))
    holds = [_hold(reading.card, hold) for reading in readings for hold in reading.holds or ()]
    return answer({"holds": holds, "cards": [state_json(reading) for reading in readings]})


def show_options(visit: Visit) -> Response:
    query = visit.request.GET
    target = HoldTarget(query["record_id"], query.get("item_id"))
    offer = Holds(visit.house).options(visit.signed_in, asked_card(visit), target)
    if offer.options is None:
        raise Refusal(409, NOT_POSSIBLE, reason=offer.because)
    return answer(
        {
            **_pickups(offer.options.pickups),
            "default_pickup": offer.options.default_pickup,
            "title": offer.options.title,
            "takes_note": offer.options.takes_note,
            "takes_date": offer.options.takes_date,
        }
    )


def place(visit: Visit) -> Response:
    body = visit.body
    hold = NewHold(
        HoldTarget(body["record_id"], body.get("item_id")),
        body["pickup"],
        read_day(body.get("wanted_until", ""), "wanted_until"),
        clean_note(body.get("note", "")),
    )
    result = Holds(visit.house).place(visit.signed_in, card_id(body["card"]), hold)
    return _result(result, 201, NOT_POSSIBLE)


def change(visit: Visit) -> Response:
    """Another place, a suspension, or its end: one of them."""
    body, changes = visit.body, HoldChanges(visit.house)
    hold_id = visit.request.matchdict["hold"]
    if "pickup" in body:
        if len(body) > 1:
            raise BadShape("pickup", "unexpected")
        result = changes.change_pickup(visit.signed_in, hold_id, body["pickup"])
    elif body.get("suspended"):
        until = read_day(body.get("until", ""), "until")
        result = changes.suspend(visit.signed_in, hold_id, until)
    elif "suspended" not in body:
        raise BadShape("suspended", "missing")
    elif "until" in body:
        raise BadShape("until", "unexpected")
    else:
        result = changes.resume(visit.signed_in, hold_id)
    return _result(result, 200, NOT_CHANGED)


def cancel(visit: Visit) -> Response:
    result = HoldChanges(visit.house).cancel(visit.signed_in, visit.request.matchdict["hold"])
    return _result(result, 200, NOT_CHANGED)


def list_pickups(visit: Visit) -> Response:
    one = HoldChanges(visit.house).pickups(visit.signed_in, visit.request.matchdict["hold"])
    if one.because is not None:
        raise Refusal(409, NOT_CHANGED, reason=one.because)
    return answer(_pickups(one.pickups))


def _result(result: HoldResult, done: int, refused: str) -> Response:
    if not result.done and result.code != NOT_ANSWERED:
        raise Refusal(409, refused, reason=result.code)
    body = {"id": result.hold, "card": str(result.card.id), "code": result.code}
    return answer(body, done if result.done else 202)


def _pickups(places: tuple[PickupLocation, ...]) -> dict[str, Any]:
    return {"pickups": [_pickup(place) for place in places]}


def _pickup(place: PickupLocation) -> dict[str, Any]:
    return {"id": place.location_id, "name": place.name}


def _hold(card: AccountCard, hold: Hold) -> dict[str, Any]:
    return {
        "id": write_native_id(card.id, hold.hold_id),
        "card": str(card.id),
        "library": card.library,
        "title": hold.title,
        "author": hold.author,
        "record_id": hold.record_id,
        "item_id": hold.item_id,
        "state": hold.state.value,
        "position": hold.position,
        "pickup": _pickup(hold.pickup) if hold.pickup else None,
        "placed_at": day(hold.placed_on),
        "ready_until": day(hold.ready_until),
        "wanted_until": day(hold.wanted_until),
        "suspended_until": day(hold.suspended_until),
        "can_cancel": hold.can_cancel,
        "can_change_pickup": hold.can_change_pickup,
        "can_suspend": hold.can_suspend,
    }
