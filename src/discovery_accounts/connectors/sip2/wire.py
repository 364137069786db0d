"""One connection to a SIP2 server: open, log in, one question and its answer at a time.

No text of an exception here holds a value that was sent or received.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from discovery_accounts.connectors.api import (
    LibraryError,
    Refused,
    ServerFailure,
    UnexpectedAnswer,
    Unreachable,
    WrongPatron,
)
from discovery_accounts.connectors.session import verifying_context
from discovery_accounts.connectors.sip2 import fields as f
from discovery_accounts.connectors.sip2.message import ANSWERS, Answer, Question, read, write
from discovery_accounts.connectors.sip2.settings import Sip2Settings

LONGEST_ANSWER = 2**20  # bytes
VERSION = "2.00"
_WITH_INSTITUTION = frozenset({"15", "17", "23", "29", "63"})
_TELL_INSTITUTION = frozenset({"16", "24", "30", "64"})


class Connection:
    """Opened and logged in by :func:`open_connection`. After any failure it is closed and of no use.

    ``status`` is what the server said of itself, ``used_at`` when it was last asked (the loop's clock).
    """

    status: Answer

    def __init__(
        self, settings: Sip2Settings, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._settings = settings
        self._reader = reader
        self._writer = writer
        self._sequence = 9
        self._left = b""
        self._whole = True  # whether every question has had its answer, and nothing more came
        self.used_at = asyncio.get_running_loop().time()

    @property
    def usable(self) -> bool:
        """Whether it may take another question, as far as can be known without asking."""
        return self._whole and not self._reader.at_eof() and not self._writer.is_closing()

    async def ask(self, question: Question, on_sent: Callable[[], None] | None = None) -> Answer:
        """Send ``question`` once and read its answer; ``on_sent`` is called when it leaves.

        The institution id is put in here, and an answer of another institution is ``WrongPatron``.
        """
        dialect = self._settings.dialect
        self._sequence = (self._sequence + 1) % 10
        sequence = self._sequence if dialect.checksum else None
        if question.kind in _WITH_INSTITUTION:
            question = replace(question, fields=((f.INSTITUTION, self._institution), *question.fields))
        message = write(question, dialect.encoding, sequence) + dialect.end
        self._whole = False
        if on_sent is not None:
            on_sent()
        answer = read(await self._exchange(message), dialect.encoding, sequence)
        if answer.kind != ANSWERS[question.kind]:
            asked_again = "it could not read ours" if answer.kind == "96" else "not what was asked"
            raise UnexpectedAnswer(f"message {answer.kind} for a {question.kind}: {asked_again}")
        if answer.kind in _TELL_INSTITUTION and (answer.only(f.INSTITUTION) or "") != self._institution:
            raise WrongPatron("an answer of another institution than was asked; see the setting institution")
        self.used_at = asyncio.get_running_loop().time()
        # More than one answer: nobody can say any more which belongs to what.
        self._whole = not self._left.strip(b"\r\n")
        return answer

    @property
    def _institution(self) -> str:
        return self._settings.institution or self.status.only(f.INSTITUTION) or ""

    async def close(self) -> None:
        """Ends the connection; never fails, and waits for nobody: SIP2 has no word for it."""
        self.drop()
        with suppress(OSError):
            await self._writer.wait_closed()

    def drop(self) -> None:
        """Ends the connection at once, without taking leave."""
        self._whole = False
        with suppress(RuntimeError):  # its loop is gone
            self._writer.transport.abort()

    async def _exchange(self, message: bytes) -> bytes:
        failure: LibraryError = Unreachable("the connection broke")
        try:
            self._writer.write(message)
            await self._writer.drain()
            received = await self._line()
            if received is not None:
                return received
            failure = Unreachable("the server closed the connection")
        except OSError:  # its text names addresses
            pass
        raise failure

    async def _line(self) -> bytes | None:
        """What comes before the next end of a line, whichever it is; ``None`` when there is no more."""
        while True:
            begun = self._left.lstrip(b"\r\n")
            for end in (b"\r", b"\n"):
                line, found, rest = begun.partition(end)
                if found:
                    self._left = rest
                    return line
            if len(begun) > LONGEST_ANSWER:
                raise UnexpectedAnswer(f"an answer larger than {LONGEST_ANSWER} bytes")
            chunk = await self._reader.read(65536)
            if not chunk:
                return None
            self._left = begun + chunk


async def open_connection(settings: Sip2Settings) -> Connection:
    """A connection that is logged in. Raises ``LibraryError``, unsent."""
    connection = await _connect(settings)
    try:
        await _log_in(connection, settings)
        connection.status = await _status(connection)
    except LibraryError as failure:
        failure.sent = False  # of what the caller wanted to ask, nothing was
        raise
    finally:
        if not hasattr(connection, "status"):
            connection.drop()
    return connection


async def _connect(settings: Sip2Settings) -> Connection:
    context = verifying_context() if settings.tls else None
    try:
        reader, writer = await asyncio.open_connection(settings.host, settings.port, ssl=context)
    except socket.gaierror:
        failure = _hopeless("the name was not found")
    except ssl.SSLError:  # wrong names and untrusted certificates are kinds of it
        failure = _hopeless("TLS failed: the certificate or protocol was not accepted")
    except OSError:
        failure = Unreachable("the connection was refused", sent=False)
    else:
        return Connection(settings, reader, writer)
    raise failure


async def _log_in(connection: Connection, settings: Sip2Settings) -> None:
    if not settings.user or settings.password is None:
        return
    told = [(f.USER, settings.user), (f.PASSWORD, settings.password.reveal())]
    if settings.location:
        told.append((f.LOCATION, settings.location))
    plain = {"user_algorithm": "0", "password_algorithm": "0"}
    answer = await connection.ask(Question("93", plain, tuple(told)))
    if answer.fixed["ok"] != "1":
        raise Refused("the server does not accept our user, password and location", sent=False)


async def _status(connection: Connection) -> Answer:
    answer = await connection.ask(STATUS)
    if answer.fixed["on_line"] != "Y":
        raise ServerFailure("the server says that the library system is off line", sent=False)
    return answer


STATUS = Question("99", {"status": "0", "width": "080", "version": VERSION})
"""Asks how the server is; changes nothing."""


def _hopeless(detail: str) -> Unreachable:
    failure = Unreachable(detail, sent=False)
    failure.retryable = False  # the next try would end the same
    return failure


def stamp(moment: datetime) -> str:
    """A moment as SIP2 writes it, in the library's own zone."""
    return moment.strftime("%Y%m%d    %H%M%S")
