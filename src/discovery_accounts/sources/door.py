"""The one way out to a source: a GET that is bounded in time and size, and polite."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from discovery_accounts.sources.api import Busy, SourceFailed

_MOST = 32 * 1024 * 1024
"""Bytes of one answer."""
_CHUNK = 256 * 1024
_REDIRECTS = 3
_USUAL_WAIT = timedelta(minutes=10)
_LONGEST_WAIT = timedelta(days=1)
_BUSY = (requests.codes.too_many_requests, requests.codes.service_unavailable)

Parameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` is 200, or a 4xx whose body may still say why."""

    status: int
    content: bytes = field(repr=False)


class Door:
    """``timeout`` is in seconds, for the connection and for each piece that comes; a whole answer may take
    three of them."""

    def __init__(self, url: str, timeout: float, most: int = _MOST) -> None:
        self.url = url
        self._timeout = timeout
        self._most = most

    def ask(self, parameters: Parameters) -> Answer:
        """Raises ``SourceFailed``; ``Busy`` where the source says so."""
        ends = time.monotonic() + 3 * self._timeout
        with requests.Session() as session:
            session.trust_env = False  # no proxies, passwords or certificates from the environment
            session.headers["User-Agent"] = f"discovery-accounts/{version('discovery-accounts')}"
            try:
                return self._follow(session, parameters, ends)
            except (requests.Timeout, TimeoutError, urllib3.exceptions.TimeoutError):
                raise SourceFailed("timed_out") from None
            except requests.exceptions.SSLError:
                raise SourceFailed("certificate") from None
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
                raise SourceFailed("unreachable") from None

    def _follow(self, session: requests.Session, parameters: Parameters, ends: float) -> Answer:
        url, query = self.url, parameters or None
        for _ in range(_REDIRECTS + 1):
            with session.get(
                url, params=query, timeout=self._timeout, allow_redirects=False, stream=True
            ) as answer:
                if not answer.is_redirect:
                    return self._received(answer, ends)
                # it has the parameters in it already
                url, query = _next(str(answer.url), answer.headers["Location"]), None
        raise SourceFailed("redirected")

    def _received(self, answer: requests.Response, ends: float) -> Answer:
        status = answer.status_code
        if status in _BUSY:
            raise Busy(_wait(answer.headers.get("Retry-After")))
        if status != requests.codes.ok and not 400 <= status < 500:
            raise SourceFailed(f"http_{status}")
        content = bytearray()
        # one read of the connection at a time: a server that sends a byte now and then must not be waited for
        while some := answer.raw.read1(_CHUNK, decode_content=True):
            content += some
            if len(content) > self._most:
                raise SourceFailed("too_large")
            if time.monotonic() > ends:
                raise SourceFailed("timed_out")
        return Answer(status, bytes(content))


def _wait(told: str | None) -> timedelta:
    """``Retry-After``: seconds or a date (RFC 9110, 10.2.3)."""
    text = (told or "").strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), 86400))
    else:
        try:
            until = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return _USUAL_WAIT
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        wait = until - datetime.now(UTC)
    return min(max(wait, timedelta(seconds=1)), _LONGEST_WAIT)


def _next(url: str, location: str) -> str:
    """A redirect is followed on the same host only, never from https to http."""
    target = urljoin(url, location)
    was, is_now = urlsplit(url), urlsplit(target)
    same_host = was.hostname == is_now.hostname
    if is_now.scheme not in ("https", was.scheme) or not same_host:
        raise SourceFailed("redirected")
    return target
