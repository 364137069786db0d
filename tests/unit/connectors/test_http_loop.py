"""The process's event loop: from any thread, after a fork, and to the end."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from stand_in_library import StandInLibrary

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors import loop
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.transport import HttpRequest

FINE = HttpRequest("GET", "/fine", safe=True)


@pytest.fixture
def library() -> Iterator[StandInLibrary]:
    with StandInLibrary() as library:
        yield library


async def thread_name() -> str:
    return threading.current_thread().name


def test_work_runs_on_the_one_thread_of_the_process() -> None:
    assert loop.run(thread_name(), 1) == "library-loop"


def test_work_that_takes_too_long_is_cancelled() -> None:
    cancelled = threading.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(9)
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError):
        loop.run(work(), 0.05)
    assert cancelled.wait(1)


def test_the_loop_never_waits_for_itself() -> None:
    async def work() -> None:
        with pytest.raises(RuntimeError):
            loop.run(thread_name())

    loop.run(work(), 1)


def test_after_closing_the_next_call_starts_another(library: StandInLibrary) -> None:
    http = LibraryHttp(LibrarySettings("lumme", "koha", url=library.url))
    assert loop.run(http.send(FINE), 2).status == 200
    loop.close()
    assert "library-loop" not in {thread.name for thread in threading.enumerate()}
    assert loop.run(http.send(FINE), 2).status == 200
    loop.close()


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_child_calls_by_itself_and_leaves_the_parents_connections_alone(
    library: StandInLibrary,
) -> None:
    http = LibraryHttp(LibrarySettings("lumme", "koha", url=library.url, timeout=1, max_in_flight=2))
    hung = HttpRequest("GET", "/hang")

    async def start_hanging() -> list[asyncio.Task[object]]:
        tasks: list[asyncio.Task[object]] = [asyncio.create_task(http.send(hung)) for _ in range(2)]
        await asyncio.sleep(0.02)
        return tasks

    assert loop.run(http.send(FINE), 2).status == 200
    tasks = loop.run(start_hanging(), 2)
    child = os.fork()
    if child == 0:  # both places are taken in the parent, none in the child
        status = 1
        try:
            status = 0 if loop.run(http.send(FINE), 2).status == 200 else 2
            loop.close()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert http.health().in_flight == 2

    async def stop() -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    loop.run(stop(), 2)
    assert loop.run(http.send(FINE), 2).status == 200


SCRIPT = """
import os, sys
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors import loop
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.transport import HttpRequest

http = LibraryHttp(LibrarySettings("lumme", "koha", url=sys.argv[1]))
def call():
    return loop.run(http.send(HttpRequest("GET", "/fine")), 3).json()
call()
child = os.fork()
if child:
    os.waitpid(child, 0)
call()
print("child" if child == 0 else "parent", "ended")
"""


def test_a_process_that_forked_ends_cleanly_on_both_sides(library: StandInLibrary) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "ignore::DeprecationWarning", "-c", SCRIPT, library.url],
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert (done.stdout.split(), done.returncode) == (["child", "ended", "parent", "ended"], 0)
    assert "Traceback" not in done.stderr
    assert library.seen["fine"] == 3
