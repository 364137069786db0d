"""A transport that answers from recordings. Nothing is patched: the connector under test is the real one.

A recording is one request and its answer; a file of them is a JSON list::

    [{"request": {"method": "GET", "path": "/v1/patrons/57"},
      "answer": {"status": 200, "json": {"patron_id": 57}}}]

``params`` of a request are compared when they are given; ``times`` says how often a recording may be
used (any number when left out). ``json`` or ``text`` is the body, ``headers`` are those of the answer.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from discovery_accounts.connectors.api import LibraryError, ServerFailure
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest

Reply = HttpAnswer | LibraryError | Callable[[HttpRequest], HttpAnswer]


class UnmatchedRequestError(AssertionError):
    """The connector asked for what nobody recorded. The text shows no value that was sent."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request and what it gets: an answer, a failure to raise, or a function of the request.

    ``delay`` in seconds is how long the library takes.
    """

    method: str
    path: str
    reply: Reply = field(repr=False)
    params: Mapping[str, str] | None = field(default=None, repr=False)
    times: int | None = None
    delay: float = 0.0

    def fits(self, request: HttpRequest) -> bool:
        """Whether this is the recording of that request."""
        same_params = self.params is None or dict(self.params) == dict(request.params)
        return (self.method, self.path) == (request.method, request.path) and same_params


class ReplayTransport:
    """Answers each request by the first recording that fits and is not used up.

    ``requests`` are those that were sent, in order. An answer of 5xx is raised as
    ``ServerFailure``, as every transport does.
    """

    def __init__(self, recordings: Iterable[Recorded]) -> None:
        self._recordings = list(recordings)
        self._used = [0] * len(self._recordings)
        self.requests: list[HttpRequest] = []

    @classmethod
    def from_files(cls, *files: Path) -> "ReplayTransport":
        """From files of recordings, in the order given."""
        return cls(recorded for file in files for recorded in read_recordings(file))

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """The recorded answer. Raises ``UnmatchedRequestError`` when there is none."""
        self.requests.append(request)
        recorded = self._take(request)
        await asyncio.sleep(recorded.delay)
        reply = recorded.reply
        answer = reply(request) if callable(reply) else reply
        if isinstance(answer, LibraryError):
            raise answer
        if answer.status >= 500:
            raise ServerFailure(f"HTTP {answer.status}")
        return answer

    def count(self, method: str | None = None, path_contains: str = "") -> int:
        """How many requests had that method and a path with that text in it."""
        return sum(
            1 for sent in self.requests if method in (None, sent.method) and path_contains in sent.path
        )

    def _take(self, request: HttpRequest) -> Recorded:
        for at, recorded in enumerate(self._recordings):
            if recorded.fits(request) and (recorded.times is None or self._used[at] < recorded.times):
                self._used[at] += 1
                return recorded
        names = ", ".join(sorted(request.params)) or "none"
        raise UnmatchedRequestError(
            f"no recording of {request.method} {request.path} with parameters: {names}"
        )


def json_answer(value: Any, status: int = 200, **headers: str) -> HttpAnswer:
    """An answer with a JSON body; ``x_total_count="2"`` becomes the header ``x-total-count``."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpAnswer(status, {"content-type": "application/json"} | named, json.dumps(value).encode())


def read_recordings(file: Path) -> list[Recorded]:
    """The recordings of one file."""
    return [_read(entry) for entry in json.loads(file.read_text("utf-8"))]


def _read(entry: Mapping[str, Any]) -> Recorded:
    request, answer = entry["request"], entry["answer"]
    headers = {name.lower(): text for name, text in answer.get("headers", {}).items()}
    if "json" in answer:
        headers.setdefault("content-type", "application/json")
        body = json.dumps(answer["json"]).encode()
    else:
        body = answer.get("text", "").encode()
    reply = HttpAnswer(answer["status"], headers, body)
    return Recorded(request["method"], request["path"], reply, request.get("params"), entry.get("times"))
