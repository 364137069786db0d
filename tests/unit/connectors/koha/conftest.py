"""A Koha connector that speaks to recordings."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.config.secret import Secret
from discovery_accounts.connectors.koha.connector import KohaConnector
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.transport import HttpAnswer
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
