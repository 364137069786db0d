"""Which signature algorithms there are for us, and which of a provider's published keys fits a token."""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

_RSA, _EC, _OKP = RSAKey.key_type, ECKey.key_type, OKPKey.key_type

SIGNING: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "RS256": (_RSA, None),
        "RS384": (_RSA, None),
        "RS512": (_RSA, None),
        "PS256": (_RSA, None),
        "PS384": (_RSA, None),
        "PS512": (_RSA, None),
        "ES256": (_EC, "P-256"),
        "ES384": (_EC, "P-384"),
        "ES512": (_EC, "P-521"),
        "EdDSA": (_OKP, "Ed25519"),
    }
)
"""Algorithm: the type of key it takes, and the curve. All have a public key; that a shared secret or no
signature at all is missing here is what keeps a token from choosing them (checklist O3)."""

MOST_KEYS = 100


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of a provider that can check signatures; ``published`` counts the odd ones too."""

    keys: tuple[Key, ...] = ()
    published: int = 0

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "KeyRing":
        """From a JWK set. A key that can't be used is left out: it must not keep everybody out."""
        listed = document.get("keys")
        entries = listed[:MOST_KEYS] if isinstance(listed, list) else []
        return cls(tuple(key for entry in entries for key in _usable(entry)), len(entries))

    def fitting(self, algorithm: str, key_id: str | None) -> Key | None:
        """The one key for a token's header: by its id, or, where ids are missing, the only one it can be."""
        able = [key for key in self.keys if _fits(key, algorithm)]
        named = [key for key in able if key_id is not None and key.kid == key_id]
        if named:
            return named[0]
        nameless = able if key_id is None else [key for key in able if key.kid is None]
        return nameless[0] if len(nameless) == 1 else None

    def able(self, algorithms: Iterable[str]) -> tuple[str, ...]:
        """Those of ``algorithms`` that some key is for."""
        return tuple(each for each in algorithms if any(_fits(key, each) for key in self.keys))


def _usable(entry: object) -> Iterable[Key]:
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return
    if entry.get("kty") not in (_RSA, _EC, _OKP):
        return
    operations = entry.get("key_ops")
    if isinstance(operations, list) and "verify" not in operations:
        return
    # Published by mistake or not, a private half is nothing for us
    public = {name: value for name, value in entry.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}
    public.pop("key_ops", None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # such as: an RSA key is too short
            yield import_key(public)
    except (JoseError, ValueError, TypeError, KeyError, OverflowError, UserWarning):
        return


def _fits(key: Key, algorithm: str) -> bool:
    kind, curve = SIGNING[algorithm]
    if key.key_type != kind or (curve is not None and key.get("crv") != curve):
        return False
    # EdDSA has a second name, its curve's
    return key.alg in (None, algorithm) or (algorithm == "EdDSA" and key.alg == curve)
