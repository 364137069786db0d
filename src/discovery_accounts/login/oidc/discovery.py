"""What a provider says of itself: its metadata and its keys (OpenID Connect Discovery 1.0)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from discovery_accounts.config.stage import is_loopback
from discovery_accounts.login.oidc.kept import Kept
from discovery_accounts.login.oidc.signatures import KeyRing
from discovery_accounts.login.oidc.wire import Wire
from discovery_accounts.login.provider import ProviderFailure

LASTS = timedelta(hours=1)
PAUSE = timedelta(seconds=10)
"""Between two look-ups of keys that a token asked for: else strangers' tokens could make us call the
provider without end."""

_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The endpoints that we use. ``names_itself``: each answer to a sign-in says whose it is (RFC 9207).
    ``document`` is all of it, for who checks the settings."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    names_itself: bool = False
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: Mapping[str, Any], issuer: str, development: bool) -> "Metadata":
        """Raises ``ProviderFailure`` unless it is this issuer's and safe to use."""
        if document.get("issuer") != issuer:
            # Letter by letter, or one provider could stand in for another (checklist O2)
            raise ProviderFailure("issuer_mismatch", "the metadata names another issuer than the settings")
        found: dict[str, str] = {}
        for name in (*_NEEDED, *_OPTIONAL):
            url = document.get(name)
            if url is None and name in _OPTIONAL:
                continue
            if not isinstance(url, str):
                raise ProviderFailure("metadata_incomplete", name)
            if not is_safe(url, development):
                raise ProviderFailure("insecure_endpoint", name)
            found[name] = url
        names_itself = document.get("authorization_response_iss_parameter_supported") is True
        return cls(**found, names_itself=names_itself, document=document)


class Discovery:
    """The metadata and keys of one issuer, each kept for an hour."""

    def __init__(self, issuer: str, wire: Wire, development: bool, now: Callable[[], datetime]) -> None:
        self.issuer = issuer
        self._wire = wire
        self._development = development
        self._metadata = Kept(self.read_metadata, now)
        self._keys = Kept(self._read_keys, now)

    @property
    def url(self) -> str:
        """Where the metadata stands."""
        return f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"

    def metadata(self) -> Metadata:
        """Raises ``ProviderFailure``."""
        return self._metadata.get(LASTS)

    def keys(self) -> KeyRing:
        """Raises ``ProviderFailure``, also when no key can be used."""
        return self._keys.get(LASTS)

    def newer_keys(self) -> KeyRing:
        """As :meth:`keys`, but asked for anew: a token has a key that is not among them."""
        return self._keys.again(PAUSE)

    def read_metadata(self) -> Metadata:
        """Asked for now, past what is kept."""
        return Metadata.of(self._wire.fetch_object(self.url), self.issuer, self._development)

    def read_keys(self, metadata: Metadata) -> KeyRing:
        """Asked for now; there may be none that can be used."""
        return KeyRing.of(self._wire.fetch_object(metadata.jwks_uri))

    def _read_keys(self) -> KeyRing:
        ring = self.read_keys(self.metadata())
        if not ring.keys:
            raise ProviderFailure("no_keys", f"{ring.published} published, none can be used")
        return ring


def is_safe(url: str, development: bool) -> bool:
    """Whether an endpoint may be used: https, or in development plain http to this machine."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and development and is_loopback(parts.hostname))
