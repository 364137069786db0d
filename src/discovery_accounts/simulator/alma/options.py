"""What lies outside of users: the libraries, what can be requested of a title, and tests of the key."""

from aiohttp import web

from discovery_accounts.simulator.alma import errors
from discovery_accounts.simulator.alma.answers import answer, error
from discovery_accounts.simulator.alma.numbering import biblio_of
from discovery_accounts.simulator.alma.people import People
from discovery_accounts.simulator.desk.desk import BRANCHES
from discovery_accounts.simulator.gate import note
from discovery_accounts.simulator.simulation import Simulation

# These Alma's policies know before; the others come out when the request is made.
_KNOWN_BEFORE = frozenset({"restricted", "expired", "debt", "not_for_loan", "age"})
_GUEST = "GUEST"


class Options:
    """`/conf/libraries`, `/bibs/{mms_id}/request-options`, `/bibs/test` and `/conf/test`."""

    def __init__(self, simulation: Simulation, people: People) -> None:
        self._store = simulation.store
        self._people = people

    def routes(self) -> list[web.RouteDef]:
        """The addresses beside those of users."""
        return [
            web.get("/almaws/v1/conf/libraries", self.libraries),
            web.get("/almaws/v1/conf/test", self.test),
            web.get("/almaws/v1/bibs/test", self.test),
            web.get("/almaws/v1/bibs/{mms_id}/request-options", self.options),
        ]

    async def test(self, request: web.Request) -> web.Response:
        """Answers any good key."""
        return answer(request, "test", {"status": "success"})

    async def libraries(self, request: web.Request) -> web.Response:
        """Every library; where holds can be fetched is not told, so the closed stacks are among them."""
        rows = [
            {
                "link": f"/almaws/v1/conf/libraries/{branch.code}",
                "code": branch.code,
                "path": branch.code,
                "name": branch.name,
                "description": None,
                "resource_sharing": False,
                "campus": {"value": None, "desc": None},
                "proxy": None,
                "default_location": {"value": "OPEN", "desc": "Open shelves"},
            }
            for branch in BRANCHES
        ]
        return answer(request, "libraries", {"library": rows, "total_record_count": len(rows)})

    async def options(self, request: web.Request) -> web.Response:
        """The kinds of request that the user may make; without any there is no `request_option` at all."""
        biblio_id = biblio_of(request.match_info["mms_id"], None)
        if biblio_id is None or biblio_id not in self._store.biblios:
            return error(request, "402203", "Input parameter mms_id is not valid.")
        identifier = request.query.get("user_id", _GUEST)
        patron = None if identifier == _GUEST else self._people.find(identifier)
        if patron is None and identifier != _GUEST:
            return errors.user_not_found(request, identifier, "all_unique")
        note(request, patron)
        kinds = ["DIGITIZATION"]
        if (
            patron is not None
            and self._store.hold_hindrance(patron.patron_id, biblio_id) not in _KNOWN_BEFORE
        ):
            kinds = ["HOLD", "DIGITIZATION"]
        rows = [{"type": {"value": kind, "desc": kind.capitalize()}, "request_url": None} for kind in kinds]
        return answer(request, "request_options", {"request_option": rows})
