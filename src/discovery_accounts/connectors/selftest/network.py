"""The way to a library: its name, a connection to it, and the encryption on that."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.config.stage import is_loopback
from discovery_accounts.connectors.api import CheckCause
from discovery_accounts.connectors.selftest.causes import Failure
from discovery_accounts.connectors.selftest.certificates import days_left, look
from discovery_accounts.connectors.selftest.place import Place, place_of
from discovery_accounts.connectors.selftest.steps import Outcome, Passed, Skipped, Warned

WARN_CERTIFICATE = 30
"""Days before the end of a certificate from which on it is told."""
_MOST_ADDRESSES = 4
_NO_NETWORK = Skipped("this library is not reached over a network")

Address = tuple[int, tuple[str, int]]


class Network:
    """Looks at one library's place, step by step."""

    def __init__(self, library: LibrarySettings, context: ssl.SSLContext) -> None:
        self._place = place_of(library.url)
        self._seconds = library.timeout
        self._context = context
        self._addresses: Sequence[Address] = ()

    async def name(self) -> Outcome:
        """Whether the host name is known."""
        if self._place is None:
            return _NO_NETWORK
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                found = await loop.getaddrinfo(
                    self._place.host, self._place.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
                )
        except TimeoutError:
            told = f"{self._place.host}: the name servers did not answer within {self._seconds:g} s"
            return Failure(CheckCause.NAME_NOT_FOUND, told)
        except (OSError, UnicodeError):
            return Failure(CheckCause.NAME_NOT_FOUND, f"{self._place.host}: no such name")
        places = [(family, (str(place[0]), int(place[1]))) for family, _, _, _, place in found]
        self._addresses = places[:_MOST_ADDRESSES]
        told = ", ".join(dict.fromkeys(address[0] for _, address in self._addresses))
        return Passed(f"{self._place.host}: {told}")

    async def line(self) -> Outcome:
        """Whether a connection can be made to one of the addresses."""
        if self._place is None:
            return _NO_NETWORK
        failures: list[OSError] = []
        for family, address in self._addresses:
            problem = await self._connect(family, address)
            if problem is None:
                in_vain = f" (not by {len(failures)} of its addresses)" if failures else ""
                return Passed(f"connected to {_shown(address)}{in_vain}")
            failures.append(problem)
        return _unconnected(self._place, failures, self._seconds)

    async def encryption(self) -> Outcome:
        """Whether the line is encrypted, by a certificate that is good, and until when."""
        place = self._place
        if place is None:
            return _NO_NETWORK
        if not place.encrypted:
            if is_loopback(place.host):
                return Skipped("not encrypted, and within this machine")
            return Warned(CheckCause.PLAIN_CONNECTION, f"{place}: not encrypted")
        try:
            found = await look(place, self._context, self._seconds)
        except (TimeoutError, OSError) as error:
            return Failure(CheckCause.TLS_FAILED, f"{place}: {type(error).__name__} while encrypting")
        if isinstance(found, Failure):
            return found
        by = f", issued by {found.issuer}" if found.issuer else ""
        if found.until is None:
            return Passed(f"{found.protocol}{by}")
        days = days_left(found.until, datetime.now(UTC))
        told = f"{found.protocol}{by}, good until {found.until:%Y-%m-%d} ({days} days)"
        if days < WARN_CERTIFICATE:
            return Warned(CheckCause.CERTIFICATE_ENDS_SOON, told)
        return Passed(told)

    async def _connect(self, family: int, address: tuple[str, int]) -> OSError | None:
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.setblocking(False)
            async with asyncio.timeout(self._seconds / len(self._addresses)):
                await asyncio.get_running_loop().sock_connect(line, address)
        except OSError as problem:  # TimeoutError is one
            return problem
        finally:
            line.close()
        return None


def _unconnected(place: Place, failures: Sequence[OSError], seconds: float) -> Failure:
    if any(isinstance(problem, ConnectionRefusedError) for problem in failures):
        return Failure(CheckCause.CONNECTION_REFUSED, f"{place}: connection refused")
    if any(isinstance(problem, TimeoutError) for problem in failures):
        return Failure(CheckCause.NO_CONNECTION_IN_TIME, f"{place}: no connection within {seconds:g} s")
    told = next((problem.strerror for problem in failures if problem.strerror), "no address")
    return Failure(CheckCause.NO_CONNECTION_IN_TIME, f"{place}: {told}")


def _shown(address: tuple[str, int]) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
