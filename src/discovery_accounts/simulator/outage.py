"""The listening socket of a simulated library: open, closed for a while, or closed for good."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

from aiohttp import web

HOST = "127.0.0.1"

# Turns of the event loop that asyncio and aiohttp need to make a connection of an accepted socket, or to
# close the socket of a connection that was ended: three, and two to spare.
_TURNS = 5


class Outage:
    """Opens and closes the port while everything else goes on, as when a server machine is restarted."""

    def __init__(self) -> None:
        self._runner: web.AppRunner | None = None
        self._socket: socket.socket | None = None
        self._site: web.SockSite | None = None
        self._gone: asyncio.TimerHandle | None = None
        self._back: asyncio.TimerHandle | None = None
        self.port = 0

    async def open(self, runner: web.AppRunner, port: int) -> int:
        """Starts to listen; port 0 takes a free one. Returns the port. Raises `OSError` when it is taken."""
        self._runner = runner
        await self._listen(port)
        return self.port

    async def end(self, runner: web.AppRunner) -> None:
        """Ends the server and every connection, also those that came in at the last moment."""
        for timer in (self._gone, self._back):
            if timer is not None:
                timer.cancel()
        await self._stop_listening()
        await runner.cleanup()
        await _let_others_run()

    def begin(self, seconds: float) -> None:
        """Refuses connections from now on, for that many seconds. The call that asked is still answered."""
        loop = asyncio.get_running_loop()
        if self._back is None:
            self._gone = _soon(loop, 0.05, self._close)
            self._back = _soon(loop, seconds + 0.05, self._reopen)

    async def _listen(self, port: int) -> None:
        assert self._runner is not None
        self._socket = socket.create_server((HOST, port))
        self._site = web.SockSite(self._runner, self._socket)
        await self._site.start()
        self.port = self._socket.getsockname()[1]

    async def _stop_listening(self) -> None:
        """Accepts nothing more, then closes the port.

        Between the two, sockets that were accepted just now become connections: once the port is
        closed asyncio drops them, and nobody would close them.
        """
        site, self._site = self._site, None
        if site is None or self._socket is None:
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        await _let_others_run()
        await site.stop()

    async def _close(self) -> None:
        await self._stop_listening()
        if self._runner is not None and self._runner.server is not None:
            for connection in list(self._runner.server.connections):
                connection.force_close()

    async def _reopen(self) -> None:
        self._back = None
        await self._listen(self.port)


async def _let_others_run() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _soon(
    loop: asyncio.AbstractEventLoop, seconds: float, step: Callable[[], Awaitable[None]]
) -> asyncio.TimerHandle:
    return loop.call_later(seconds, lambda: asyncio.ensure_future(step()))
