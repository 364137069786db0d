"""One call to the system: our key goes with it, and what is no answer is raised."""

import math
from typing import Any
from urllib.parse import quote

from discovery_accounts.config.secret import Secret
from discovery_accounts.connectors.api import RateLimited, Refused, UnexpectedAnswer, WrongPatron
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport


class Client:
    """Speaks through the transport, which brings time limits, the breaker and the limit of calls."""

    def __init__(self, transport: Transport, key: Secret) -> None:
        self._transport = transport
        self._key = key

    async def read(self, patron_id: str, *more: str) -> HttpAnswer:
        """Asks for something of a patron. It changes nothing, so it may be asked again."""
        return await self._send("GET", _path("patrons", patron_id, *more), safe=True)

    async def act(self, method: str, patron_id: str, *more: str) -> HttpAnswer:
        """Changes something of a patron. It is sent once."""
        return await self._send(method, _path("patrons", patron_id, *more))

    async def check(self, number: str, pin: str) -> HttpAnswer:
        """Asks whose card and PIN these are. It is sent once: a wrong PIN is counted there."""
        return await self._send("POST", "/check", {"number": number, "pin": pin})

    async def _send(self, method: str, path: str, json: object = None, safe: bool = False) -> HttpAnswer:
        headers = {"X-Key": self._key.reveal()}
        answer = await self._transport.send(HttpRequest(method, path, headers=headers, json=json, safe=safe))
        if answer.status == 401:
            raise Refused("the library refuses our key")
        if answer.status == 429:
            raise RateLimited("the library asks us to wait", retry_after=_seconds(answer))
        return answer


def about(answer: HttpAnswer, patron_id: str) -> dict[str, Any]:
    """The body of an answer that must be about that patron. Raises ``WrongPatron``."""
    body = answer.json()
    if answer.status != 200 or not isinstance(body, dict):
        raise UnexpectedAnswer(f"HTTP {answer.status}")
    if body.get("patron") != patron_id:
        raise WrongPatron("an answer about somebody else")
    return body


def why(answer: HttpAnswer) -> str:
    """The word by which the system says no."""
    body = answer.json()
    return str(body.get("why")) if isinstance(body, dict) else ""


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _seconds(answer: HttpAnswer) -> float | None:
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None
