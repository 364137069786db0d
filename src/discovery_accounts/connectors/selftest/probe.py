"""A transport that looks on: what each answer was, so that the self-test can tell why something failed."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from discovery_accounts.connectors.api import LibraryError
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport

_TOTAL_HEADERS = ("x-total-count",)
_TOTAL_FIELDS = ("total_record_count", "total_count", "total")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is kept of an answer: nothing of its body but how many rows it says there are.

    ``kind`` is its content type, ``clock`` the library's time less ours, in seconds.
    """

    status: int
    kind: str = ""
    seconds: float = 0.0
    clock: float | None = None
    total: int | None = None

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people, which no interface answers with."""
        return "html" in self.kind


class Probe:
    """Passes everything on to ``transport``, and remembers what came back."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.seen: list[Seen] = []
        self.calls = 0

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """See ``Transport``."""
        started = time.monotonic()
        self.calls += 1
        try:
            answer = await self._transport.send(request)
        except LibraryError as error:
            if error.status is not None:
                self.seen.append(Seen(error.status, seconds=time.monotonic() - started))
            raise
        self.seen.append(_seen(answer, time.monotonic() - started))
        return answer

    @property
    def last(self) -> Seen | None:
        """The last answer that came."""
        return self.seen[-1] if self.seen else None


def _seen(answer: HttpAnswer, seconds: float) -> Seen:
    headers = answer.headers
    return Seen(
        answer.status,
        headers.get("content-type", "").partition(";")[0].strip().lower()[:60],
        seconds,
        _clock(headers.get("date")),
        _total(answer),
    )


def _clock(date: str | None) -> float | None:
    if date is None:
        return None
    try:
        told = parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return None
    aware = told if told.tzinfo is not None else told.replace(tzinfo=UTC)
    return (aware - datetime.now(UTC)).total_seconds()


def _total(answer: HttpAnswer) -> int | None:
    for header in _TOTAL_HEADERS:
        if answer.headers.get(header, "").isdecimal():
            return int(answer.headers[header])
    try:
        body = json.loads(answer.body) if b"total" in answer.body[:400] + answer.body[-400:] else None
    except (ValueError, RecursionError):
        return None
    told = [body.get(field) for field in _TOTAL_FIELDS] if isinstance(body, dict) else []
    return next((one for one in told if isinstance(one, int)), None)
