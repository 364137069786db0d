"""Alma put together: its routes, its door and its ways of refusing."""

from aiohttp import web

from discovery_accounts.simulator.alma import errors
from discovery_accounts.simulator.alma.access import Door
from discovery_accounts.simulator.alma.answers import error
from discovery_accounts.simulator.alma.fees import Fees
from discovery_accounts.simulator.alma.loans import Loans
from discovery_accounts.simulator.alma.options import Options
from discovery_accounts.simulator.alma.people import People
from discovery_accounts.simulator.alma.purchase_requests import PurchaseRequests
from discovery_accounts.simulator.alma.requests import Requests
from discovery_accounts.simulator.alma.user_changes import UserChanges
from discovery_accounts.simulator.alma.user_search import UserSearch
from discovery_accounts.simulator.alma.users import Users
from discovery_accounts.simulator.calls import with_masked_query
from discovery_accounts.simulator.refusing import answering_refusals
from discovery_accounts.simulator.simulation import Simulation

_SHOWN = frozenset(
    {
        "user_id_type",
        "op",
        "view",
        "expand",
        "limit",
        "offset",
        "order_by",
        "direction",
        "loan_status",
        "format",
        "status",
        "request_type",
        "mms_id",
        "item_pid",
        "reason",
        "notify_user",
        "override",
    }
)
_USERS = "/almaws/v1/users/"


class Alma:
    """The imitation of Alma for one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._door = Door(simulation)
        self._people = People(simulation)
        self._parts = (
            UserSearch(simulation),
            UserChanges(simulation, self._people),
            Users(simulation, self._people),
            Loans(simulation, self._people),
            Requests(simulation, self._people),
            Fees(simulation, self._people),
            PurchaseRequests(simulation, self._people),
            Options(simulation, self._people),
        )
        self.sign = self._door.sign

    def routes(self) -> list[web.RouteDef]:
        """Every address of the imitated API."""
        return answering_refusals(route for part in self._parts for route in part.routes())

    def admit(self, request: web.Request) -> web.Response | None:
        """The refusal of a call without the key or over the limit."""
        return self._door.admit(request)

    def refusal(self, request: web.Request, fault: str) -> web.Response:
        """Alma's words for a plain refusal; in maintenance the gateway speaks, in plain text."""
        if fault == "error_500":
            return error(request, "INTERNAL_SERVER_ERROR", "The web server encountered an error.", 500)
        if fault == "error_503":
            return web.Response(status=503, text="Service Unavailable")
        if fault == "too_many":
            return errors.too_many(request)
        return errors.daily(request) if fault == "daily_threshold" else errors.unauthorized(request)

    def nowhere(self, _request: web.Request, status: int) -> web.Response:
        """An address or method that does not exist."""
        return error(_request, "INVALID_REQUEST", "The request is not valid.", status)

    def shown_path(self, request: web.Request) -> str:
        """The path with the permanent id in place of any identifier, and the query without secrets."""
        path = request.rel_url.raw_path
        if path.startswith(_USERS) and not path.startswith(f"{_USERS}operation/"):
            segment, slash, rest = path.removeprefix(_USERS).partition("/")
            path = f"{_USERS}{self._people.permanent_id(segment)}{slash}{rest}"
        return with_masked_query(path, request.query, _SHOWN)
