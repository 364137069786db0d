"""The wire floor: one authorised call to Koha's REST API, and the answers that mean the same everywhere."""

from collections.abc import Mapping
from dataclasses import replace

from discovery_accounts.connectors.api import Refused
from discovery_accounts.connectors.koha.errors import rate_limited, read_fault
from discovery_accounts.connectors.koha.tokens import Tokens
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport


class KohaClient:
    """Speaks to one Koha. Paths begin with ``/v1/``.

    Raises the kinds of ``LibraryError``; what is left for the caller to judge are 2xx, 400, 404 and
    those 403 that are no missing right.
    """

    def __init__(self, transport: Transport, tokens: Tokens) -> None:
        self._transport = transport
        self._tokens = tokens

    async def close(self) -> None:
        """Ends what is under way for the client itself; the transport belongs to its maker."""
        await self._tokens.close()

    async def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        embed: str = "",
        optional: bool = False,
        query: object | None = None,
    ) -> HttpAnswer:
        """A reading; ``embed`` names related records to be sent along. ``query`` is Koha's ``q``, sent
        in the body, because it holds what must not be in logs of addresses."""
        headers = {"Accept": "application/json"} | ({"x-koha-embed": embed} if embed else {})
        request = HttpRequest("GET", path, params or {}, headers, json=query, safe=True, optional=optional)
        return await self._send(request)

    async def post(self, path: str, json: object | None = None) -> HttpAnswer:
        """An act, or a check that counts a person's failures: sent once."""
        return await self.act("POST", path, json)

    async def act(self, method: str, path: str, json: object | None = None, override: str = "") -> HttpAnswer:
        """Something that changes what the library knows: sent once. ``override`` is Koha's header of that name."""
        headers = {"Accept": "application/json"} | ({"x-koha-override": override} if override else {})
        return await self._send(HttpRequest(method, path, headers=headers, json=json))

    async def _send(self, request: HttpRequest) -> HttpAnswer:
        token = await self._tokens.current()
        answer = await self._transport.send(_with(request, token))
        if answer.status == 401:
            # In core Koha a 401 is about our token alone and comes before anything is done: a wrong PIN
            # is a 400. So even a PIN or a renewal may be sent once more, with a newer token.
            token = await self._tokens.after_refusal(token)
            answer = await self._transport.send(_with(request, token))
        if answer.status == 401:
            raise Refused("Koha refuses a token that it has just given")
        if answer.status == 429:
            raise rate_limited(answer)
        if answer.status == 403 and (fault := read_fault(answer)).permissions:
            raise fault.as_error(f"{request.method} on {request.path.split('/')[2]}")
        return answer


def _with(request: HttpRequest, token: str) -> HttpRequest:
    return replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})
