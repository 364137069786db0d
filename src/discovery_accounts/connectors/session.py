"""The HTTP client shared by all libraries of this process: one session, one pool, one TLS context."""

import asyncio
import ssl
from functools import cache

import aiohttp

from discovery_accounts.connectors import loop

IDLE = 15.0  # seconds a connection is kept unused

_sessions: dict[asyncio.AbstractEventLoop, aiohttp.ClientSession] = {}


def shared_session() -> aiohttp.ClientSession:
    """The session of the running loop; opened at first use.

    It keeps no cookies, for they would carry one patron's session into another's call, and takes
    nothing from the environment. Its pool has no limit of its own: each library's bulkhead is one.
    """
    running = asyncio.get_running_loop()
    session = _sessions.get(running)
    if session is None:
        session = _sessions[running] = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=verifying_context(), keepalive_timeout=IDLE),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "discovery-accounts"},
            middlewares=[_once],
            trust_env=False,
        )
    return session


async def close_session() -> None:
    """Close the session of the running loop, if it was opened."""
    session = _sessions.pop(asyncio.get_running_loop(), None)
    if session is not None:
        await session.close()


@cache
def verifying_context() -> ssl.SSLContext:
    """What every TLS connection is checked by. Loading the store of certificates takes tens of
    milliseconds: once per process, and better before the first call than within its time."""
    return ssl.create_default_context()


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send a request once. aiohttp repeats GET, PUT and DELETE by itself when a kept connection
    breaks, but here only ``safe`` requests may be repeated, whatever their method."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
        raise aiohttp.ClientConnectionError("the connection broke") from None


loop.at_close(close_session)
