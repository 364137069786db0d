"""What a connector speaks through: one request, one answer, whatever carries them.

``connectors.http`` carries them over a shared pooled client; ``discovery_accounts.testing``
has a transport that replays recorded answers. Reprs show no header, body or parameter value,
because keys, PINs and card numbers travel there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from discovery_accounts.connectors.api import UnexpectedAnswer, Unsupported


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One call. ``path`` is joined to the library's base URL and holds no secret.

    ``safe`` calls change nothing and count no failure of a person: only they may be repeated, or
    sent as a trial by an open breaker. ``optional`` calls are the first to be left out when the
    library has many calls under way. At most one of ``form`` and ``json`` is given.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: object | None = field(default=None, repr=False)
    safe: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, headers (names in lower case) and body of an answer, read whole and bounded in size."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    def json(self) -> Any:
        """The body as JSON; raises ``UnexpectedAnswer`` when it is something else."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            kind = self.headers.get("content-type", "no content type")
            raise UnexpectedAnswer(f"expected JSON, got {kind} (HTTP {self.status})") from None


class Transport(Protocol):
    """Sends one request. Raises the kinds of ``LibraryError``; never returns a 5xx as an answer.

    4xx statuses are answers: what they mean is the vendor's business, except 429, whose
    ``Retry-After`` the connector turns into ``RateLimited``.
    """

    async def send(self, request: HttpRequest) -> HttpAnswer: ...


class NoTransport:
    """For connectors that have connections of their own."""

    async def send(self, request: HttpRequest) -> HttpAnswer:  # noqa: ARG002 - the contract's
        """Sends nothing."""
        raise Unsupported("this kind of library is not reached over HTTP", sent=False)
