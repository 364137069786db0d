"""An Alma connector that speaks to recordings and never really waits."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.config.secret import Secret
from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.connector import AlmaConnector
from discovery_accounts.connectors.alma.settings import BARCODE, PRIMARY_ID, AlmaSettings
from discovery_accounts.connectors.transport import HttpAnswer
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
