"""Extended attributes of a patron: listed, added, changed and removed one at a time."""

from aiohttp import web

from discovery_accounts.simulator.koha import records
from discovery_accounts.simulator.koha.errors import answer, error, not_found, wrong_value
from discovery_accounts.simulator.koha.parameters import PAGING, known_patron, only, whole
from discovery_accounts.simulator.koha.patron_body import attribute_refusal, json_of
from discovery_accounts.simulator.records import Attribute, Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.simulation import Simulation

_ALL = "/api/v1/patrons/{patron_id}/extended_attributes"
_ONE = f"{_ALL}/{{attribute_id}}"


class Attributes:
    """`/patrons/{id}/extended_attributes`."""

    def __init__(self, simulation: Simulation) -> None:
        self._store = simulation.store

    def routes(self) -> list[web.RouteDef]:
        """The addresses of attributes."""
        return [
            web.get(_ALL, self.list),
            web.post(_ALL, self.add),
            web.patch(_ONE, self.change),
            web.delete(_ONE, self.remove),
        ]

    async def list(self, request: web.Request) -> web.Response:
        """All of the patron's."""
        only(request, PAGING)
        patron = known_patron(request, self._store)
        return answer([records.attribute(one) for one in self._store.attributes(patron.patron_id)])

    async def add(self, request: web.Request) -> web.Response:
        """One more; of each type a patron has one."""
        patron, body = known_patron(request, self._store), await json_of(request)
        if not isinstance(body, dict) or not {"type", "value"} <= body.keys():
            raise RefusedError(wrong_value("/body", "Missing property."))
        self._allowed(patron, body["type"], body["value"])
        if any(one.type == body["type"] for one in self._store.attributes(patron.patron_id)):
            return error(
                409, "Tried to add more than one non-repeatable attribute.", "non_repeatable_attribute"
            )
        self._store.give_identifier(patron.patron_id, body["type"], body["value"])
        return answer(records.attribute(self._store.attributes(patron.patron_id)[-1]), 201)

    async def change(self, request: web.Request) -> web.Response:
        """Another value."""
        patron, body = known_patron(request, self._store), await json_of(request)
        if not isinstance(body, dict) or set(body) != {"value"}:
            raise RefusedError(wrong_value("/body", "Properties not allowed."))
        found = self._attribute(request, patron)
        self._allowed(patron, found.type, body["value"])
        self._store.change_attribute(found, body["value"])
        return answer(records.attribute(self._attribute(request, patron)))

    async def remove(self, request: web.Request) -> web.Response:
        """Takes it away."""
        self._store.change_attribute(self._attribute(request, known_patron(request, self._store)), None)
        return web.Response(status=204)

    def _allowed(self, patron: Patron, kind: object, value: object) -> None:
        others = [one for one in self._store.attributes() if one.patron_id != patron.patron_id]
        refusal = attribute_refusal(kind, value, others, 409)
        if refusal is not None:
            raise RefusedError(refusal)

    def _attribute(self, request: web.Request, patron: Patron) -> Attribute:
        wanted = whole(request.match_info["attribute_id"], "/extended_attribute_id")
        for one in self._store.attributes(patron.patron_id):
            if one.attribute_id == wanted:
                return one
        raise RefusedError(not_found("Attribute"))
