"""One simulated library: its records, faults, record of calls and the manners that can be chosen."""

from dataclasses import dataclass
from typing import Literal, Protocol

from aiohttp import web

from discovery_accounts.simulator.calls import CallLog
from discovery_accounts.simulator.desk.desk import Desk
from discovery_accounts.simulator.faults import Faults
from discovery_accounts.simulator.records import LibraryKind

#: The credentials every simulated library accepts. They protect nothing.
CLIENT_ID = "simulated-koha-client"
CLIENT_SECRET = "simulated-koha-secret"  # noqa: S105 - opens a pretend library only
API_KEY = "simulated-alma-key"

Generation = Literal["25.11", "23.11"]


@dataclass(slots=True)
class Manners:
    """How a library behaves. The first group is Koha's, the second Alma's; `latency_ms` is for both.

    `failed_login_attempts` locks a patron after so many wrong PINs (0 = never); `plugin` adds the routes
    of the Finnish discovery plugin; `per_second` is the number of calls answered in a second (0 = any);
    `cancellation_requests`: a hold that is ready is not cancelled but asked about where the caller wants that;
    `inactive_barcodes_match` finds a patron by a card number that is marked inactive. `paia` puts a PAIA server
    in front of Koha's records in place of Koha, whose tokens are for one `patron` or for `everybody`.
    """

    latency_ms: float = 0.0
    generation: Generation = "25.11"
    plugin: bool = False
    token_seconds: int = 3600
    failed_login_attempts: int = 0
    per_second: int = 0
    inactive_barcodes_match: bool = True
    cancellation_requests: bool = True
    paia: Literal["", "patron", "everybody"] = ""


class Simulation:
    """The state shared by the imitated API, the control endpoints and the Python object."""

    def __init__(
        self,
        kind: LibraryKind,
        seed: int = 1,
        patrons: int = 40,
        manners: Manners | None = None,
        database: str = ":memory:",
    ) -> None:
        self.kind: LibraryKind = kind
        self.manners = manners or Manners()
        self.store = Desk(kind, seed, patrons, database)
        self.store.open_desk()
        self.faults = Faults(kind)
        self.log = CallLog()
        self.tokens: dict[str, float] = {}


class Imitation(Protocol):
    """What a kind of library brings: its routes and its own way of refusing."""

    def routes(self) -> list[web.RouteDef]:
        """Every address of the imitated API."""

    def admit(self, request: web.Request) -> web.Response | None:
        """The refusal of a call without the right key or over a limit, or `None` to go on."""

    def refusal(self, request: web.Request, fault: str) -> web.Response:
        """The answer to a fault that is a plain refusal (`error_500`, `error_503`, `too_many`, …)."""

    def nowhere(self, _request: web.Request, status: int) -> web.Response:
        """The answer to an address (404) or method (405) that does not exist."""

    def shown_path(self, request: web.Request) -> str:
        """Path and query as they may be recorded, without secrets and card numbers."""
