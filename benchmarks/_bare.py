"""The libraries' calls without the portal: the requests that our connectors make, sent by aiohttp alone."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
from _libraries import Library, Patron
from yarl import URL

from discovery_accounts.config.settings import LibrarySettings, Settings
from discovery_accounts.connectors.api import LibraryError, PatronRef
from discovery_accounts.connectors.gateway import CardRequest, Gateway, Want
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.registry import open_libraries
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest
from discovery_accounts.connectors.wire import Address

LOANS = frozenset({Want.LOANS})
RECORD = frozenset({Want.PATRON})
BOTH = LOANS | RECORD


@dataclass(frozen=True, slots=True)
class Call:
    """One GET as it goes over the wire."""

    url: URL
    headers: dict[str, str]


class Recorder(LibraryHttp):
    """The portal's own way to a library, which remembers the readings it sent."""

    def __init__(self, settings: LibrarySettings) -> None:
        super().__init__(settings)
        self.name = settings.name
        self.readings: list[HttpRequest] = []
        self._base = Address(settings.url, settings.insecure)

    async def send(self, request: HttpRequest) -> HttpAnswer:
        if request.method == "GET":
            self.readings.append(request)
        return await super().send(request)

    def take(self) -> list[Call]:
        """What was sent since the last time."""
        taken, self.readings = self.readings, []
        return [Call(self._base.url(request), dict(request.headers)) for request in taken]


class Reader:
    """A gateway of this process over the same libraries, without accounts and pages."""

    def __init__(self, settings: Settings) -> None:
        self.recorders: dict[str, Recorder] = {}
        self.gateway = Gateway(open_libraries(settings, self._recorder))

    def _recorder(self, settings: LibrarySettings) -> Recorder:
        self.recorders[settings.name] = recorder = Recorder(settings)
        return recorder

    def read(
        self, cards: Sequence[tuple[Library, Patron]], want: frozenset[Want] = LOANS, deadline: float = 2.5
    ) -> None:
        """Read these cards as a page does. Raises ``LibraryError`` when one of them fails."""
        requests = [_request(library, patron, want) for library, patron in cards]
        for answer in self.gateway.read_cards(requests, deadline=deadline).values():
            for part in (answer.loans, answer.patron):
                if isinstance(part, LibraryError):
                    raise part

    def calls(self, library: Library, patron: Patron, want: frozenset[Want]) -> list[Call]:
        """The calls that one reading of a card makes, learnt by making it."""
        self.recorders[library.name].take()
        self.read([(library, patron)], want)
        return self.recorders[library.name].take()


def _request(library: Library, patron: Patron, want: frozenset[Want]) -> CardRequest:
    ref = PatronRef(patron.patron_id, patron.card_number)
    return CardRequest((library.name, patron.patron_id), library.name, ref, want=want)


async def fetch(session: aiohttp.ClientSession, call: Call) -> bytes:
    """The whole body of one call, nothing made of it."""
    async with session.get(call.url, headers=call.headers) as answer:
        answer.raise_for_status()
        return await answer.read()


async def fan_out(session: aiohttp.ClientSession, calls: Sequence[Call]) -> float:
    """All of them at once; seconds until the last has answered."""
    started = time.monotonic()
    await asyncio.gather(*[fetch(session, call) for call in calls])
    return time.monotonic() - started


async def one_by_one(session: aiohttp.ClientSession, calls: Sequence[Call]) -> float:
    """One after another; seconds for all."""
    started = time.monotonic()
    for call in calls:
        await fetch(session, call)
    return time.monotonic() - started
