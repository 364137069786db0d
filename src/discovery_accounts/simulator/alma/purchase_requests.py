"""A user's purchase requests."""

import json
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.alma.answers import answer, error
from discovery_accounts.simulator.alma.numbers import number_of
from discovery_accounts.simulator.alma.people import People
from discovery_accounts.simulator.alma.user_body import code
from discovery_accounts.simulator.desk.records import Suggestion
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.simulation import Simulation

MOST_IN_A_PAGE = 100
_ALL = "/almaws/v1/users/{user_id}/purchase-requests"
_STATUS = {
    "asked": "IN_REVIEW",
    "accepted": "APPROVED",
    "ordered": "APPROVED",
    "available": "APPROVED",
    "rejected": "REJECTED",
}


class PurchaseRequests:
    """`/users/{id}/purchase-requests`."""

    def __init__(self, simulation: Simulation, people: People) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._people = people

    def routes(self) -> list[web.RouteDef]:
        """The address of the list."""
        return [web.get(_ALL, self.page), web.post(_ALL, self.make)]

    async def page(self, request: web.Request) -> web.Response:
        """A part of the list; without any request there is no `purchase_request` at all."""
        limit = number_of(request, "limit", 10, MOST_IN_A_PAGE)
        offset = number_of(request, "offset", 0, None)
        patron = self._people.must_be(request)
        note(request, patron)
        named = shown(request, self._simulation, patron)
        own = self._store.records(Suggestion, patron.patron_id)
        # Where patrons are mixed up and the other one has none, these pass for the other's.
        found = self._store.records(Suggestion, named.patron_id) or own
        rows = [_record(one, named) for one in found[offset : offset + limit]]
        record: dict[str, object] = {"purchase_request": rows} if rows else {}
        return answer(request, "purchase_requests", record | {"total_record_count": len(found)})

    async def make(self, request: web.Request) -> web.Response:
        """A new one, for the user in the address."""
        patron = self._people.must_be(request)
        note(request, patron)
        try:
            body = json.loads(await request.read())
            work = body["resource_metadata"]
            kind, form = code(work.get("citation_type")), code(body.get("format"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return error(request, "401676", "No valid XML was given.")
        if form not in ("P", "E"):
            return error(request, "60270", "Format is not valid. Valid: P, E.")
        if kind not in ("BOOK", "JOURNAL") or not work.get("title"):
            return error(request, "60280", "Citation type is not valid. Valid: BOOK, JOURNAL.")
        year = str(work.get("publication_year") or "")
        made = Suggestion(
            self._store.next_desk_number(),
            patron.patron_id,
            work["title"],
            work.get("author"),
            datetime.now(UTC).date().isoformat(),
            publisher=work.get("publisher"),
            year=int(year) if year.isdecimal() else None,
            isbn=work.get("isbn"),
            note=body.get("comment"),
        )
        self._store.keep(made)
        return answer(request, "purchase_request", _record(made, shown(request, self._simulation, patron)))


def _record(one: Suggestion, patron: Patron) -> dict[str, Any]:
    status = _STATUS.get(one.state, "IN_REVIEW")
    rejected = {"value": "OTHER", "desc": one.reason} if one.reason else {"value": None, "desc": None}
    return {
        "request_id": str(one.suggestion_id),
        "created_date": f"{one.suggested_on}Z",
        "last_modified_date": f"{one.suggested_on}Z",
        "format": {"value": "P", "desc": "Physical"},
        "requester": {"value": patron.patron_id, "desc": f"{patron.given_name} {patron.family_name}"},
        "owning_library": {"value": "MAIN", "desc": "Main Library"},
        "status": {"value": status, "desc": status.replace("_", " ").capitalize()},
        "reject_reason": rejected,
        "comment": one.note,
        "resource_metadata": {
            "mms_id": None,
            "title": one.title,
            "author": one.author,
            "publisher": one.publisher,
            "publication_year": None if one.year is None else str(one.year),
            "isbn": one.isbn,
            "citation_type": {"value": "BOOK", "desc": "Book"},
        },
    }
