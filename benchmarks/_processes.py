"""Processes that a benchmark starts, each ended by its own handle."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

# Children share what is imported already, so that eight of them start at once. Nothing here forks
# after a thread or an event loop has been started.
_FORK = multiprocessing.get_context("fork")
START_SECONDS = 30
END_SECONDS = 10


class NotStarted(Exception):
    """A process did not come up: the benchmark can't be run."""


@contextmanager
def child(work: Callable[..., None], *args: Any) -> Iterator[Connection]:
    """Run ``work(connection, *args)`` in a process; ended by SIGTERM when the block is left."""
    ours, theirs = _FORK.Pipe()
    process = _FORK.Process(target=work, args=(theirs, *args), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        process.terminate()
        process.join(END_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        ours.close()


def first_word(connection: Connection, who: str) -> Any:
    """What the child says when it is ready. Raises :class:`NotStarted`."""
    try:
        if connection.poll(START_SECONDS):
            return connection.recv()
    except EOFError:
        pass
    raise NotStarted(f"{who} did not start")
