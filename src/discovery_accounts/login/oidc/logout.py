"""Orders of the provider to end sessions (OpenID Connect Back-Channel Logout 1.0, section 2.6)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from discovery_accounts.login.claim import NoClaim, ProviderSession, Why
from discovery_accounts.login.memory import Replays
from discovery_accounts.login.oidc.settings import OidcSettings
from discovery_accounts.login.oidc.tokens import LEEWAY, Claims, Signed, Tokens
from discovery_accounts.login.provider import EndOrder

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPE = "logout+jwt"
LONGEST = timedelta(days=1)
"""An order that is good for longer is refused: its id would have to be remembered as long."""

_REPLAY_KIND = "oidc_logout"


def provider_session(claims: Claims, id_token: str) -> ProviderSession:
    """What we keep of a sign-in to end it there, or to be told of its end."""
    named = [f"{name}:{claims[name]}" for name in ("sid", "sub") if _is_name(claims.get(name))]
    return ProviderSession(tuple(named), {"id_token": id_token})


class LogoutOrders:
    """Checks logout tokens of one provider for one client."""

    def __init__(self, settings: OidcSettings, tokens: Tokens, replays: Replays) -> None:
        self._settings = settings
        self._tokens = tokens
        self._replays = replays

    def read(self, raw: str) -> EndOrder | NoClaim:
        """Which sessions to end; each order is good once. Raises ``ProviderFailure``."""
        token = self._tokens.signed(raw)
        if isinstance(token, str):
            return NoClaim(f"logout_token_{token}", Why.NOT_TRUSTED)
        essential = self._tokens.time_and_audience(token, "iat", "exp", "jti", "events")
        fault = essential or next(self._faults(token), None)
        if fault is not None:
            return NoClaim(f"logout_token_{fault}", Why.NOT_TRUSTED)
        # Last, so that nobody can use up the id of an order that would not have been taken
        if not self._replays.first_time(_REPLAY_KIND, self._word(token.claims), self._until(token.claims)):
            return NoClaim("logout_token_replayed", Why.NOT_EXPECTED)
        return EndOrder(_named(token.claims))

    def _faults(self, token: Signed) -> Iterator[str]:
        claims = token.claims
        untyped = self._settings.untyped_logout and token.type in ("", "jwt")
        if token.type != TYPE and not untyped:
            yield "type"
        events = claims.get("events")
        if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
            yield "events"
        if "nonce" in claims:
            yield "nonce"  # so it is an ID token in disguise
        if not _named(claims):
            yield "nobody"
        if claims["exp"] > self._tokens.seconds() + LONGEST.total_seconds():
            yield "exp"

    def _word(self, claims: Claims) -> str:
        return f"{self._settings.issuer} {self._settings.client_id} {claims['jti']}"

    @staticmethod
    def _until(claims: Claims) -> datetime:
        return datetime.fromtimestamp(claims["exp"] + LEEWAY + 1, UTC)


def _named(claims: Claims) -> tuple[str, ...]:
    """The one session that the order names, or else all sessions of the person."""
    for name in ("sid", "sub"):
        if _is_name(claims.get(name)):
            return (f"{name}:{claims[name]}",)
    return ()


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value != ""
