"""Which signature algorithms there are for us; here, because settings are read before anything is loaded
that can check a signature."""

from collections.abc import Mapping
from types import MappingProxyType

SIGNING: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "RS256": ("RSA", None),
        "RS384": ("RSA", None),
        "RS512": ("RSA", None),
        "PS256": ("RSA", None),
        "PS384": ("RSA", None),
        "PS512": ("RSA", None),
        "ES256": ("EC", "P-256"),
        "ES384": ("EC", "P-384"),
        "ES512": ("EC", "P-521"),
        "EdDSA": ("OKP", "Ed25519"),
    }
)
"""Algorithm: the type of key it takes, and the curve (RFC 7518, RFC 8037). All have a public key; that a shared
secret or no signature at all is missing here is what keeps a token from choosing them (checklist O3)."""

KEY_TYPES = frozenset(kind for kind, _ in SIGNING.values())
