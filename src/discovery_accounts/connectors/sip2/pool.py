"""The connections to one SIP2 server: few, kept for a while, and each question within its time."""

import asyncio
from dataclasses import dataclass, field

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import LibraryError, Overloaded, TimedOut, Unreachable
from discovery_accounts.connectors.guard import Guard
from discovery_accounts.connectors.health import Health
from discovery_accounts.connectors.session import verifying_context
from discovery_accounts.connectors.sip2.message import Answer, Question
from discovery_accounts.connectors.sip2.settings import Sip2Settings
from discovery_accounts.connectors.sip2.wire import STATUS, Connection, open_connection

IDLE = 60.0  # seconds a connection is kept unused; servers close theirs after some minutes
FRESH = 1.0  # seconds for which a connection that has just answered is taken to be there


@dataclass(slots=True)
class _State:
    """What belongs to one loop: after a fork the parent's connections are none of ours."""

    loop: asyncio.AbstractEventLoop | None
    places: asyncio.Semaphore
    idle: list[Connection] = field(default_factory=list)


@dataclass(slots=True)
class _Way:
    """How far a call has come: whether it has a connection to itself, and whether it has left."""

    placed: bool = False
    sent: bool = False

    def leave(self) -> None:
        self.sent = True


class Pool:
    """Asks the server. Touched only on the event loop, but for :meth:`health`."""

    def __init__(self, library: LibrarySettings, settings: Sip2Settings) -> None:
        self._settings = settings
        self._guard = Guard(library, settings.host)
        self._state = self._begin(None)
        if settings.tls:
            verifying_context()

    def health(self) -> Health:
        """The breaker's state and the number of calls under way."""
        return self._guard.health()

    async def ask(self, question: Question) -> Answer:
        """The answer to a question.

        One that is ``sent_once`` leaves on a connection that has just been seen to work, and never
        twice. Raises the kinds of ``LibraryError``.
        """

        async def attempt(may_repeat: bool) -> Answer:
            return await self._within_its_time(question, may_repeat)

        return await self._guard.call(attempt, safe=not question.sent_once, optional=question.optional)

    async def try_login(self) -> Answer:
        """What the server says of itself to a new connection, which is then closed."""

        async def attempt(_may_repeat: bool) -> Answer:
            failure: LibraryError = TimedOut(f"{self._settings.host}: no login within the time", sent=False)
            try:
                async with asyncio.timeout(self._settings.timeout):
                    connection = await open_connection(self._settings)
                    await connection.close()
                    return connection.status
            except TimeoutError:
                pass
            raise failure

        return await self._guard.call(attempt, safe=False, optional=False)

    async def close(self) -> None:
        """Ends the connections that are open and unused."""
        idle, self._state.idle = self._state.idle, []
        if self._state.loop is asyncio.get_running_loop():
            for connection in idle:
                await connection.close()

    async def _within_its_time(self, question: Question, may_repeat: bool) -> Answer:
        way = _Way()
        limit = self._settings.timeout
        try:
            async with asyncio.timeout(limit), self._here().places:
                way.placed = True
                try:
                    return await self._once(question, way)
                except Unreachable as failure:
                    if not (may_repeat and failure.retryable):
                        raise
                await self.close()
                return await self._once(question, way)
        except LibraryError as failure:
            failure.detail = f"{self._settings.host}: {failure.detail}"
            failure.args = (failure.detail,)
            raise
        except TimeoutError:
            pass  # raised below, without what was under way
        if not way.placed:  # our own limit, which says nothing of the library
            raise Overloaded(f"{self._settings.host}: no connection became free within {limit:g} s")
        told = "no whole answer" if way.sent else "no connection and login"
        raise TimedOut(f"{self._settings.host}: {told} within {limit:g} s", sent=way.sent)

    async def _once(self, question: Question, way: _Way) -> Answer:
        connection = await self._ready(question)
        try:
            answer = await connection.ask(question, way.leave)
        finally:
            if connection.usable:
                self._here().idle.append(connection)
            else:
                connection.drop()
        return answer

    async def _ready(self, question: Question) -> Connection:
        """A connection to ask on: the one used last, if it is likely to be there still, or a new one."""
        now = asyncio.get_running_loop().time()
        idle = self._here().idle
        while idle:
            connection = idle.pop()
            age = now - connection.used_at
            seen = connection.usable and age < IDLE
            if seen and question.sent_once and age > FRESH:
                seen = await _answers(connection)
            if seen:
                return connection
            connection.drop()
        return await open_connection(self._settings)

    def _here(self) -> _State:
        running = asyncio.get_running_loop()
        if running is not self._state.loop:
            self._state = self._begin(running)
        return self._state

    def _begin(self, loop: asyncio.AbstractEventLoop | None) -> _State:
        return _State(loop, asyncio.Semaphore(self._settings.connections))


async def _answers(connection: Connection) -> bool:
    try:
        await connection.ask(STATUS)
    except (LibraryError, asyncio.CancelledError) as failure:
        connection.drop()
        if isinstance(failure, asyncio.CancelledError):
            raise
        return False
    return True
