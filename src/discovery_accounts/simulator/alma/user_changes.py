"""Users made, changed and removed: `POST /users`, `PUT` and `DELETE /users/{id}`."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aiohttp import web

from discovery_accounts.simulator.alma.answers import answer, error
from discovery_accounts.simulator.alma.people import ANY, People
from discovery_accounts.simulator.alma.user_body import (
    KEPT_FOR_EXTERNAL,
    code,
    details_of,
    good_password,
    identifiers_of,
    preferred_email,
    taken,
    user_body,
)
from discovery_accounts.simulator.alma.user_record import Json, user
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.simulation import Simulation

_ONE = "/almaws/v1/users/{user_id}"


class UserChanges:
    """Writes user records."""

    def __init__(self, simulation: Simulation, people: People) -> None:
        self._simulation = simulation
        self._store = simulation.store
        self._people = people

    def routes(self) -> list[web.RouteDef]:
        """The addresses that change users."""
        return [
            web.post("/almaws/v1/users", self.make),
            web.put(_ONE, self.change),
            web.delete(_ONE, self.remove),
        ]

    async def make(self, request: web.Request) -> web.Response:
        """A new user, who has no password."""
        body = await user_body(request)
        refusal = taken(request, self._store, body, None)
        if refusal is not None:
            return refusal
        today = datetime.now(UTC).date()
        primary_id = str(body["primary_id"])
        blank = Patron(
            primary_id,
            "",
            secrets.token_urlsafe(16),
            f"user-{primary_id}",
            "",
            "",
            "",
            "",
            enrolled_on=today.isoformat(),
            expires_on=(today + timedelta(days=365)).isoformat(),
            kind="made",
        )
        patron = _written(blank, body)
        self._store.enter(patron, details_of(body))
        self._store.keep_identifiers(primary_id, identifiers_of(body, primary_id)[1])
        note(request, patron)
        return self._answer(request, patron)

    async def change(self, request: web.Request) -> web.Response:
        """Swap all: what was not sent is emptied; roles stay, and for users of the university some fields."""
        patron = self._people.must_be(request)
        note(request, patron)
        body = await user_body(request)
        if str(body["primary_id"]).lower() != patron.patron_id.lower():
            return error(request, "401859", "Action currently not supported.")
        refusal = taken(request, self._store, body, patron)
        if refusal is not None:
            return refusal
        if patron.external:
            before = self._record(patron)
            override = set(request.query.get("override", "").split(","))
            body |= {name: before[name] for name in KEPT_FOR_EXTERNAL - override}
        if body.get("password") and not good_password(str(body["password"]), patron):
            text = (
                "New password must be at least 8 characters long and must not include the user-name or any"
                " commonly used password."
            )
            return error(request, "500038", text)
        changed = _written(patron, body)
        self._store.replace(changed, details_of(body))
        if body.get("password"):
            self._store.change_pin(patron.patron_id, str(body["password"]))
        self._store.keep_identifiers(patron.patron_id, identifiers_of(body, patron.patron_id)[1])
        return self._answer(request, changed)

    async def remove(self, request: web.Request) -> web.Response:
        """Removes the user, or says that it can't, and not why."""
        patron = self._people.must_be(request)
        note(request, patron)
        if self._store.loans(patron.patron_id) or self._store.owed(patron.patron_id):
            kind = request.query.get("user_id_type", ANY)
            text = f"Failed to delete user with identifier {request.match_info['user_id']} of type {kind}."
            return error(request, "401850", text)
        self._store.delete_patron(patron.patron_id)
        return web.Response(status=204)

    def _answer(self, request: web.Request, patron: Patron) -> web.Response:
        return answer(request, "user", self._record(shown(request, self._simulation, patron)))

    def _record(self, patron: Patron) -> Json:
        store = self._store
        return user(patron, store.identifiers(patron.patron_id), details=store.details(patron.patron_id))


def _written(patron: Patron, body: Json) -> Patron:
    return replace(
        patron,
        card_number=identifiers_of(body, patron.patron_id)[0],
        given_name=str(body.get("first_name") or ""),
        family_name=str(body["last_name"]),
        email=preferred_email(body),
        expires_on=str(body.get("expiry_date") or patron.expires_on)[:10],
        external=code(body["account_type"]) == "EXTERNAL",
        child=code(body["user_group"]) == "CHILD",
    )
