"""A user's requests: listed, made, read, changed and cancelled."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.alma import errors
from discovery_accounts.simulator.alma.answers import answer, error
from discovery_accounts.simulator.alma.numbering import biblio_of
from discovery_accounts.simulator.alma.numbers import number_of
from discovery_accounts.simulator.alma.people import People
from discovery_accounts.simulator.alma.request_record import user_request
from discovery_accounts.simulator.desk.desk import BRANCHES
from discovery_accounts.simulator.desk.records import Hold
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.simulation import Simulation

MOST_IN_A_PAGE = 100
_ALL = "/almaws/v1/users/{user_id}/requests"
_ONE = _ALL + "/{request_id}"
_PICKUPS = frozenset(branch.code for branch in BRANCHES if branch.pickup)
_TYPES = ("HOLD", "DIGITIZATION", "BOOKING")
# What Alma answers for each hindrance of the desk.
_REFUSALS = {
    "no_record": ("402203", "Input parameter mms_id is not valid."),
    "already_held": ("401136", "Failed to save the request: Patron has active request for selected item."),
    "not_for_loan": ("401129", "No items can fulfill the submitted request."),
    "age": ("401129", "No items can fulfill the submitted request."),
    "expired": ("401168", "Patron's card has expired."),
}
_OTHERWISE = ("60331", "Failed to create request.")


class Requests:
    """`/users/{id}/requests` and `/users/{id}/requests/{request_id}`."""

    def __init__(self, simulation: Simulation, people: People) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._people = people

    def routes(self) -> list[web.RouteDef]:
        """The addresses of requests."""
        return [
            web.get(_ALL, self.page),
            web.post(_ALL, self.make),
            web.get(_ONE, self.read),
            web.put(_ONE, self.change),
            web.delete(_ONE, self.cancel),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """A part of the list; without any request there is no `user_request` at all."""
        limit = number_of(request, "limit", 10, MOST_IN_A_PAGE)
        offset = number_of(request, "offset", 0, None)
        status, kind = (
            request.query.get("status", "active").lower(),
            request.query.get("request_type", "HOLD"),
        )
        for name, value, allowed in (
            ("status", status, ("active", "history")),
            ("request_type", kind, _TYPES),
        ):
            if value not in allowed:
                return errors.wrong_parameter(request, name, value, ", ".join(allowed))
        patron = self._people.must_be(request)
        note(request, patron)
        patron = shown(request, self._simulation, patron)
        listed = kind == "HOLD" and status == "active"
        holds = self._store.records(Hold, patron.patron_id) if listed else []
        rows = [self._record(hold) for hold in holds[offset : offset + limit]]
        record: dict[str, object] = {"user_request": rows} if rows else {}
        return answer(request, "user_requests", record | {"total_record_count": len(holds)})

    async def read(self, request: web.Request) -> web.Response:
        """One request of that user; for any other the error that says nothing."""
        hold = self._find(request)
        if hold is None:
            return error(request, "401652", errors.GENERAL_ERROR)
        return answer(request, "user_request", self._record(hold))

    async def make(self, request: web.Request) -> web.Response:
        """A new request for a title (`mms_id`) or a copy (`item_pid`)."""
        patron = self._people.must_be(request)
        note(request, patron)
        body = await _body(request)
        place = _place(request, body)
        copy = request.query.get("item_pid")
        biblio_id = biblio_of(request.query.get("mms_id"), copy)
        hindrance = (
            "no_record" if biblio_id is None else self._store.hold_hindrance(patron.patron_id, biblio_id)
        )
        if hindrance is not None or biblio_id is None:
            return error(request, *_REFUSALS.get(hindrance or "", _OTHERWISE))
        hold = self._store.place_hold(
            patron.patron_id,
            biblio_id,
            place,
            item_id=biblio_id if copy else None,
            wanted_until=_day(request, body),
            note=body.get("comment"),
        )
        patron = shown(request, self._simulation, patron)
        return answer(request, "user_request", self._record(replace(hold, patron_id=patron.patron_id)))

    async def change(self, request: web.Request) -> web.Response:
        """Swap all: place, date and comment are what was sent. On the shelf nothing changes any more."""
        hold = self._find(request)
        body = await _body(request)
        if hold is None or hold.state in ("ready", "transit"):
            return error(request, "401652", errors.GENERAL_ERROR)
        place, until = _place(request, body), _day(request, body)
        changed = replace(hold, branch=place, wanted_until=until, note=body.get("comment"))
        self._store.keep(changed)
        return answer(request, "user_request", self._record(changed))

    async def cancel(self, request: web.Request) -> web.Response:
        """Cancels; a reason is demanded."""
        if not request.query.get("reason"):
            return errors.wrong_parameter(request, "reason", "", "a code of RequestCancellationReasons")
        hold = self._find(request)
        if hold is None:
            return error(request, "401694", "Request Identifier not found.")
        self._store.drop(Hold, hold.hold_id)
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Hold | None:
        patron = self._people.must_be(request)
        note(request, patron)
        patron = shown(request, self._simulation, patron)
        text = request.match_info["request_id"]
        hold = self._store.record(Hold, int(text)) if text.isascii() and text.isdecimal() else None
        if hold is None or self._owner(request, patron, hold) is None:
            return None
        return replace(hold, patron_id=patron.patron_id)

    def _owner(self, request: web.Request, patron: Patron, hold: Hold) -> Patron | None:
        """Whose request it is; while patrons are mixed up it passes for anybody's."""
        own = self._people.of(request)
        mixed = own is not None and own.patron_id != patron.patron_id
        return patron if mixed or hold.patron_id == patron.patron_id else None

    def _record(self, hold: Hold) -> dict[str, Any]:
        return user_request(hold, self._store.biblios[hold.biblio_id])


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError:
        body = None
    if not isinstance(body, dict) or body.get("request_type") not in _TYPES:
        raise RefusedError(error(request, "401676", "No valid XML was given."))
    return body


def _place(request: web.Request, body: dict[str, Any]) -> str:
    place = body.get("pickup_location_library")
    if body.get("pickup_location_type") != "LIBRARY" or place not in _PICKUPS:
        text = f"Pickup circulation desk with code null and library code {place} was not found."
        raise RefusedError(error(request, "401895", text))
    return str(place)


def _day(request: web.Request, body: dict[str, Any]) -> str | None:
    text = body.get("last_interest_date")
    if text is None:
        return None
    try:
        return date.fromisoformat(str(text)[:10]).isoformat()
    except ValueError:
        raise RefusedError(
            errors.wrong_parameter(request, "last_interest_date", str(text), "YYYY-MM-DDZ")
        ) from None
