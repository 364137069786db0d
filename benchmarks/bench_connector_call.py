"""What one call to a library costs us in CPU, without pages and database, in one process.

The HTTP part is ``LibraryHttp.send``: address, breaker, places, deadline, size limit, and aiohttp
below. Down to records means the whole gateway: token, JSON, checks, loans with their times.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from _bare import LOANS, Call, Reader, Recorder, fan_out
from _libraries import Library, Patron, libraries
from _portal import values_for
from _table import Row, below, show, told
from _users import client

from discovery_accounts.connectors import loop
from discovery_accounts.connectors.transport import HttpRequest
from discovery_accounts.web.application import checked_settings

PAGES = 60
ROUNDS = 9

Sending = tuple[Recorder, HttpRequest]


async def _session() -> aiohttp.ClientSession:
    return client()


async def _bare_pages(session: aiohttp.ClientSession, calls: Sequence[Call]) -> None:
    for _ in range(PAGES):
        await fan_out(session, calls)


async def _http_pages(sendings: Sequence[Sending]) -> None:
    for _ in range(PAGES):
        await asyncio.gather(*[recorder.send(request) for recorder, request in sendings])


def _read_pages(reader: Reader, cards: Sequence[tuple[Library, Patron]]) -> None:
    for _ in range(PAGES):
        reader.read(cards)


def _cpu(work: Callable[[], object], calls: int) -> float:
    """CPU milliseconds of this process for each call."""
    before = time.process_time()
    work()
    return 1000 * (time.process_time() - before) / calls


def measure(reader: Reader, chosen: Sequence[Library]) -> list[Row]:
    cards = [(library, library.patrons[0]) for library in chosen]
    sendings: list[Sending] = []
    calls: list[Call] = []
    for card in cards:
        recorder = reader.recorders[card[0].name]
        reader.read([card])
        sendings.append((recorder, recorder.readings[-1]))
        calls += reader.calls(*card, LOANS)
    session = loop.run(_session())
    ways: dict[str, Callable[[], object]] = {
        "bare": lambda: loop.run(_bare_pages(session, calls)),
        "http": lambda: loop.run(_http_pages(sendings)),
        "read": lambda: _read_pages(reader, cards),
    }
    took: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, work in ways.items():
            took[way].append(_cpu(work, PAGES * len(cards)))
    loop.run(session.close())
    # The least of several: what else runs on the machine only ever adds.
    bare, http, read = (min(each) for each in took.values())
    baseline = f"{bare:.3f} ms bare aiohttp"
    return [
        below("HTTP part of a call", http, 1.0, "ms", baseline, f"{http / bare:.2f}"),
        told("down to records", read, "ms", baseline, f"{read / bare:.2f}"),
    ]


def main() -> None:
    with libraries() as chosen, TemporaryDirectory() as folder:
        reader = Reader(checked_settings(values_for(Path(folder), chosen)))
        rows = measure(reader, chosen)
        reader.gateway.close()
        loop.close()
    show(
        "CPU of a connector call, eight libraries side by side, connections kept",
        rows,
        f"The least of {ROUNDS} interleaved rounds of {PAGES * len(chosen)} calls; loans of one patron.",
    )


if __name__ == "__main__":
    main()
