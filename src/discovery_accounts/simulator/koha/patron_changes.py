"""Patrons made, changed and removed: `POST /patrons`, `PUT` and `DELETE /patrons/{id}`."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.koha import records
from discovery_accounts.simulator.koha.errors import answer, conflict, error, not_found
from discovery_accounts.simulator.koha.parameters import known_patron, named_patron, only
from discovery_accounts.simulator.koha.patron_body import attribute_refusal, patron_body
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.simulation import Simulation

_ONE = "/api/v1/patrons/{patron_id}"
_OBSTACLES = {
    "has_checkouts": "Pending checkouts prevent deletion",
    "has_debt": "Pending debts prevent deletion",
    "has_guarantees": "Patron is a guarantor and it prevents deletion",
    "is_protected": "Protected patrons cannot be deleted",
}
_NEVER_EMPTY = frozenset({"lang", "check_previous_checkout"})


class PatronChanges:
    """Writes patron records."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store

    def routes(self) -> list[web.RouteDef]:
        """The addresses that change patron records."""
        return [
            web.post("/api/v1/patrons", self.make),
            web.put(_ONE, self.change),
            web.delete(_ONE, self.remove),
        ]

    async def make(self, request: web.Request) -> web.Response:
        """A new patron; a card number that was not sent is given, and a user name too."""
        only(request, ())
        body = await patron_body(request)
        given = body.pop("extended_attributes", None) or []
        patron_id, number = self._store.next_number()
        user_name = body.get("userid") or f"patron{patron_id}"
        refusal = self._taken(patron_id, body | {"userid": user_name})
        for one in given:
            others = self._store.attributes()
            refusal = refusal or attribute_refusal(one.get("type"), one.get("value"), others, 400)
        if refusal is not None:
            return refusal
        today = datetime.now(UTC).date()
        blank = Patron(
            patron_id,
            number,
            secrets.token_urlsafe(16),
            user_name,
            "",
            "",
            "",
            "",
            enrolled_on=today.isoformat(),
            expires_on=(today + timedelta(days=3 * 365)).isoformat(),
            kind="made",
        )
        patron = written(blank, {"cardnumber": number, "userid": user_name} | body)
        self._store.enter(patron, details_of(body))
        for one in given:
            self._store.give_identifier(patron_id, one["type"], one["value"])
        note(request, patron)
        made = answer(self._rendered(request, patron), 201)
        made.headers["Location"] = f"{request.rel_url.raw_path}/{patron_id}"
        return made

    async def change(self, request: web.Request) -> web.Response:
        """The whole record anew. What was not sent is emptied, as the word PUT promises."""
        only(request, ())
        patron = named_patron(request, self._store)
        body = await patron_body(request)
        if patron is None:
            return not_found("Patron")
        refusal = self._taken(patron.patron_id, body)
        if refusal is not None:
            return refusal
        changed = written(patron, body)
        self._store.replace(changed, details_of(body))
        return answer(self._rendered(request, changed))

    async def remove(self, request: web.Request) -> web.Response:
        """Removes the record unless something keeps it."""
        only(request, ())
        patron = known_patron(request, self._store)
        obstacle = self._obstacle(patron)
        if obstacle is not None:
            return error(409, _OBSTACLES[obstacle], obstacle)
        self._store.delete_patron(patron.patron_id)
        return web.Response(status=204)

    def _obstacle(self, patron: Patron) -> str | None:
        owed = self._store.obligations(patron.patron_id)
        if self._store.loans(patron.patron_id):
            return "has_checkouts"
        if owed.fees > 0:
            return "has_debt"
        if owed.guarantees:
            return "has_guarantees"
        return "is_protected" if self._store.details(patron.patron_id).get("protected") else None

    def _taken(self, patron_id: str, body: dict[str, Any]) -> web.Response | None:
        holder = self._store.by_card(body.get("cardnumber") or "")
        if holder is not None and holder.patron_id != patron_id:
            return conflict("cardnumber")
        namesake = self._store.by_userid(body.get("userid") or "")
        if namesake is not None and namesake.patron_id != patron_id:
            return error(400, f"Problem with {body['userid']}")
        return None

    def _rendered(self, request: web.Request, patron: Patron) -> records.Json:
        patron = shown(request, self._simulation, patron)
        return records.patron(patron, self._store.details(patron.patron_id))


def written(patron: Patron, body: dict[str, Any]) -> Patron:
    """The patron with what columns keep of the body."""
    return replace(
        patron,
        card_number=body.get("cardnumber") or f"\0{patron.patron_id}",
        userid=body.get("userid") or f"patron{patron.patron_id}",
        given_name=body.get("firstname") or "",
        family_name=body.get("surname") or "",
        email=body.get("email") or "",
        birth_date=body.get("date_of_birth") or "",
        enrolled_on=body.get("date_enrolled") or patron.enrolled_on,
        expires_on=body.get("expiry_date") or patron.expires_on,
        child=body["category_id"] == "LAPSI",
    )


def details_of(body: dict[str, Any]) -> dict[str, Any]:
    """Every field that no column keeps; emptied where it was not sent and may be empty."""
    return {
        name: body.get(name, default if name in _NEVER_EMPTY or isinstance(default, int) else None)
        for name, default in records.PATRON_DEFAULTS.items()
    }
