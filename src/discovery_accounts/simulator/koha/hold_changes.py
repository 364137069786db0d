"""Holds placed, cancelled, moved, suspended and resumed."""

from dataclasses import replace
from datetime import date
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.desk.records import Hold
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.koha import desk_records
from discovery_accounts.simulator.koha.catalogue import work_of
from discovery_accounts.simulator.koha.errors import answer, error, not_found, wrong_value
from discovery_accounts.simulator.koha.parameters import only, whole
from discovery_accounts.simulator.koha.patron_body import json_of
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.simulation import Simulation

_ONE = "/api/v1/holds/{hold_id}"
_FIELDS: dict[str, type] = {
    "patron_id": int,
    "biblio_id": int,
    "item_group_id": int,
    "hold_date": str,
    "item_id": int,
    "pickup_library_id": str,
    "expiration_date": str,
    "notes": str,
    "non_priority": bool,
}
#: What is against the patron; only newer versions look at it.
_OF_PATRON = {
    "restricted": "restricted",
    "expired": "expired",
    "debt": "debt_limit",
    "too_many": "hold_limit",
}
_RULES = {
    "not_for_loan": "notReservable",
    "already_held": "itemAlreadyOnHold",
    "already_on_loan": "alreadypossession",
    "age": "ageRestricted",
    "too_many": "tooManyReserves",
}
_STUCK = {"ready": "hold_waiting", "transit": "hold_in_transit", "processing": "hold_in_processing"}


class HoldChanges:
    """Everything that changes holds."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._newest = simulation.manners.generation != "23.11"

    def routes(self) -> list[web.RouteDef]:
        """The addresses that change something."""
        return [
            web.post("/api/v1/holds", self.place),
            web.delete(_ONE, self.cancel),
            web.put(f"{_ONE}/pickup_location", self.move),
            web.post(f"{_ONE}/suspension", self.suspend),
            web.delete(f"{_ONE}/suspension", self.resume),
        ]

    async def place(self, request: web.Request) -> web.Response:
        """A new hold, or in the text or code why not."""
        only(request, ())
        body = await self._new(request)
        patron = self._store.patron(str(body["patron_id"]))
        note(request, patron)
        number = body.get("biblio_id")
        if number is None and body.get("item_id") is None:
            return error(400, "At least one of biblio_id, item_id should be given")
        if (item_id := body.get("item_id")) is not None:
            of_item = work_of(self._store, item_id)
            if number is not None and of_item != number:
                return error(400, f"Item {item_id} doesn't belong to biblio {number}")
            if of_item is None:
                return error(404, "item_id not found.")
            number = of_item
        if number not in self._store.biblios:
            return answer("Biblio not found.", 400)
        if patron is None:
            return error(400, "patron_id not found")
        refusal = self._refusal(patron.patron_id, number, body["pickup_library_id"])
        if refusal is not None:
            return refusal
        more = {"item_id": item_id, "wanted_until": body.get("expiration_date"), "note": body.get("notes")}
        hold = self._store.place_hold(patron.patron_id, number, body["pickup_library_id"], **more)
        told = replace(hold, patron_id=shown(request, self._simulation, patron).patron_id)
        return answer(desk_records.hold(told, self._newest), 201)

    def _refusal(self, patron_id: str, biblio_id: int, branch: str) -> web.Response | None:
        word = self._store.hold_hindrance(patron_id, biblio_id)
        if self._newest and word in _OF_PATRON:
            return error(409, "Hold cannot be placed", _OF_PATRON[word])
        if branch not in {one.code for one in self._store.pickups(patron_id)}:
            return error(400, "The supplied pickup location is not valid")
        return error(403, f"Hold cannot be placed. Reason: {_RULES[word]}") if word in _RULES else None

    async def _new(self, request: web.Request) -> dict[str, Any]:
        body = await _object(request)
        newer: dict[str, type] = {"item_type_id" if self._newest else "item_type": str}
        fields = _FIELDS | newer
        for name in ("patron_id", "pickup_library_id"):
            if body.get(name) is None:
                raise RefusedError(wrong_value(f"/body/{name}", "Missing property."))
        for name, value in body.items():
            if name not in fields:
                raise RefusedError(wrong_value("/body", f"Properties not allowed: {name}."))
            if value is not None and type(value) is not fields[name]:
                raise RefusedError(wrong_value(f"/body/{name}", f"Expected {fields[name].__name__}."))
        _day(body.get("expiration_date"), "expiration_date")
        return body

    async def cancel(self, request: web.Request) -> web.Response:
        """Takes the hold away; one that is ready is only asked about where the header says so."""
        only(request, ())
        hold = self._hold(request)
        flow = request.headers.get("x-koha-override", "")
        if flow not in ("", "cancellation-request-flow"):
            raise RefusedError(wrong_value("/x-koha-override", "String does not match."))
        if flow and hold.state == "ready" and self._simulation.manners.cancellation_requests:
            self._store.keep(replace(hold, cancelling=True))
            return web.Response(status=202)
        self._store.drop(Hold, hold.hold_id)
        for other in self._store.records(Hold):
            if other.biblio_id == hold.biblio_id and other.position > hold.position > 0:
                self._store.keep(replace(other, position=other.position - 1))
        return web.Response(status=204)

    async def move(self, request: web.Request) -> web.Response:
        """Another place of pickup."""
        only(request, ())
        body = await _object(request, "pickup_library_id")
        hold = self._hold(request)
        if hold.state in _STUCK:
            return error(409, "Cannot change pickup location", _STUCK[hold.state])
        if body.get("pickup_library_id") not in {one.code for one in self._store.pickups(hold.patron_id)}:
            return error(400, "The supplied pickup location is not valid")
        self._store.keep(replace(hold, branch=body["pickup_library_id"]))
        return answer(body)

    async def suspend(self, request: web.Request) -> web.Response:
        """Until a day, or until resumed."""
        only(request, ())
        body = await _object(request, "end_date") if request.can_read_body else {}
        hold = self._hold(request)
        if hold.state in _STUCK:
            return error(400, f"Found hold cannot be suspended. Status={hold.state[0].upper()}")
        until = _day(body.get("end_date"), "end_date")
        self._store.keep(replace(hold, suspended=True, suspended_until=until))
        return answer({"end_date": until}, 201)

    async def resume(self, request: web.Request) -> web.Response:
        """As if it had never been suspended."""
        only(request, ())
        self._store.keep(replace(self._hold(request), suspended=False, suspended_until=None))
        return web.Response(status=204)

    def _hold(self, request: web.Request) -> Hold:
        hold = self._store.record(Hold, whole(request.match_info["hold_id"], "/hold_id"))
        if hold is None:
            raise RefusedError(not_found("Hold"))
        note(request, self._store.patron(hold.patron_id))
        return hold


async def _object(request: web.Request, *allowed: str) -> dict[str, Any]:
    body = await json_of(request)
    if not isinstance(body, dict):
        raise RefusedError(wrong_value("/body", "Expected object - got something else."))
    if allowed and not set(body) <= set(allowed):
        raise RefusedError(wrong_value("/body", "Properties not allowed."))
    return body


def _day(told: Any, name: str) -> str | None:
    try:
        return None if told is None else date.fromisoformat(told).isoformat()
    except (TypeError, ValueError):
        raise RefusedError(wrong_value(f"/body/{name}", "Does not match date format.")) from None
