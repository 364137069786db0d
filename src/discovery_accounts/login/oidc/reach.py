"""Where a call to a provider may go, and how long it may take (checklist O7).

A provider's metadata names addresses that we then call from inside the network. Addresses of that
network itself are refused before anything is sent, unless a setting allows them; what is judged is the
very address that the connection is made to, so a name that changes its mind between two look-ups gains
nothing.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

from discovery_accounts.login.provider import ProviderFailure

_NAT64 = ip_network("64:ff9b::/96")


def may_reach(address: str, private: bool) -> bool:
    """Whether an IP address may be called; ``private`` allows this machine and its own networks too.

    Addresses of one link (where clouds keep their secrets), of groups and of nobody never may be.
    """
    ip = _innermost(ip_address(address.partition("%")[0]))
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or (ip.is_reserved and not ip.is_loopback):
        return False
    return private or ip.is_global


class Guard:
    """One call: refuses addresses it may not go to, and hangs up when its time is over."""

    def __init__(self, private: bool, seconds: float) -> None:
        self._private = private
        self._seconds = seconds
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self.expired = False

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to the first address of ``host`` that answers. Raises ``ProviderFailure`` when
        none of them may be called, else ``OSError``."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        allowed = [address for address in dict.fromkeys(addresses) if may_reach(address, self._private)]
        if not allowed:
            raise ProviderFailure("address_refused", f"{host} is inside our own network")
        error: OSError = TimeoutError("timed out")
        for address in allowed:
            try:
                return self._watch(socket.create_connection((address, port), self._seconds))
            except OSError as failed:
                error = failed
            if self.expired:
                break
        raise error

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Within, connections are shut when the time is over, whatever the other side still sends: a time
        limit on each read alone would let it send a byte now and then for ever."""
        timer = threading.Timer(self._seconds, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                for each in self._watched:
                    each.close()
                self._watched.clear()

    def _watch(self, connection: socket.socket) -> socket.socket:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            # A second handle on the same connection: TLS takes the first one over
            self._watched.append(connection.dup())
        return connection

    def _hang_up(self) -> None:
        with self._lock:
            self.expired = True
            for each in self._watched:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:  # it is over already
                    continue


def pools(guard: Guard) -> dict[str, Any]:
    """The kinds of connection pool by scheme whose every connection is made by ``guard``."""

    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            return guard.connect(connection.host, connection.port)
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, "timed out") from error

    class Http(HTTPConnection):
        _new_conn = connect

    class Https(HTTPSConnection):
        _new_conn = connect

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = Https

    return {"http": HttpPool, "https": HttpsPool}


def _innermost(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address leads to, where it is a wrapping of one."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else ip)
