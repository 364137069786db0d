"""A Koha connector that speaks to recordings."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors import koha as koha_room
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.koha.connector import KohaConnector
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.session import close_session
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.testing.replay import Recorded, ReplayTransport, json_answer, read_recordings

RECORDED = Path(__file__).parents[3] / "recorded" / "koha"
ZONE = ZoneInfo("Europe/Helsinki")

Koha = tuple[KohaConnector, ReplayTransport]
MakeKoha = Callable[..., Koha]


@pytest.fixture
def zone() -> ZoneInfo:
    return ZONE


@pytest.fixture
def koha() -> MakeKoha:
    """`koha(recorded, …, files=("patron_57",), …)`: given recordings come before the files'."""

    def make(
        *recorded: Recorded, files: Iterable[str] = (), di_plugin: bool = False, **settings_of: str | None
    ) -> Koha:
        rest = [entry for name in (*files, "token") for entry in read_recordings(RECORDED / f"{name}.json")]
        transport = ReplayTransport([*recorded, *rest])
        settings = KohaSettings("portal", Secret("never-shown"), ZONE, di_plugin, **settings_of)
        return KohaConnector(settings, transport), transport

    return make


@pytest.fixture
def pin_answer() -> Callable[[int, Any], Recorded]:
    """What Koha says to a PIN."""

    def make(status: int, body: Any) -> Recorded:
        reply = body if isinstance(body, HttpAnswer) else json_answer(body, status)
        return Recorded("POST", "/v1/auth/password/validation", reply)

    return make


class Live:
    """A simulated Koha and the connector to it, by real HTTP."""

    def __init__(self, library: SimulatedLibrary, options: dict[str, str], timeout: float = 5.0) -> None:
        self.library = library
        self.patrons = {one.kind: one for one in reversed(library.patrons)}
        keys = {"client_id": library.client_id, "client_secret": library.client_secret} | options
        values, faults = read_keys(koha_room.KEYS, keys, "accounts.library.sim.", ReadContext("development"))
        assert not faults
        settings = LibrarySettings("sim", "koha", url=f"{library.url}/api", timezone=ZONE, timeout=timeout)
        self.connector: Any = koha_room.KIND.build(settings, values, LibraryHttp(settings))

    def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        """The answer of the connector."""

        async def run() -> Any:
            try:
                return await question(self.connector)
            finally:
                await close_session()

        return asyncio.run(run())

    def calls(self, method: str | None = None) -> list[str]:
        """Where the calls went, but those for a token."""
        return [
            call.path
            for call in self.library.calls
            if "oauth" not in call.path and method in (None, call.method)
        ]


@pytest.fixture
def live() -> Iterator[Callable[..., Live]]:
    """`live(plugin=True, editable="email", …)`: options of the library beside the first ones are keys;
    `manners` are those of the simulated one."""
    libraries: list[SimulatedLibrary] = []

    def make(
        plugin: bool = False,
        generation: Any = "25.11",
        timeout: float = 5.0,
        manners: dict[str, Any] | None = None,
        **options: str,
    ) -> Live:
        library = SimulatedLibrary("koha", patrons=8, plugin=plugin, generation=generation, **(manners or {}))
        library.start()
        libraries.append(library)
        return Live(library, {"di_plugin": "yes" if plugin else "no"} | options, timeout)

    yield make
    for library in libraries:
        library.stop()
