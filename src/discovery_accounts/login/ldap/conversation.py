"""One connection to one server: every wait in it ends at one moment, and nothing of it is left open.

ldap3 makes and reads the messages; the socket is ours. Its own opening leaks sockets that could not
connect, hides why a certificate was refused, and bounds each wait instead of all together.
"""

import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any

import ldap3

from discovery_accounts.login.ldap.settings import Server

START_TLS = "1.3.6.1.4.1.1466.20037"

SUCCESS = 0
SIZE_LIMIT_EXCEEDED = 4


class ServerDown(Exception):
    """This server can't be asked; another may. ``code`` is stable, ``detail`` holds nothing personal.

    ``told`` says that a question was sent which must not be repeated elsewhere.
    """

    def __init__(self, code: str, detail: str = "", *, told: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.told = told


@dataclass(frozen=True, slots=True)
class Result:
    """A result code of RFC 4511, and the server's own words, which may hold names."""

    code: int
    message: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"result {self.code}"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry; the names of its attributes are in small letters."""

    dn: str = field(repr=False)
    attributes: Mapping[str, tuple[bytes, ...]] = field(repr=False)


class _Bounded:
    """A socket of which ldap3 uses four methods, none of which waits beyond the deadline."""

    def __init__(self, inner: socket.socket, ends: float) -> None:
        self.inner = inner
        self._ends = ends

    def left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def sendall(self, data: bytes) -> None:
        self.inner.settimeout(self.left())
        self.inner.sendall(data)

    def recv(self, size: int) -> bytes:
        self.inner.settimeout(self.left())
        return self.inner.recv(size)

    def shutdown(self, how: int) -> None:
        self.inner.shutdown(how)

    def close(self) -> None:
        self.inner.close()


class Conversation:
    """Open with ``with``; raises ``ServerDown``, from every method. ``context`` is ``None`` for no encryption."""

    def __init__(self, server: Server, context: ssl.SSLContext | None, timeout: float) -> None:
        self.server = server
        self._context = context
        self._timeout = timeout
        self._ends = time.monotonic() + timeout
        self._socket: _Bounded | None = None
        self._ldap = ldap3.Connection(
            ldap3.Server(server.host, server.port, get_info=ldap3.NONE),
            client_strategy=ldap3.SAFE_SYNC,
            read_only=True,
            auto_referrals=False,
            auto_range=False,
            auto_escape=False,
            check_names=False,
            return_empty_attributes=False,
        )

    def __enter__(self) -> "Conversation":
        try:
            with self._speaking():
                self._open()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def bind(self, dn: str, password: str) -> Result:
        """Whether the directory takes the password is the code: 0 yes, 49 no. The password is never empty."""
        if not dn or not password:  # would be taken for an anonymous bind, which succeeds (RFC 4513, 5.1.2)
            raise ValueError("no name, or no password")
        self._ldap.user, self._ldap.authentication = dn, ldap3.SIMPLE
        self._ldap.password = password.encode()  # as bytes they are sent as they were typed
        try:
            with self._speaking():
                _, result, _, _ = self._ldap.bind(read_server_info=False)
                return Result(int(result["result"]), str(result["message"]))
        finally:
            self._ldap.password = None

    def search(
        self, base: str, condition: str, attributes: Sequence[str], limit: int, *, names_only: bool = False
    ) -> tuple[Result, tuple[Found, ...]]:
        """At most ``limit`` entries below ``base``. ``names_only``: which attributes there are, without values."""
        with self._speaking():
            _, result, entries, _ = self._ldap.search(
                base,
                condition,
                ldap3.SUBTREE,
                dereference_aliases=ldap3.DEREF_NEVER,
                attributes=list(attributes),
                size_limit=limit,
                time_limit=max(1, int(self._timeout)),
                types_only=names_only,
            )
            found = tuple(_found(entry) for entry in entries or () if entry["type"] == "searchResEntry")
            return Result(int(result["result"]), str(result["message"])), found

    def certificate_until(self) -> date | None:
        """The last day of the server's certificate (UTC), ``None`` without TLS."""
        inner = self._socket.inner if self._socket else None
        if not isinstance(inner, ssl.SSLSocket):
            return None
        ends = (inner.getpeercert() or {}).get("notAfter")
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), UTC).date() if ends else None

    def _open(self) -> None:
        plain = self._connected()
        self._hand_over(plain)
        # 40 ms a connection: the requests are small, and each waits for an answer
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context is None:
            return
        if not self.server.tls:
            _, result, _, _ = self._ldap.extended(START_TLS)
            if result["result"] != SUCCESS:
                raise ServerDown("tls_refused", f"result {result['result']}")
        plain.settimeout(max(0.01, self._ends - time.monotonic()))
        self._hand_over(self._context.wrap_socket(plain, server_hostname=self.server.host))

    def _connected(self) -> socket.socket:
        """To the first address that answers; a mute one leaves time for those after it."""
        places = socket.getaddrinfo(self.server.host, self.server.port, type=socket.SOCK_STREAM)
        for count, (family, kind, protocol, _, address) in enumerate(places):
            opened = socket.socket(family, kind, protocol)
            try:
                opened.settimeout(max(0.01, self._ends - time.monotonic()) / (len(places) - count))
                opened.connect(address)
            except OSError:
                opened.close()
                if count == len(places) - 1:
                    raise
            else:
                return opened
        raise OSError("no address")

    def _hand_over(self, opened: socket.socket) -> None:
        """Give ldap3 a socket, as its own opening would."""
        self._socket = _Bounded(opened, self._ends)
        self._ldap.socket = self._socket
        if self._ldap.closed:
            self._ldap.closed, self._ldap.listening = False, True
            self._ldap.strategy._outstanding = {}

    def _close(self) -> None:
        with suppress(Exception):  # it is over, whatever the server thinks of it
            self._ldap.unbind()
        if self._socket is not None:
            self._socket.close()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except ServerDown:
            raise
        except ssl.SSLCertVerificationError as problem:
            raise ServerDown("certificate_refused", problem.verify_message) from None
        except Exception as problem:  # noqa: BLE001 - ldap3 raises all kinds at an answer that is none
            late = time.monotonic() >= self._ends or isinstance(problem, TimeoutError)
            raise ServerDown("timed_out" if late else "unreachable", _words(problem)) from None


def _words(problem: Exception) -> str:
    """Texts of ldap3 may repeat what was sent; those of the system don't."""
    if isinstance(problem, ssl.SSLError):
        return f"TLS: {problem.reason or type(problem).__name__}"
    return (isinstance(problem, OSError) and problem.strerror) or type(problem).__name__


def _found(entry: Mapping[str, Any]) -> Found:
    raw = entry["raw_attributes"]
    return Found(str(entry["dn"]), {str(name).lower(): tuple(map(bytes, raw[name] or ())) for name in raw})
