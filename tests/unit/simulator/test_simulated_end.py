"""The end of a simulated library leaves nothing open, whatever its callers are doing at that moment."""

import asyncio
import gc
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from discovery_accounts.simulator.application import make_runner
from discovery_accounts.simulator.outage import HOST, Outage
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.simulator.simulation import Manners, Simulation

ASKING = b"GET /api/v1/patrons/101 HTTP/1.1\r\nHost: library\r\n\r\n"


@contextmanager
def nothing_left_open() -> Iterator[None]:
    gc.collect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [str(warning.message) for warning in told] == []


def open_connection(outage: Outage) -> socket.socket:
    return socket.create_connection((HOST, outage.port), timeout=5)


@pytest.fixture
def simulation() -> Simulation:
    return Simulation("koha", 1, 1, Manners(), ":memory:")


@pytest.mark.parametrize("asking", [b"", ASKING])
@pytest.mark.parametrize("staying", [True, False])
@pytest.mark.parametrize("turns", range(8))
def test_a_connection_that_came_a_moment_ago_is_closed(simulation, turns, staying, asking) -> None:
    """The loop is some turns into taking the connection when the server ends."""

    async def live() -> None:
        outage = Outage()
        runner = make_runner(simulation, outage)
        await runner.setup()
        await outage.open(runner, 0)
        with open_connection(outage) as caller:
            caller.sendall(asking)
            if not staying:
                caller.close()
            for _ in range(turns):
                await asyncio.sleep(0)
            await outage.end(runner)

    with nothing_left_open():
        asyncio.run(live())


@pytest.mark.parametrize("seconds", [0.0, 0.06, 0.3])
def test_an_outage_does_not_outlive_the_server(simulation, seconds) -> None:
    """It ends before the port is closed, while it is closed, and after it is open again."""

    async def live() -> None:
        outage = Outage()
        runner = make_runner(simulation, outage)
        await runner.setup()
        await outage.open(runner, 0)
        outage.begin(0.1)
        await asyncio.sleep(seconds)
        await outage.end(runner)
        await asyncio.sleep(0.2)
        with pytest.raises(ConnectionRefusedError):
            open_connection(outage)

    with nothing_left_open():
        asyncio.run(live())


async def call_and_cancel(port: int, turns: int) -> None:
    async def call() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            writer.write(ASKING)
            await reader.read(10)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    calls = [asyncio.create_task(call()) for _ in range(3)]
    for _ in range(turns):
        await asyncio.sleep(0)
    for under_way in calls:
        under_way.cancel()
    await asyncio.gather(*calls, return_exceptions=True)


def test_callers_that_give_up_leave_nothing_open() -> None:
    library = SimulatedLibrary("koha", patrons=1)
    with nothing_left_open():
        for number in range(60):
            with library:
                asyncio.run(call_and_cancel(int(library.url.rpartition(":")[2]), number % 6))
