"""Doing something at the same moment: in threads of this process, and in processes of their own."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
PATIENT = {
    "library__lumme__timeout": "30",
    "library__helka__timeout": "30",
    "page_deadline": "30",
    "act_deadline": "30",
}
"""Settings of a portal where it is asked what comes of many at once, not whether a busy machine is quick."""


def together(count: int, work: Callable[[int], T]) -> list[T]:
    """What ``work(0)`` to ``work(count - 1)`` gave, all begun at the same moment; an exception of one is raised."""
    start = threading.Barrier(count)

    def begin(number: int) -> T:
        start.wait(30)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def read_in_processes(
    values: dict[str, str], token: str, *, processes: int, threads: int, moved: timedelta, times: int = 1
) -> list[str]:
    """The state that each reading of all loans told of each card, over processes that start reading together."""
    order = json.dumps(
        {
            "values": values,
            "token": token,
            "threads": threads,
            "times": times,
            "moved_seconds": moved.total_seconds(),
        }
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.factories.reading_process"],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(processes)
    ]
    for process in running:
        _write(process, order)
    for process in running:  # each says that it is ready; then all are let go
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
    for process in running:
        _write(process, "go")
    states: list[str] = []
    for process in running:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        states += json.loads(out)
    return states


def _write(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def run_all(pieces: list[Callable[[], Any]]) -> list[Any]:
    """Different pieces of work at the same moment."""
    return together(len(pieces), lambda number: pieces[number]())


def wait_until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for what another thread does; fails when it does not come to pass."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.01)
