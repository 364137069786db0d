"""The credential floor: one OAuth2 token for all calls of a library, fetched once however many wait."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from discovery_accounts.connectors.api import Refused, UnexpectedAnswer
from discovery_accounts.connectors.koha.errors import rate_limited, read_fault
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport

# A token is given up this long before its end, so that it does not end on its way; a short-lived
# one keeps nine tenths of its life.
_MARGIN_SECONDS = 60.0
_MARGIN_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    good_until: float


class Tokens:
    """Gives the token for the next call. ``clock`` counts seconds and never goes back."""

    def __init__(
        self, settings: KohaSettings, transport: Transport, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._token: _Token | None = None
        self._fetching: asyncio.Task[_Token] | None = None

    async def current(self) -> str:
        """A token that is good for this call. Raises ``Refused`` when Koha does not accept our key."""
        token = self._token
        if token is None or self._clock() >= token.good_until:
            token = await self._shared_fetch()
        return token.value

    async def after_refusal(self, refused: str) -> str:
        """The token to try after that one was refused: a newer one, fetched unless somebody just did."""
        if self._token is not None and self._token.value == refused:
            self._token = None
        return await self.current()

    async def anew(self) -> None:
        """Asks for another token though there is a good one: for a self-test of the key."""
        await self._shared_fetch()

    async def close(self) -> None:
        """Gives up a fetch that is under way."""
        if self._fetching is not None:
            self._fetching.cancel()

    async def _shared_fetch(self) -> _Token:
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(self._fetched)
        # Shielded: a caller whose deadline passes must not take the token from all the others.
        return await asyncio.shield(self._fetching)

    def _fetched(self, task: asyncio.Task[_Token]) -> None:
        self._fetching = None
        if not task.cancelled() and task.exception() is None:
            self._token = task.result()

    async def _fetch(self) -> _Token:
        asked_at = self._clock()
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.reveal(),
        }
        # Safe: it changes nothing, so it may be the trial call of a breaker that opened meanwhile.
        answer = await self._transport.send(HttpRequest("POST", "/v1/oauth/token", form=form, safe=True))
        if answer.status == 429:
            raise rate_limited(answer)
        if answer.status in (400, 401, 403):
            raise Refused("Koha does not accept client_id and client_secret, or OAuth2 is switched off there")
        if answer.status != 200:
            raise read_fault(answer).as_error("asking for a token")
        return _read_token(answer, asked_at)


def _read_token(answer: HttpAnswer, asked_at: float) -> _Token:
    body = answer.json()
    value = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value:
        raise UnexpectedAnswer("token: access_token is missing")
    seconds = body.get("expires_in")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
        raise UnexpectedAnswer("token: expires_in is not a number of seconds")
    margin = min(_MARGIN_SECONDS, seconds * _MARGIN_SHARE)
    return _Token(value, asked_at + seconds - margin)
