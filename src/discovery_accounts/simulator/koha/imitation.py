"""Koha put together: its routes, its door and its ways of refusing."""

from aiohttp import web

from discovery_accounts.simulator.calls import with_masked_query
from discovery_accounts.simulator.koha.access import TOKEN_ADDRESS, Tokens
from discovery_accounts.simulator.koha.account import Accounts
from discovery_accounts.simulator.koha.attributes import Attributes
from discovery_accounts.simulator.koha.catalogue import Catalogue
from discovery_accounts.simulator.koha.checkouts import Checkouts
from discovery_accounts.simulator.koha.di_plugin import DiscoveryPlugin
from discovery_accounts.simulator.koha.errors import error, no_such_address
from discovery_accounts.simulator.koha.hold_changes import HoldChanges
from discovery_accounts.simulator.koha.holds import Holds
from discovery_accounts.simulator.koha.ilsdi import ADDRESS as ILSDI
from discovery_accounts.simulator.koha.ilsdi import IlsDi, refused_address
from discovery_accounts.simulator.koha.new_password import NewPasswords
from discovery_accounts.simulator.koha.password import Passwords
from discovery_accounts.simulator.koha.patron_changes import PatronChanges
from discovery_accounts.simulator.koha.patrons import Patrons
from discovery_accounts.simulator.koha.plugin_desk import PluginDesk
from discovery_accounts.simulator.koha.plugin_patrons import PluginPatrons
from discovery_accounts.simulator.koha.self_renewal import SelfRenewals
from discovery_accounts.simulator.koha.suggestions import Suggestions
from discovery_accounts.simulator.refusing import answering_refusals
from discovery_accounts.simulator.simulation import Simulation

_SHOWN = frozenset(
    {"_page", "_per_page", "_match", "_order_by", "patron_id", "checked_in", "seen"}
    | {"hold_id", "query_blocks"}
    | {"query_messages", "query_messaging_preferences", "query_relationships"}
)


class Koha:
    """The imitation of Koha for one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._tokens = Tokens(simulation)
        self._parts = (
            Passwords(simulation),
            Patrons(simulation),
            PatronChanges(simulation),
            Attributes(simulation),
            Checkouts(simulation),
            DiscoveryPlugin(simulation),
            PluginPatrons(simulation),
            NewPasswords(simulation),
            SelfRenewals(simulation),
            Suggestions(simulation),
            Holds(simulation),
            HoldChanges(simulation),
            Accounts(simulation),
            Catalogue(simulation),
            PluginDesk(simulation),
            IlsDi(simulation),
        )

    def routes(self) -> list[web.RouteDef]:
        """Every address of the imitated API."""
        routes = self._tokens.routes()
        for part in self._parts:
            routes += part.routes()
        return answering_refusals(routes)

    def admit(self, request: web.Request) -> web.Response | None:
        """The refusal of a call without a good token."""
        return self._tokens.admit(request)

    def refusal(self, request: web.Request, fault: str) -> web.Response:
        """Koha's words for a plain refusal."""
        if fault == "error_500":
            return error(500, "Something went wrong, check Koha logs for details.", "internal_server_error")
        if fault == "error_503":
            return error(503, "System is under maintenance.")
        if fault == "too_many":
            return web.Response(status=429, text="Too Many Requests", headers={"Retry-After": "1"})
        if request.rel_url.raw_path == ILSDI:
            return refused_address()
        if request.rel_url.raw_path == TOKEN_ADDRESS:
            return error(403, "unauthorized_client")
        return error(401, "Authentication failure.")

    def nowhere(self, _request: web.Request, status: int) -> web.Response:
        """An address or method that does not exist."""
        return no_such_address(status)

    def shown_path(self, request: web.Request) -> str:
        """The path with the query; every value that may be personal is replaced."""
        return with_masked_query(request.rel_url.raw_path, request.query, _SHOWN)
