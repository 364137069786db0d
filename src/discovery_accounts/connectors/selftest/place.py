"""Where a library is reached: what name, line and certificate can be tested by."""

from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"https": 443, "http": 80, "sips": 6443, "sip": 6001}
"""Where the scheme says nothing else."""
_ENCRYPTED = {"https", "sips"}


@dataclass(frozen=True, slots=True)
class Place:
    """Host and port of an address, and whether the line is encrypted from its first byte."""

    host: str
    port: int
    encrypted: bool

    def __str__(self) -> str:
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def place_of(url: str) -> Place | None:
    """The place of ``url``; ``None`` for a library that is not reached over a network, or in a way not known here."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in PORTS:
        return None
    return Place(parts.hostname, parts.port or PORTS[parts.scheme], parts.scheme in _ENCRYPTED)
