"""The listening socket of a simulated library: open, closed, or closed for a while."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

HOST = "127.0.0.1"


class Outage:
    """Opens and closes the port while everything else goes on, as when a server machine is restarted."""

    def __init__(self) -> None:
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._back: asyncio.TimerHandle | None = None
        self.port = 0

    async def open(self, runner: web.AppRunner, port: int) -> int:
        """Starts to listen; port 0 takes a free one. Returns the port. Raises `OSError` when it is taken."""
        self._runner = runner
        await self._listen(port)
        return self.port

    async def _listen(self, port: int) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, HOST, port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    def begin(self, seconds: float) -> None:
        """Refuses connections from now on, for that many seconds. The call that asked is still answered."""
        loop = asyncio.get_running_loop()
        if self._back is None:
            _soon(loop, 0.05, self._close)
            self._back = _soon(loop, seconds + 0.05, self._reopen)

    async def _close(self) -> None:
        if self._site is not None and self._runner is not None and self._runner.server is not None:
            await self._site.stop()
            for connection in list(self._runner.server.connections):
                connection.force_close()

    async def _reopen(self) -> None:
        self._back = None
        await self._listen(self.port)


def _soon(
    loop: asyncio.AbstractEventLoop, seconds: float, step: Callable[[], Awaitable[None]]
) -> asyncio.TimerHandle:
    return loop.call_later(seconds, lambda: asyncio.ensure_future(step()))
