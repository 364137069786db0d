"""Breaker and bulkhead in the transport, against a real server."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from stand_in_library import StandInLibrary

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors import loop
from discovery_accounts.connectors.api import BreakerOpen, LibraryError, Overloaded, TimedOut
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest

SICK = HttpRequest("GET", "/sick", safe=True)
HANG = HttpRequest("GET", "/hang", safe=True)
MUTE = HttpRequest("GET", "/mute", safe=True)


@pytest.fixture
def library() -> Iterator[StandInLibrary]:
    with StandInLibrary() as library:
        library.healthy = False
        yield library


def http(
    library: StandInLibrary, timeout: float = 0.3, cool_down: float = 0.1, places: int = 96
) -> LibraryHttp:
    settings = LibrarySettings(
        "lumme",
        "koha",
        url=library.url,
        timeout=timeout,
        breaker_seconds=cool_down,
        max_in_flight=places,
    )
    return LibraryHttp(settings)


async def outcome(http: LibraryHttp, request: HttpRequest) -> HttpAnswer | LibraryError:
    try:
        return await http.send(request)
    except LibraryError as error:
        return error


def send(http: LibraryHttp, request: HttpRequest) -> HttpAnswer | LibraryError:
    return loop.run(outcome(http, request), 5)


def trip(http: LibraryHttp, request: HttpRequest = SICK) -> None:
    for _ in range(5):
        send(http, request)
    assert http.health().breaker == "open"


def wait_for(http: LibraryHttp, state: str) -> None:
    until = time.monotonic() + 2
    while http.health().breaker != state:
        assert time.monotonic() < until, f"the breaker is still {http.health().breaker}"
        time.sleep(0.005)


def test_an_open_breaker_sends_nothing_and_answers_at_once(library: StandInLibrary) -> None:
    client = http(library, cool_down=30)
    trip(client)
    sent = library.seen["sick"]

    async def fifty() -> float:
        started = time.perf_counter()
        results = [await outcome(client, SICK) for _ in range(50)]
        assert all(isinstance(result, BreakerOpen) for result in results)
        return (time.perf_counter() - started) / 50

    assert loop.run(fifty(), 5) < 0.005
    assert library.seen["sick"] == sent


def test_answers_of_any_kind_never_open_it(library: StandInLibrary) -> None:
    client = http(library)
    for kind in ("404", "400", "moved", "garbage", "unpackable", "401"):
        send(client, HttpRequest("GET", f"/{kind}"))
    assert client.health().breaker == "closed"


def test_a_safe_request_is_tried_in_the_background_and_nobody_waits(library: StandInLibrary) -> None:
    client = http(library, timeout=0.3)
    trip(client, HttpRequest("GET", "/500"))
    library.healthy = True
    time.sleep(0.11)
    hung = send_timed(client, HANG)
    assert isinstance(hung[0], BreakerOpen)
    assert hung[1] < 0.1
    assert client.health().breaker == "half_open"
    assert isinstance(send(client, SICK), BreakerOpen)  # one trial at a time
    wait_for(client, "open")
    time.sleep(0.2)
    assert isinstance(send(client, SICK), BreakerOpen)
    wait_for(client, "closed")
    assert isinstance(send(client, SICK), HttpAnswer)


def send_timed(http: LibraryHttp, request: HttpRequest) -> tuple[HttpAnswer | LibraryError, float]:
    started = time.perf_counter()
    return send(http, request), time.perf_counter() - started


def test_an_unsafe_request_is_the_trial_and_its_caller_gets_the_answer(library: StandInLibrary) -> None:
    client = http(library)
    trip(client)
    library.healthy = True
    time.sleep(0.11)
    assert isinstance(send(client, HttpRequest("POST", "/sick")), HttpAnswer)
    assert client.health().breaker == "closed"


def test_a_trial_is_one_request_even_when_the_connection_breaks(library: StandInLibrary) -> None:
    client = http(library)
    trip(client)
    time.sleep(0.11)
    send(client, HttpRequest("GET", "/cut", safe=True))
    wait_for(client, "open")
    assert library.seen["cut"] == 1


def test_calls_given_up_by_their_callers_find_out_a_hung_library(library: StandInLibrary) -> None:
    client = http(library, timeout=0.3)

    async def give_up(seconds: float) -> None:
        for _ in range(5):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.send(MUTE), seconds)

    loop.run(give_up(0.05), 5)
    assert client.health().breaker == "closed"
    loop.run(give_up(0.2), 5)
    assert client.health().breaker == "open"
    assert client.health().in_flight == 0


def test_calls_that_were_late_through_our_own_lag_say_nothing_of_the_library(
    library: StandInLibrary,
) -> None:
    client = http(library, timeout=0.1)

    async def lag() -> list[HttpAnswer | LibraryError]:
        calls = [asyncio.create_task(outcome(client, HANG)) for _ in range(5)]
        await asyncio.sleep(0.02)
        time.sleep(0.5)  # the loop itself is held up
        return await asyncio.gather(*calls)

    assert [type(result) for result in loop.run(lag(), 5)] == [TimedOut] * 5
    assert client.health().breaker == "closed"
    trip(client, HANG)


def test_the_bulkhead_fails_at_once_and_optional_calls_first(library: StandInLibrary) -> None:
    client = http(library, timeout=1.0, places=6)
    optional = HttpRequest("GET", "/hang", safe=True, optional=True)

    async def crowd() -> tuple[list[HttpAnswer | LibraryError], float, list[HttpAnswer | LibraryError]]:
        calls = [asyncio.create_task(outcome(client, optional)) for _ in range(4)]
        calls += [asyncio.create_task(outcome(client, HANG)) for _ in range(6)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        started = time.perf_counter()
        refused = await outcome(client, HANG)
        seconds = time.perf_counter() - started
        return [refused], seconds, await asyncio.gather(*calls)

    refused, seconds, results = loop.run(crowd(), 5)
    assert isinstance(refused[0], Overloaded)
    assert seconds < 0.2  # nothing was waited for
    kinds = [type(result) for result in results]
    assert kinds == [TimedOut] * 2 + [Overloaded] * 2 + [TimedOut] * 4 + [Overloaded] * 2
    assert library.seen["hang"] == 6
    assert client.health().in_flight == 0


def test_fifty_at_once_on_a_hung_library_reach_it_once_each_and_then_rarely(library: StandInLibrary) -> None:
    client = http(library, timeout=0.2, cool_down=0.2)

    async def pages() -> None:
        await asyncio.gather(*[outcome(client, HANG) for _ in range(50)])
        until = time.monotonic() + 0.9
        while time.monotonic() < until:
            await asyncio.gather(*[outcome(client, HANG) for _ in range(50)])
            await asyncio.sleep(0.01)

    loop.run(pages(), 5)
    assert 50 < library.seen["hang"] <= 53
