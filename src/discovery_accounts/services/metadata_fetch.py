"""Getting a metadata document into a private file: from a server or from a file of this machine.

What is got is bounded in size and time, and nothing of it is believed yet.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from discovery_accounts.config.stage import is_loopback

MOST = 200 * 1024 * 1024  # bytes of a federation's list
MOST_ALONE = 5 * 1024 * 1024  # bytes of one entity
_CHUNK = 256 * 1024
_REDIRECTS = 3
_TYPES = "application/samlmetadata+xml, application/xml;q=0.8, text/xml;q=0.8"


class MetadataUnreachable(Exception):
    """The document could not be got. ``code`` is stable: ``unreachable``, ``timed_out``, ``http_404``, …"""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for a connection, for each piece that comes, for all of it; and how many bytes."""

    connect: float = 5.0
    piece: float = 20.0
    whole: float = 300.0
    size: int = MOST


AT_SIGN_IN = Patience(connect=2.0, piece=4.0, whole=6.0, size=MOST_ALONE)


@dataclass(frozen=True, slots=True)
class Got:
    """``version`` is what the server calls this state of the document, to ask for news only."""

    version: str | None


def fetch(
    url: str, into: Path, *, development: bool, version: str | None = None, patience: Patience = Patience()
) -> Got | None:
    """Write what is at ``url`` to ``into``; ``None`` when it is still the ``version`` given.

    Only https, and in development http to this machine. A redirect is followed to the same host only.
    Raises ``MetadataUnreachable``.
    """
    ends = time.monotonic() + patience.whole
    with requests.Session() as session:
        session.trust_env = False  # no proxies, passwords or certificates from the environment
        try:
            return _follow(session, url, into, _asking(version), development, patience, ends)
        except (requests.Timeout, TimeoutError, urllib3.exceptions.TimeoutError):
            raise MetadataUnreachable("timed_out") from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise MetadataUnreachable("unreachable", type(error).__name__) from None


def copy(path: Path, into: Path) -> None:
    """A private copy of a file, so that what is verified is what is read. Raises ``MetadataUnreachable``."""
    try:
        with path.open("rb") as source, into.open("wb") as target:
            size = 0
            while some := source.read(_CHUNK):
                size = _count(size, some, MOST)
                target.write(some)
    except OSError as error:
        raise MetadataUnreachable("unreadable", type(error).__name__) from None


def _asking(version: str | None) -> dict[str, str]:
    headers = {"Accept": _TYPES}
    if version is not None:
        # an ETag stands in quotes, a date does not
        headers["If-None-Match" if '"' in version else "If-Modified-Since"] = version
    return headers


def _follow(
    session: requests.Session,
    url: str,
    into: Path,
    headers: dict[str, str],
    development: bool,
    patience: Patience,
    ends: float,
) -> Got | None:
    for _ in range(_REDIRECTS + 1):
        _check_address(url, development)
        waits = (patience.connect, patience.piece)
        with session.get(url, headers=headers, timeout=waits, allow_redirects=False, stream=True) as answer:
            if answer.is_redirect:
                url = _next(url, answer.headers["Location"])
                continue
            if answer.status_code == requests.codes.not_modified:
                return None
            if answer.status_code != requests.codes.ok:
                raise MetadataUnreachable(f"http_{answer.status_code}")
            with into.open("wb") as file:
                _receive(answer, file, patience.size, ends)
            return Got(
                (answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "")[:255] or None
            )
    raise MetadataUnreachable("redirected", "too often")


def _receive(answer: requests.Response, file: BinaryIO, most: int, ends: float) -> None:
    size = 0
    # one read of the connection at a time: a server that sends a byte now and then must not be waited for
    while some := answer.raw.read1(_CHUNK, decode_content=True):
        if time.monotonic() > ends:
            raise MetadataUnreachable("timed_out")
        size = _count(size, some, most)
        file.write(some)


def _count(size: int, some: bytes, most: int) -> int:
    size += len(some)
    if size > most:
        raise MetadataUnreachable("too_large", f"more than {most // 1024 // 1024} MB")
    return size


def _check_address(url: str, development: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (
        development and parts.scheme == "http" and is_loopback(parts.hostname)
    ):
        raise MetadataUnreachable("not_https")


def _next(url: str, location: str) -> str:
    target = urljoin(url, location)
    if urlsplit(target)[:2] != urlsplit(url)[:2]:
        raise MetadataUnreachable("redirected", "to another host")
    return target
