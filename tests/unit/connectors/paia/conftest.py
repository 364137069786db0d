"""PAIA connectors: to recorded answers, and to the simulated library behind a PAIA server."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.paia import KIND
from discovery_accounts.connectors.session import close_session
from discovery_accounts.connectors.transport import Transport
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.testing.replay import Recorded, ReplayTransport, json_answer

ZONE = ZoneInfo("Europe/Helsinki")
SECRET = "never-shown-9Z7"
TOKEN = {"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600, "patron": "57"}
LOGIN, ME = "/auth/login", "/core/57"


def opened(transport: Transport, options: dict[str, str], library: LibrarySettings) -> Any:
    """The connector that these options make; one of `""` is left out."""
    given = {"client_id": "portal", "client_secret": SECRET} | options
    texts = {name: text for name, text in given.items() if text}
    values, faults = read_keys(KIND.keys, texts, "accounts.library.town.", ReadContext("development", {}))
    assert not faults
    return KIND.build(library, values, transport)


def login(body: Any = TOKEN, status: int = 200, **more: Any) -> Recorded:
    """What PAIA auth says to a login."""
    return Recorded("POST", LOGIN, json_answer(body, status), **more)


def core(method: str, body: Any, status: int = 200, verb: str = "GET", **more: Any) -> Recorded:
    """What a method of PAIA core says about patron 57; `""` is the one about the patron."""
    return Recorded(verb, f"{ME}/{method}" if method else ME, json_answer(body, status), **more)


def act(method: str, *documents: Any, status: int = 200, **more: Any) -> Recorded:
    """What is answered to an act."""
    return core(method, {"doc": list(documents)}, status, "POST", **more)


class Played:
    """A connector to recorded answers; `sent` are the requests."""

    def __init__(self, recordings: list[Recorded], options: dict[str, str]) -> None:
        self.transport = ReplayTransport(recordings)
        settings = LibrarySettings("town", "paia", url="https://paia.example", timezone=ZONE)
        self.connector = opened(self.transport, options, settings)

    @property
    def sent(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.transport.requests]

    def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            try:
                return await question(self.connector)
            finally:
                await self.connector.close()

        return asyncio.run(run())


@pytest.fixture
def played() -> Callable[..., Played]:
    """`played(core("items", …), …, token_for="everybody")`: a good login comes behind what is given."""

    def make(*recordings: Recorded, **options: str) -> Played:
        return Played([*recordings, login()], options)

    return make


class Live:
    """The simulated library, and a connector to it by real HTTP."""

    def __init__(self, library: SimulatedLibrary, options: dict[str, str]) -> None:
        self.library = library
        self.people = {one.kind: one for one in reversed(library.patrons)}
        self._options = {
            "client_id": library.client_id,
            "client_secret": library.client_secret,
        } | options

    def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        """The answer of a new connector."""
        settings = LibrarySettings("town", "paia", url=self.library.url, timezone=ZONE, timeout=5.0)

        async def run() -> Any:
            connector = opened(LibraryHttp(settings), self._options, settings)
            try:
                return await question(connector)
            finally:
                await connector.close()
                await close_session()

        return asyncio.run(run())

    def calls(self) -> list[str]:
        """What was asked of PAIA, but for tokens."""
        return [f"{one.method} {one.path}" for one in self.library.calls if not one.path.endswith("/login")]


@pytest.fixture
def live() -> Iterator[Callable[..., Live]]:
    """`live(pickup_locations="…")`; `paia="everybody"` for a server with one token."""
    libraries: list[SimulatedLibrary] = []

    def make(paia: Any = "patron", token_seconds: int = 3600, **options: str) -> Live:
        library = SimulatedLibrary("koha", patrons=8, paia=paia, token_seconds=token_seconds)
        library.start()
        libraries.append(library)
        return Live(library, {"token_for": paia} | options)

    yield make
    for library in libraries:
        library.stop()
