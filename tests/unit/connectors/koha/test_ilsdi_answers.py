"""What a server may send in place of ILS-DI's XML is a failure of the library and never one of ours."""

import asyncio
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.connectors.api import (
    HoldTarget,
    LibraryError,
    NewHold,
    PickupLocation,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.koha.ilsdi.client import IlsDi
from discovery_accounts.connectors.koha.ilsdi.connector import IlsDiConnector
from discovery_accounts.connectors.koha.ilsdi.settings import IlsDiSettings
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest

BOMB = b'<!DOCTYPE a [<!ENTITY a "9Z7-CANARY"><!ENTITY b "&a;&a;&a;">]><a><code>&b;</code></a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a><code>&a;</code></a>'


class Says:
    def __init__(self, body: bytes) -> None:
        self._answer = HttpAnswer(200, {"content-type": "text/xml"}, body)

    async def send(self, _request: HttpRequest) -> HttpAnswer:
        return self._answer


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"9Z7-CANARY",
        b"<a>" * 500,
        b"\xff\xfe<9Z7-CANARY",
        b'<?xml version="1.0" encoding="9Z7-CANARY"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b'<?xml version="1.0" encoding="rot13"?><a/>',
        b"<!doctype html><html><body>9Z7-CANARY</body></html>",
        BOMB,
        OUTSIDE,
    ],
)
def test_p9_what_is_no_answer_is_no_answer_and_its_words_are_not_repeated(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer) as told:
        asyncio.run(IlsDi(Says(body)).read("GetPatronInfo", {"patron_id": "1"}))
    assert isinstance(told.value, LibraryError)
    assert "CANARY" not in str(told.value)
    assert "root:" not in str(told.value)


@pytest.mark.parametrize("item", [None, "901"])
@pytest.mark.parametrize(
    "body", [b"<a/>", b"<HoldTitle/>", b"<p>Please log in</p>", b"<HoldItem><x>1</x></HoldItem>"]
)
def test_an_answer_that_says_nothing_of_a_hold_is_no_hold(body: bytes, item: str | None) -> None:
    settings = IlsDiSettings(ZoneInfo("Europe/Helsinki"), pickups=(PickupLocation("MAIN", "Main"),))
    connector = IlsDiConnector(settings, Says(body))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.place_hold("101", NewHold(HoldTarget("303", item), "MAIN")))
