"""An Alma connector that speaks to recordings and never really waits, and one to a simulated institution."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors import alma as alma_room
from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.connector import AlmaConnector
from discovery_accounts.connectors.alma.settings import BARCODE, PRIMARY_ID, AlmaSettings
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.session import close_session
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.testing.replay import Recorded, ReplayTransport, json_answer, read_recordings

RECORDED = Path(__file__).parents[3] / "recorded" / "alma"
ZONE = ZoneInfo("Europe/Oslo")

Alma = tuple[AlmaConnector, ReplayTransport]
MakeAlma = Callable[..., Alma]


@pytest.fixture
def zone() -> ZoneInfo:
    return ZONE


@pytest.fixture
def waits() -> list[float]:
    """The pauses the connector made, in seconds."""
    return []


@pytest.fixture
def alma(waits) -> MakeAlma:
    """`alma(recorded, …, files=(), card_id_type="BARCODE", permanent_id="primary_id")`."""

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    def make(
        *recorded: Recorded,
        files: Iterable[str] = (),
        card_id_type: str = BARCODE,
        permanent_id: str = PRIMARY_ID,
        **settings_of: Any,
    ) -> Alma:
        rest = [entry for name in files for entry in read_recordings(RECORDED / f"{name}.json")]
        transport = ReplayTransport([*recorded, *rest])
        settings = AlmaSettings(Secret("never-shown"), ZONE, card_id_type, permanent_id, **settings_of)
        evening = datetime(2030, 1, 10, 22, 0, tzinfo=UTC)
        client = AlmaClient(settings, transport, pause, lambda: evening)
        return AlmaConnector(settings, transport, client), transport

    return make


@pytest.fixture
def error() -> Callable[..., HttpAnswer]:
    """Alma's envelope."""

    def make(code: str, text: str = "", status: int = 400) -> HttpAnswer:
        row = {"errorCode": code, "errorMessage": text, "trackingId": "E01-1"}
        return json_answer({"errorsExist": True, "errorList": {"error": [row]}, "result": None}, status)

    return make


class Live:
    """A simulated institution and the connector to it, by real HTTP."""

    def __init__(self, library: SimulatedLibrary, options: dict[str, str], timeout: float) -> None:
        self.library = library
        keys = {"api_key": library.api_key} | options
        values, faults = read_keys(alma_room.KEYS, keys, "accounts.library.sim.", ReadContext("development"))
        assert not faults
        settings = LibrarySettings("sim", "alma", url=library.url, timezone=ZONE, timeout=timeout)
        self.connector: Any = alma_room.KIND.build(settings, values, LibraryHttp(settings))

    def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        """The answer of the connector."""

        async def run() -> Any:
            try:
                return await question(self.connector)
            finally:
                await close_session()

        return asyncio.run(run())

    def calls(self, *methods: str) -> list[str]:
        """Where the calls of these methods went, or all."""
        return [call.path for call in self.library.calls if not methods or call.method in methods]

    @property
    def acts(self) -> list[str]:
        """The calls that change something."""
        return [
            call.method for call in self.library.calls if call.method != "GET" and "op=auth" not in call.path
        ]


@pytest.fixture
def live() -> Iterator[Callable[..., Live]]:
    """`live(editable="email", …)`: a running institution of its own for each call, with these keys."""
    libraries: list[SimulatedLibrary] = []

    def make(timeout: float = 5.0, **options: str) -> Live:
        library = SimulatedLibrary("alma", patrons=8)
        library.start()
        libraries.append(library)
        return Live(library, options, timeout)

    yield make
    for library in libraries:
        library.stop()
