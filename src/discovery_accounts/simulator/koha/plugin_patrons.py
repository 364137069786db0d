"""The discovery plugin's patrons: messages, choices and family beside the record, and changes of it."""

from typing import Any

from aiohttp import web

from discovery_accounts.simulator.desk.records import Notice, Relation
from discovery_accounts.simulator.gate import shown
from discovery_accounts.simulator.koha import modifications, records
from discovery_accounts.simulator.koha.errors import answer, error, wrong_value
from discovery_accounts.simulator.koha.message_choices import BadChoiceError, choices, choose, written_on
from discovery_accounts.simulator.koha.parameters import named_patron, only
from discovery_accounts.simulator.koha.patron_body import json_of
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.simulation import Simulation

_ONE = "/api/v1/contrib/kohasuomi/patrons/{patron_id}"
_QUERIES = frozenset(
    {"query_blocks", "query_relationships", "query_messaging_preferences"}
    | {"query_permissions", "query_messages"}
)
#: What patrons change without asking.
DIRECT = frozenset({"privacy", "sms_number", "email"})


class PluginPatrons:
    """`/contrib/kohasuomi/patrons/{id}`."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store

    def routes(self) -> list[web.RouteDef]:
        """Three addresses with the plugin, none without."""
        if not self._simulation.manners.plugin:
            return []
        return [
            web.get(_ONE, self.read),
            web.patch(_ONE, self.change),
            web.put(f"{_ONE}/messaging_preferences", self.choose),
        ]

    async def read(self, request: web.Request) -> web.Response:
        """The record, with what the query asks for."""
        only(request, _QUERIES)
        patron = named_patron(request, self._store)
        if patron is None:
            return error(404, "Patron not found")
        patron = shown(request, self._simulation, patron)
        body = records.patron(patron, self._store.details(patron.patron_id))
        asked = {name for name in _QUERIES if request.query.get(name, "0") not in ("0", "")}
        if "query_relationships" in asked:
            body |= self._family(patron.patron_id)
        if "query_messaging_preferences" in asked:
            body["messaging_preferences"] = choices(self._store, patron.patron_id)
        if "query_messages" in asked:
            body["messages"] = [
                {"date": written_on(one.sent_at), "message": one.text, "library_id": records.LIBRARY_ID}
                for one in self._store.records(Notice, patron.patron_id)
                if one.kind == "desk"
            ]
        return answer(body)

    async def change(self, request: web.Request) -> web.Response:
        """Some fields at once; with any other the answer is that staff will see to it."""
        only(request, ())
        body = await self._object(request)
        patron = named_patron(request, self._store)
        if patron is None:
            return error(404, "Patron not found")
        if not set(body) <= records.PATRON_FIELDS:
            return error(400, "Invalid parameter(s)")
        direct = {name: value for name, value in body.items() if name in DIRECT}
        waiting = {name: value for name, value in body.items() if name not in DIRECT}
        if direct:
            modifications.write(self._store, patron, direct)
        if waiting:
            modifications.propose(self._store, patron, waiting)
            return answer({}, 202)
        return answer(
            _columns(shown(request, self._simulation, named_patron(request, self._store) or patron))
        )

    async def choose(self, request: web.Request) -> web.Response:
        """Choices for some kinds of messages; all kinds come back."""
        only(request, ())
        body = await self._object(request)
        patron = named_patron(request, self._store)
        if patron is None:
            return error(400, "Patron or category not found")
        try:
            return answer(choose(self._store, patron, body))
        except BadChoiceError as bad:
            return error(400, str(bad))

    def _family(self, patron_id: str) -> records.Json:
        guarantors, guarantees = self._store.family(patron_id)
        return {
            "guarantors": [self._relative(one.guarantor_id, one) for one in guarantors],
            "guarantees": [self._relative(one.patron_id, one) for one in guarantees],
        }

    def _relative(self, patron_id: str, relation: Relation) -> records.Json:
        patron = self._store.patron(patron_id)
        return {
            "id": int(patron_id),
            "relationship": relation.relation,
            "surname": patron.family_name if patron else None,
            "firstname": patron.given_name if patron else None,
        }

    async def _object(self, request: web.Request) -> dict[str, Any]:
        body = await json_of(request)
        if not isinstance(body, dict):
            raise RefusedError(wrong_value("/body", "Expected object - got something else."))
        return body


def _columns(patron: Patron) -> records.Json:
    """A patron in the words of the database, as the plugin answers a change."""
    return {
        "borrowernumber": int(patron.patron_id),
        "cardnumber": patron.card_number,
        "surname": patron.family_name,
        "firstname": patron.given_name,
        "email": patron.email or None,
    }
