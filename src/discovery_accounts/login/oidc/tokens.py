"""Tokens that a provider signed: the ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, JoseError
from joserfc.jws import JWSRegistry

from discovery_accounts.login.claim import NoClaim, Why
from discovery_accounts.login.oidc.discovery import Discovery
from discovery_accounts.login.oidc.settings import OidcSettings

LEEWAY = 60  # seconds that two clocks may differ
LARGEST = 64 * 1024  # characters of a token
LONGEST_HEADER = 8192  # bytes; certificates come in headers

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signed:
    """A token with a good signature; nothing is said yet of what it claims."""

    header: Claims = field(repr=False)
    claims: Claims = field(repr=False)

    @property
    def type(self) -> str:
        """The ``typ`` of its header, without what media types begin with; empty when there is none."""
        given = self.header.get("typ")
        return given.lower().removeprefix("application/") if isinstance(given, str) else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an ID token must answer to. ``fresh_since`` is when we asked the person to prove themselves anew
    (Unix time, seconds)."""

    nonce: str = field(repr=False)
    access_token: str | None = field(default=None, repr=False)
    fresh_since: int | None = None


class Tokens:
    """Reads what one provider signed for one client."""

    def __init__(self, settings: OidcSettings, discovery: Discovery, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._discovery = discovery
        self._now = now

    def signed(self, raw: str) -> Signed | str:
        """The token, or why its signature proves nothing. Raises ``ProviderFailure`` when the keys can't be
        had. The key comes from the provider's published ones alone, whatever the header offers."""
        header = _header(raw)
        if header is None:
            return "malformed"
        algorithm, key_id = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in self._settings.algorithms:
            return "algorithm"
        if "crit" in header or not isinstance(key_id, str | None):
            return "header"
        key = self._discovery.keys().fitting(algorithm, key_id)
        found = self._checked(raw, key, algorithm) if key is not None else "unknown_key"
        if found in ("unknown_key", "signature"):  # the provider may have changed its keys
            newer = self._discovery.newer_keys().fitting(algorithm, key_id)
            if newer is not None and newer is not key:
                found = self._checked(raw, newer, algorithm)
        return found

    def id_token(self, raw: str, asked: Asked) -> Claims | NoClaim:
        """The claims of an ID token that is ours, now, and answers what was asked."""
        token = self.signed(raw)
        if isinstance(token, str):
            return NoClaim(f"id_token_{token}", Why.NOT_TRUSTED)
        fault = self.time_and_audience(token, "sub", "exp", "iat") or next(self._faults(token, asked), None)
        if fault is not None:
            return NoClaim(f"id_token_{fault}", Why.NOT_TRUSTED)
        weak = next(self._weaknesses(token.claims, asked), None)
        return token.claims if weak is None else NoClaim(weak, Why.NOT_STRONG_ENOUGH)

    def time_and_audience(self, token: Signed, *essential: str) -> str | None:
        """Which of the claims that every token has is not as it must be."""
        wanted: dict[str, Any] = {name: {"essential": True} for name in essential}
        wanted["iss"] = {"essential": True, "value": self._settings.issuer}
        wanted["aud"] = {"essential": True, "value": self._settings.client_id}
        registry = jwt.JWTClaimsRegistry(now=self.seconds, leeway=LEEWAY, **wanted)
        try:
            registry.validate(dict(token.claims))
        except ClaimError as error:
            return error.claim
        return None

    def seconds(self) -> int:
        """Unix time."""
        return int(self._now().timestamp())

    def _checked(self, raw: str, key: Any, algorithm: str) -> Signed | str:
        registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        registry.max_header_length = LONGEST_HEADER
        try:
            token = jwt.decode(raw, key, registry=registry)
        except BadSignatureError:
            return "signature"
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            return "malformed"
        return Signed(token.header, token.claims)

    def _faults(self, token: Signed, asked: Asked) -> Iterator[str]:
        claims, ours = token.claims, self._settings.client_id
        if token.type not in ("", "jwt", "id+jwt"):
            yield "type"  # signed for another purpose
        audience, party = claims.get("aud"), claims.get("azp")
        if party is not None and party != ours:
            yield "azp"
        if party is None and isinstance(audience, list) and len(audience) > 1:
            yield "azp"
        if not same(claims.get("nonce"), asked.nonce):
            yield "nonce"
        hashed = claims.get("at_hash")
        if hashed is not None and asked.access_token is not None:
            wanted = _half_hash(asked.access_token, str(token.header["alg"]))
            if not same(hashed, wanted):
                yield "at_hash"

    def _weaknesses(self, claims: Claims, asked: Asked) -> Iterator[str]:
        levels = self._settings.levels
        if levels and claims.get("acr") not in levels:
            yield "acr"
        if asked.fresh_since is not None:
            proved_at = claims.get("auth_time")
            if isinstance(proved_at, bool) or not isinstance(proved_at, int | float):
                yield "auth_time_missing"
            elif not asked.fresh_since - LEEWAY <= proved_at <= self.seconds() + LEEWAY:
                yield "auth_time"


def same(given: object, wanted: str) -> bool:
    """Whether a claim is this very text; takes the same time whatever differs."""
    return isinstance(given, str) and hmac.compare_digest(
        given.encode(errors="replace"), wanted.encode(errors="replace")
    )


def _header(raw: str) -> Claims | None:
    """The header of a signed token, not trusted; ``None`` when it is none."""
    parts = raw.split(".") if len(raw) <= LARGEST and raw.isascii() else []
    if len(parts) != 3 or len(parts[0]) > LONGEST_HEADER:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except (ValueError, RecursionError):
        return None
    return cast(Claims, found) if isinstance(found, dict) else None


def _half_hash(text: str, algorithm: str) -> str:
    """The left half of the hash that belongs to a signature algorithm (Core, section 3.1.3.6)."""
    name = {"384": "sha384", "512": "sha512", "DSA": "sha512"}.get(algorithm[-3:], "sha256")
    digest = hashlib.new(name, text.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
