"""Our own tokens, by the client credentials grant of PAIA auth: one for each patron, or one for everybody."""

import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from discovery_accounts.connectors.api import NotAPatron, Refused, UnexpectedAnswer, WrongPatron
from discovery_accounts.connectors.paia.errors import rate_limited, read_fault
from discovery_accounts.connectors.paia.fields import PaiaFields
from discovery_accounts.connectors.paia.settings import PaiaSettings
from discovery_accounts.connectors.paia.sharing import Shared
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport

SCOPES = ("read_patron", "read_fees", "read_items", "write_items")
"""What we ask for and need."""
_EVERYBODY = ""
_MOST = 1000  # tokens kept at a time
_UNTOLD_SECONDS = 300.0  # the life of a token whose life was not told
# A token is given up this long before its end, so that it does not end on its way; a short-lived
# one keeps nine tenths of its life.
_MARGIN_SECONDS = 60.0
_MARGIN_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token; ``patron`` is whose it is where the server told, ``scopes`` are empty where not told."""

    value: str = field(repr=False)
    good_until: float
    patron: str | None = field(default=None, repr=False)
    scopes: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """To be sent with a call."""
        return {"Accept": "application/json", "Authorization": f"Bearer {self.value}"}


class Tokens:
    """Gives the token for the next call about a patron. ``clock`` counts seconds and never goes back."""

    def __init__(
        self, settings: PaiaSettings, transport: Transport, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._kept: dict[str, Token] = {}
        self._fetching = Shared[Token | NotAPatron]()

    async def current(self, patron_id: str) -> Token | NotAPatron:
        """A token that is good for a call about that patron. Raises ``Refused`` when our key is not taken."""
        about = patron_id if self._settings.by_patron else _EVERYBODY
        token = self._kept.get(about)
        if token is not None and self._clock() < token.good_until:
            return token
        return await self._fetching.ask(about, lambda: self._fetch(about))

    def forget(self, token: Token) -> None:
        """That one was refused: the next call has another."""
        self._kept = {about: kept for about, kept in self._kept.items() if kept is not token}

    async def anew(self, patron_id: str) -> Token | NotAPatron:
        """Another token though there may be a good one: for a self-test of the key."""
        return await self._fetch(patron_id if self._settings.by_patron else _EVERYBODY)

    async def login(self, form: dict[str, str], *, safe: bool = False) -> HttpAnswer:
        """What PAIA auth says; everything secret is in the body or in the header that is made for it."""
        pair = f"{self._settings.client_id}:{self._settings.client_secret.reveal()}"
        headers = {
            "Accept": "application/json",
            "Authorization": f"Basic {b64encode(pair.encode()).decode()}",
        }
        path = f"{self._settings.auth_path}/login"
        answer = await self._transport.send(HttpRequest("POST", path, headers=headers, form=form, safe=safe))
        if answer.status == 429:
            raise rate_limited(answer)
        return answer

    def close(self) -> None:
        """Gives up what is under way."""
        self._fetching.close()

    async def _fetch(self, about: str) -> Token | NotAPatron:
        asked_at = self._clock()
        form = {"grant_type": "client_credentials", "scope": " ".join(SCOPES)}
        if about:
            form["patron"] = about
        # Safe: it changes nothing, so it may be the trial call of a breaker that opened meanwhile.
        answer = await self.login(form, safe=True)
        if answer.status != 200:
            fault = read_fault(answer)
            if about and fault.nobody:
                return NotAPatron()
            if fault.status in (400, 401, 403):
                # access_denied may also hide that there is no such patron; a patron is not gone by a guess.
                raise Refused(f"PAIA auth gives our client no token ({fault.error or fault.status})")
            raise fault.as_error("asking for a token")
        token = read_token(answer, asked_at)
        if about and token.patron != about:
            raise WrongPatron("a token for somebody else")
        self._keep(about, token)
        return token

    def _keep(self, about: str, token: Token) -> None:
        if len(self._kept) >= _MOST:
            self._kept.pop(next(iter(self._kept)))
        self._kept.pop(about, None)
        self._kept[about] = token


def read_token(answer: HttpAnswer, asked_at: float) -> Token:
    """The token of a login that went well."""
    fields = PaiaFields(answer.json(), "login")
    value = fields.needed("access_token")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise UnexpectedAnswer("login: access_token can't be written in a header")
    seconds = float(fields.whole("expires_in") or _UNTOLD_SECONDS)
    margin = min(_MARGIN_SECONDS, seconds * _MARGIN_SHARE)
    scopes = tuple((fields.text("scope") or "").replace(",", " ").split())
    return Token(value, asked_at + seconds - margin, fields.text("patron"), scopes)
