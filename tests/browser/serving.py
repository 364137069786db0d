"""A portal on a port of this machine, as browsers meet it."""

import socket
import threading
from types import TracebackType
from typing import Self

from waitress import create_server, wasyncore

from tests.factories.portal import Portal

HOST = "127.0.0.1"
THREADS = 32


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Served:
    """Waitress in a thread, to be used with ``with``; ``url`` has no slash at its end."""

    def __init__(self, portal: Portal, port: int) -> None:
        self.portal = portal
        self.url = f"http://{HOST}:{port}"
        self._map: dict[int, object] = {}
        self._server = create_server(portal.app, map=self._map, host=HOST, port=port, threads=THREADS)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="portal", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._server.pull_trigger()
        self._thread.join()
        self._server.task_dispatcher.shutdown(timeout=5)

    def _run(self) -> None:
        while not self._ending.is_set():
            wasyncore.loop(timeout=1, map=self._map, count=1)
        wasyncore.close_all(self._map)
