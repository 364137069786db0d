"""One HTTP exchange: where it goes, what is sent, what comes back, and what can go wrong.

No text of an exception here holds a path, a query, a header or a body: only the host and the kind.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote, urlencode

import aiohttp
from aiohttp.http_exceptions import ContentEncodingError
from yarl import URL

from discovery_accounts.config.stage import is_loopback
from discovery_accounts.connectors.api import (
    LibraryError,
    ServerFailure,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
)
from discovery_accounts.connectors.session import shared_session
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest

MAX_BODY = 8 * 2**20  # bytes, after decompression

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_PATH = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*/?")  # no "//", "?", "#", nor anything unencoded


class Address:
    """A library's base URL; ``""`` for a library that is not reached over HTTP.

    Raises ``ValueError`` for what is no plain ``https`` base. ``http`` is for this machine itself, or
    with ``insecure``; that never means TLS without verification.
    """

    def __init__(self, url: str, insecure: bool) -> None:
        base = URL(url)
        allowed = ("https", "http") if insecure or is_loopback(base.host) else ("https",)
        if url and (base.scheme not in allowed or not base.host):
            raise ValueError("the base URL must be https")
        if base.user or base.password or base.query_string or base.fragment:
            raise ValueError("the base URL must have no user, query or fragment")
        self.host = base.host or ""
        self._scheme = base.scheme
        self._authority = base.raw_authority
        self._path = base.raw_path.rstrip("/")

    def url(self, request: HttpRequest) -> URL:
        """Where ``request`` goes, exactly as the connector encoded it, and always below the base.

        Raises ``LibraryError``, unsent, for a path that would lead out of it.
        """
        if not self.host or not _PATH.fullmatch(request.path) or _climbs(request.path):
            raise LibraryError(f"{self.host}: not a path below the base URL", sent=False)
        return URL.build(
            scheme=self._scheme,
            authority=self._authority,
            path=self._path + request.path,
            query_string=urlencode(request.params, quote_via=quote),
            encoded=True,
        )


def _climbs(path: str) -> bool:
    # Some servers decode %2F before they resolve the dots.
    return "." in unquote(path) and not {".", ".."}.isdisjoint(re.split(r"[/\\]", unquote(path)))


async def exchange(address: Address, request: HttpRequest, timeout: aiohttp.ClientTimeout) -> HttpAnswer:
    """Send ``request`` once and read the whole answer. Raises the kinds of ``LibraryError``."""
    url = address.url(request)
    headers, body = _encoded(request)
    # Failures are raised outside the handlers: aiohttp's own exceptions hold the URL and the headers.
    try:
        async with shared_session().request(
            request.method, url, headers=headers, data=body, timeout=timeout, allow_redirects=False
        ) as response:
            failure = _refusal(response)
            if failure is None:
                content = await _content(response)
                if content is not None:
                    return HttpAnswer(response.status, _lowered(response.headers), content)
                failure = UnexpectedAnswer(f"answer larger than {MAX_BODY} bytes")
    except aiohttp.ClientError as error:
        failure = _failure(error)
    except OSError:
        failure = Unreachable("the connection broke")
    except ValueError:  # a header with a line break
        failure = LibraryError("the request can't be written as HTTP", sent=False)
    failure.detail = f"{address.host}: {failure.detail}"
    failure.args = (failure.detail,)
    raise failure


def _encoded(request: HttpRequest) -> tuple[dict[str, str], bytes | None]:
    if request.form is not None:
        kind, body = "application/x-www-form-urlencoded", urlencode(request.form).encode()
    elif request.json is not None:
        kind, body = "application/json", json.dumps(request.json).encode()
    else:
        return dict(request.headers), None
    return {"Content-Type": kind, **request.headers}, body


def _refusal(response: aiohttp.ClientResponse) -> LibraryError | None:
    if response.status >= 500:
        wait = retry_after(response.headers.get("Retry-After"))
        failure: LibraryError = ServerFailure(f"HTTP {response.status}", retry_after=wait)
    elif response.status in REDIRECTS:
        failure = UnexpectedAnswer(f"HTTP {response.status}, a redirect, which is not followed")
    else:
        return None
    failure.status = response.status
    return failure


async def _content(response: aiohttp.ClientResponse) -> bytes | None:
    """The body, or ``None`` when it is larger than we take."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > MAX_BODY:
            response.close()
            return None
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _failure(error: aiohttp.ClientError) -> LibraryError:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return TimedOut("no connection in time", sent=False)
        case aiohttp.ClientConnectorDNSError():
            return _hopeless("the name was not found")
        case aiohttp.ClientSSLError() | aiohttp.ClientConnectorCertificateError():
            return _hopeless("TLS failed: the certificate or protocol was not accepted")
        case aiohttp.ClientConnectorError():
            return Unreachable("the connection was refused", sent=False)
        case aiohttp.ClientPayloadError() if isinstance(error.__cause__, ContentEncodingError):
            return UnexpectedAnswer("the body can't be decompressed")
        case aiohttp.ClientResponseError():
            return UnexpectedAnswer("the answer is not HTTP")
        case aiohttp.InvalidURL():
            return LibraryError("the request can't be written as HTTP", sent=False)
        case _:
            return Unreachable("the connection broke")


def _hopeless(detail: str) -> Unreachable:
    failure = Unreachable(detail, sent=False)
    failure.retryable = False  # the next try would end the same
    return failure


def retry_after(value: str | None) -> float | None:
    """Seconds to wait by a ``Retry-After`` header (RFC 9110, 10.2.3): a number or a date."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
