"""Which of a provider's published keys fits a token."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from discovery_accounts.login.oidc.algorithms import KEY_TYPES, SIGNING

MOST_KEYS = 100
SHORTEST_RSA = 2048  # bits (RFC 7518, section 3.3)

_NOT_FOR_US = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "key_ops"))


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
    kind, operations = entry.get("kty"), entry.get("key_ops")
    if not isinstance(kind, str) or kind not in KEY_TYPES:
        return
    if isinstance(operations, list) and "verify" not in operations:
        return
    # Published by mistake or not, a private half is nothing for us
    public = {name: value for name, value in entry.items() if name not in _NOT_FOR_US}
    try:
        if kind != "RSA" or _bits(public["n"]) >= SHORTEST_RSA:
            yield import_key(public)
    except (JoseError, ValueError, TypeError, KeyError, OverflowError):
        return


def _bits(number: str) -> int:
    """The length of a key's number. The library warns of short keys; a warning would be for nobody here."""
    whole = base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))
    return int.from_bytes(whole, "big").bit_length()


def _fits(key: Key, algorithm: str) -> bool:
    kind, curve = SIGNING[algorithm]
    if key.key_type != kind or (curve is not None and key.get("crv") != curve):
        return False
    # EdDSA has a second name, its curve's
    return key.alg in (None, algorithm) or (algorithm == "EdDSA" and key.alg == curve)
