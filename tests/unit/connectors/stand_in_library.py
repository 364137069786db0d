"""A library on loopback that answers, hangs, drips, cuts the line and worse, as its path says."""

import asyncio
import threading
from collections import Counter
from types import TracebackType
from typing import Self

from aiohttp import web


class StandInLibrary:
    """A real HTTP server in a thread of its own. ``seen`` counts requests by path."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.last: web.Request | None = None
        self.last_body = b""
        self.healthy = True
        self.url = ""
        self._transports: set[asyncio.WriteTransport] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api"

    async def _stop(self) -> None:
        await self._runner.cleanup()
        for transport in self._transports:  # some may still have much to say
            transport.abort()
        for _ in range(50):  # connections cut or accepted a moment ago close their sockets now
            await asyncio.sleep(0.01)
            if len(asyncio.all_tasks()) == 1:
                return

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        kind = request.path.rsplit("/", 1)[-1]
        self.seen[kind] += 1
        assert request.transport is not None
        self._transports.add(request.transport)
        self.last, self.last_body = request, await request.read()
        if kind == "sick" and not self.healthy:
            return web.Response(status=500)
        if kind.isdecimal():
            headers = {"Retry-After": "30"} if kind == "429" else {}
            return web.Response(status=int(kind), headers=headers)
        misdeed = getattr(self, f"_{kind}", None)
        if misdeed is not None:
            answer: web.StreamResponse = await misdeed(request)
            return answer
        return web.json_response({"path": request.raw_path, "cookie": request.headers.get("Cookie")})

    async def _hang(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    async def _mute(self, request: web.Request) -> web.StreamResponse:
        if not self.healthy:
            await asyncio.sleep(30)
        return web.Response()

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "1000"})
        await answer.prepare(request)
        while True:
            await answer.write(b".")
            await asyncio.sleep(0.02)

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _flaky(self, request: web.Request) -> web.StreamResponse:
        return await self._cut(request) if self.seen["flaky"] == 1 else web.Response(body=b"at last")

    async def _half(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "1000"})
        await answer.prepare(request)
        await answer.write(b"half of it")
        return await self._cut(request)

    async def _busy(self, request: web.Request) -> web.StreamResponse:
        wait = {"Retry-After": "0" if self.seen["busy"] == 1 else "120"}
        return web.Response(status=503, headers=wait)

    async def _moved(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/api/elsewhere?secret=1"})

    async def _huge(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=bytes(9 * 2**20))

    async def _bomb(self, request: web.Request) -> web.StreamResponse:
        answer = web.Response(body=bytes(9 * 2**20))
        answer.enable_compression(web.ContentCoding.gzip)
        return answer

    async def _packed(self, request: web.Request) -> web.StreamResponse:
        answer = web.Response(body=b"packed" * 100)
        answer.enable_compression(web.ContentCoding.gzip)
        return answer

    async def _unpackable(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"this is no gzip", headers={"Content-Encoding": "gzip"})

    async def _garbage(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"GO AWAY\r\n\r\n")
        await asyncio.sleep(0.05)
        return await self._cut(request)

    async def _sets_cookie(self, request: web.Request) -> web.StreamResponse:
        answer = web.Response()
        answer.set_cookie("session", "somebody")
        return answer
