"""The wire floor: one authorised call to PAIA core, and the answers that mean the same everywhere."""

from urllib.parse import quote

from discovery_accounts.connectors.api import NotAPatron, Refused, ServerFailure
from discovery_accounts.connectors.paia.errors import rate_limited, read_fault
from discovery_accounts.connectors.paia.fields import PaiaFields
from discovery_accounts.connectors.paia.ids import is_patron_id
from discovery_accounts.connectors.paia.settings import PaiaSettings
from discovery_accounts.connectors.paia.tokens import Token, Tokens
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport

_NOT_BUILT = 501


class PaiaClient:
    """Speaks to one PAIA server. Raises the kinds of ``LibraryError``."""

    def __init__(self, settings: PaiaSettings, transport: Transport, tokens: Tokens) -> None:
        self._settings = settings
        self._transport = transport
        self._tokens = tokens

    async def read(
        self, patron_id: str, method: str, scope: str, *, optional: bool = False
    ) -> PaiaFields | NotAPatron:
        """What a reading method of PAIA core says; ``""`` is the one about the patron."""
        return await self._core(patron_id, method, scope, None, optional)

    async def act(
        self, patron_id: str, method: str, documents: list[dict[str, object]]
    ) -> PaiaFields | NotAPatron:
        """Something that changes what the library knows: sent once."""
        return await self._core(patron_id, method, "write_items", {"doc": documents}, False)

    async def change_password(self, token: Token, form: dict[str, str]) -> HttpAnswer:
        """The answer of PAIA auth, sent once in the name of the patron whose token it is."""
        request = HttpRequest("POST", f"{self._settings.auth_path}/change", headers=token.headers, form=form)
        return await self._send(request, "change")

    async def _core(
        self, patron_id: str, method: str, scope: str, body: object, optional: bool
    ) -> PaiaFields | NotAPatron:
        if not is_patron_id(patron_id):
            return NotAPatron()
        doing = method or "patron"
        path = "/".join([self._settings.core_path, quote(patron_id, safe=""), *([method] if method else ())])
        answer: HttpAnswer | None = None
        for _ in range(2):
            token = await self._tokens.current(patron_id)
            if isinstance(token, NotAPatron):
                return token
            request = HttpRequest(
                "GET" if body is None else "POST",
                path,
                headers=token.headers,
                json=body,
                safe=body is None,
                optional=optional,
            )
            answer = await self._send(request, doing)
            if answer.status != 401:
                break
            # A 401 is about our token alone and comes before anything is done: even an act may be sent once
            # more, with another token.
            self._tokens.forget(token)
        assert answer is not None
        if answer.status == 200:
            fields = PaiaFields(answer.json(), doing)
            if not fields.has("error"):
                return fields
        fault = read_fault(answer)
        if fault.nobody:
            return NotAPatron()
        raise fault.as_error(doing, scope)

    async def _send(self, request: HttpRequest, doing: str) -> HttpAnswer:
        try:
            answer = await self._transport.send(request)
        except ServerFailure as failure:
            if failure.status != _NOT_BUILT:
                raise
            missing = Refused(f"{doing}: the server has no such method (HTTP {_NOT_BUILT})")
        else:
            if answer.status == 429:
                raise rate_limited(answer)
            return answer
        raise missing
