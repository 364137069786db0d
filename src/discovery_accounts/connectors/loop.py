"""The one event loop of this process, in a daemon thread; started at first use, anew after a fork."""

import asyncio
import atexit
import contextlib
import os
import selectors
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

WORKERS = 32  # threads for name look-ups and late reports; one dead name server must not block the others
GRACE = 2.0  # seconds for what is open at the end


class _Thread:
    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.loop = asyncio.SelectorEventLoop(self.selector)
        self.loop.set_default_executor(ThreadPoolExecutor(WORKERS, "library-worker"))
        self.thread = threading.Thread(target=self._serve, name="library-loop", daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def stop(self, closers: list[Callable[[], Awaitable[None]]]) -> None:
        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(_wind_up(closers), self.loop).result(GRACE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(GRACE)
        if not self.thread.is_alive():
            self.loop.close()

    def let_go(self) -> None:
        """Point all that was open to nowhere, in a child: when these objects are collected they take
        leave on their connections and of the poll set, which the parent still uses."""
        self.loop.set_exception_handler(_say_nothing)
        nowhere = os.open(os.devnull, os.O_RDWR)
        # The poll set itself has a descriptor where it is epoll; others are not inherited.
        descriptors = [*_numbers(self.selector), getattr(self.selector, "fileno", lambda: nowhere)()]
        for descriptor in descriptors:
            if descriptor != nowhere:
                os.dup2(nowhere, descriptor, inheritable=False)
        os.close(nowhere)


def _numbers(selector: selectors.BaseSelector) -> list[int]:
    return [key.fd for key in selector.get_map().values()]


def _say_nothing(*_: object) -> None:
    pass


async def _wind_up(closers: list[Callable[[], Awaitable[None]]]) -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for closer in closers:
        await closer()
    await asyncio.get_running_loop().shutdown_default_executor()


_lock = threading.Lock()
_current: _Thread | None = None
_closers: list[Callable[[], Awaitable[None]]] = []


def run(work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
    """The result of ``work``, run on the loop, for any other thread.

    Raises ``TimeoutError`` after ``timeout`` seconds, when ``work`` is cancelled, and
    ``RuntimeError`` when called on the loop itself, which would wait for itself.
    """
    global _current
    current = _current
    if current is None:
        with _lock:
            current = _current = _current or _Thread()
    if current.thread is threading.current_thread():
        work.close()
        raise RuntimeError("the event loop can't wait for itself")
    future = asyncio.run_coroutine_threadsafe(work, current.loop)
    try:
        return future.result(timeout)
    except BaseException:
        future.cancel()
        raise


def at_close(closer: Callable[[], Awaitable[None]]) -> None:
    """Have ``closer`` awaited on every loop before it ends."""
    _closers.append(closer)


def close() -> None:
    """Cancel what is under way and end the loop; the next :func:`run` starts another."""
    global _current
    with _lock:
        current, _current = _current, None
    if current is not None:
        current.stop(_closers)


def _forget() -> None:
    """In a forked child: the thread is gone, its lock may be held by nobody, and all it had open is
    shared with the parent."""
    global _current, _lock
    _lock = threading.Lock()
    if _current is not None:
        _current.let_go()
        _current = None


os.register_at_fork(after_in_child=_forget)
atexit.register(close)
