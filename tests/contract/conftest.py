"""The simulated libraries as worlds of the contract suite, reached through the real HTTP transport."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors import alma, koha
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.session import close_session
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.testing.connector_world import PatronKind, SeenCall, Trouble, WorldPatron

KINDS = {"koha": koha.KIND, "alma": alma.KIND}
ZONES = {"koha": "Europe/Helsinki", "alma": "Europe/Oslo"}
BASES = {"koha": "/api", "alma": ""}
RENEWALS = {"koha": "/renewals", "alma": "op=renew"}
PATRONS = {PatronKind.ANOTHER: "child"}
SHARED_IDS = {"koha": ("attribute:EPPN", "EPPN"), "alma": ("OTHER_ID_1", "OTHER_ID_1")}
NEW_PATRONS = {
    "koha": {"new_patron_category": "HENKILO", "new_patron_library": "MAIN"},
    "alma": {"new_user_group": "ADULT", "new_account_type": "internal"},
}
FAULTS = {
    Trouble.HANGS: "hang",
    Trouble.CUTS_CONNECTIONS: "cut_connection",
    Trouble.FAILS: "error_500",
    Trouble.IN_MAINTENANCE: "error_503",
    Trouble.SENDS_GARBAGE: "garbage",
    Trouble.SENDS_A_WEB_PAGE: "html",
    Trouble.REFUSES_OUR_KEY: "wrong_key",
    Trouble.ASKS_TO_WAIT: "too_many",
    Trouble.MIXES_PATRONS_UP: "other_patron",
}


class Noting:
    """Passes requests on and notes where they went."""

    def __init__(self, inner: Transport, noted: list[SeenCall]) -> None:
        self._inner = inner
        self._noted = noted

    async def send(self, request: HttpRequest) -> HttpAnswer:
        query = f"?{urlencode(request.params)}" if request.params else ""
        self._noted.append(SeenCall(request.method, request.path + query))
        return await self._inner.send(request)


class SimulatedWorld:
    """A simulated library as a world."""

    cannot: Mapping[str, str] = {}

    def __init__(self, library: SimulatedLibrary, options: Mapping[str, str]) -> None:
        self.library = library
        self._options = options
        self._noted: list[SeenCall] = []
        # Long for a machine that is busy with other tests; short where a call is meant to run out of it.
        self._timeout = 5.0

    @property
    def number_in_addresses(self) -> bool:
        return self.library.kind == "alma"

    def connect(self) -> Connector:
        kind = KINDS[self.library.kind]
        secrets = {
            "koha": {"client_id": self.library.client_id, "client_secret": self.library.client_secret},
            "alma": {"api_key": self.library.api_key},
        }
        options = secrets[self.library.kind] | NEW_PATRONS[self.library.kind] | dict(self._options)
        values, faults = read_keys(
            kind.keys, options, "accounts.library.sim.", ReadContext("development", {})
        )
        assert not faults
        settings = LibrarySettings(
            "sim",
            kind.name,
            url=self.library.url + BASES[kind.name],
            timezone=ZoneInfo(ZONES[kind.name]),
            timeout=self._timeout,
        )
        return kind.build(settings, values, Noting(LibraryHttp(settings), self._noted))

    async def disconnect(self) -> None:
        await close_session()

    def patron(self, kind: PatronKind) -> WorldPatron:
        wanted = PATRONS.get(kind, str(kind))
        found = next(patron for patron in self.library.patrons if patron.kind == wanted)
        return WorldPatron(found.patron_id, found.card_number, found.pin, found.loans)

    def change_pin(self, patron: WorldPatron, new_pin: str) -> None:
        self.library.change_pin(patron.patron_id, new_pin)

    def renew_card(self, patron: WorldPatron) -> str:
        return self.library.renew_card(patron.patron_id)

    def delete(self, patron: WorldPatron) -> None:
        self.library.delete_patron(patron.patron_id)

    def give_shared_id(self, patron: WorldPatron, value: str) -> tuple[str, str]:
        field, kind = SHARED_IDS[self.library.kind]
        self.library.give_identifier(patron.patron_id, kind, value)
        return field, value

    def set_email(self, patron: WorldPatron, email: str) -> None:
        self.library.set_email(patron.patron_id, email)

    def owe(self, patron: WorldPatron) -> None:
        self.library.set_fees(patron.patron_id, 12.5)

    def mend(self) -> None:
        self.library.clear_faults()

    def make(self, trouble: Trouble) -> None:
        if trouble is Trouble.HANGS:
            self._timeout = 0.2
        self.library.set_fault(FAULTS[trouble])

    def seen(self) -> Sequence[SeenCall]:
        return tuple(self._noted)

    def is_renewal(self, call: SeenCall) -> bool:
        return call.method == "POST" and RENEWALS[self.library.kind] in call.target

    def is_change(self, call: SeenCall) -> bool:
        person = "/patrons" if self.library.kind == "koha" else "/users"
        reading = call.method == "GET" or "op=" in call.target
        return not reading and person in call.target


MakeWorld = Callable[..., SimulatedWorld]


@pytest.fixture
def simulated() -> Iterator[MakeWorld]:
    """`simulated("koha", options={…}, generation="23.11", …)`: a running world, ended with the test."""
    with ExitStack() as running:

        def make(kind: Any, options: Mapping[str, str] | None = None, **manners: Any) -> SimulatedWorld:
            library = running.enter_context(SimulatedLibrary(kind, patrons=12, **manners))
            return SimulatedWorld(library, options or {})

        yield make
