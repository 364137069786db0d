"""Sealing: AES-256-GCM, bound to the row a value belongs to, and keyed hashes for look-ups.

A sealed value opens only with the same ``bound_to`` it was sealed with (for a PIN: the library and
the link), so a ciphertext copied into another row opens nowhere. Layout: 12 bytes nonce,
ciphertext, 16 bytes tag. Nonces are random; NIST SP 800-38D allows 2**32 of them for one key, far
above what a ring sees between rotations.
"""

import hmac
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from discovery_accounts.vault.keyring import KeyRing, UnknownKey

_VERSION = b"\x01"  # of the encoding of ``bound_to``
_NONCE = 12
_TAG = 16


class CannotUnseal(Exception):
    """The value can't be opened. Which of its bytes, key or binding is wrong is not told."""

    def __init__(self) -> None:
        super().__init__("a sealed value can't be opened")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed value as it is stored, and the id of the key it is under."""

    ciphertext: bytes = field(repr=False)
    key_id: str


class Vault:
    """Seals with the keys of one ring. Safe to share between threads."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._ciphers: dict[bytes, AESGCM] = {}

    @property
    def current_key_id(self) -> str:
        """The id of the key that new values are sealed under."""
        return self._ring.current

    def seal(self, plaintext: str | bytes, bound_to: Sequence[str]) -> Sealed:
        """Seal under the current key, bound to the words given."""
        key_id, key = self._ring.current_subkey("seal")
        return Sealed(_seal(self._cipher(key), plaintext, bound_to), key_id)

    def unseal(self, sealed: Sealed, bound_to: Sequence[str]) -> bytes:
        """The value again. Raises ``CannotUnseal``."""
        try:
            key = self._ring.subkey(sealed.key_id, "seal")
        except UnknownKey:
            raise CannotUnseal from None
        return _unseal(self._cipher(key), sealed.ciphertext, bound_to)

    def unseal_text(self, sealed: Sealed, bound_to: Sequence[str]) -> str:
        """As :meth:`unseal`, for what was sealed as text."""
        return self.unseal(sealed, bound_to).decode()

    def keyed_hash(self, purpose: str, *parts: str) -> str:
        """HMAC-SHA256 in hex, the same over rotations: finds a value without storing it."""
        return _hash(self._ring.lookup_subkey(purpose), parts)

    def at_once(self) -> "Sealer":
        """Seals and hashes for the rows of one statement, with the ring as it is now."""
        key_id, key = self._ring.current_subkey("seal")
        return Sealer(key_id, self._cipher(key), self._ring)

    @staticmethod
    def new_data_key() -> bytes:
        """A key for :meth:`seal_with`; destroying it shreds what is sealed with it."""
        return secrets.token_bytes(32)

    @staticmethod
    def seal_with(key: bytes, plaintext: str | bytes, bound_to: Sequence[str]) -> bytes:
        """Seal under a key of 32 bytes that the caller keeps. No trace of the key stays here."""
        return _seal(_own_cipher(key), plaintext, bound_to)

    @staticmethod
    def unseal_with(key: bytes, ciphertext: bytes, bound_to: Sequence[str]) -> bytes:
        """What :meth:`seal_with` sealed. Raises ``CannotUnseal``."""
        return _unseal(_own_cipher(key), ciphertext, bound_to)

    def _cipher(self, key: bytes) -> AESGCM:
        cipher = self._ciphers.get(key)
        if cipher is None:
            cipher = self._ciphers[key] = AESGCM(key)
        return cipher


class Sealer:
    """Does as the vault does, very often: the file of the ring is looked at once. Not to be kept."""

    def __init__(self, key_id: str, cipher: AESGCM, ring: KeyRing) -> None:
        self._key_id = key_id
        self._cipher = cipher
        self._lookup = cache(ring.lookup_subkey)

    def seal(self, plaintext: str | bytes, bound_to: Sequence[str]) -> Sealed:
        return Sealed(_seal(self._cipher, plaintext, bound_to), self._key_id)

    def keyed_hash(self, purpose: str, *parts: str) -> str:
        return _hash(self._lookup(purpose), parts)


def _hash(key: bytes, parts: Sequence[str]) -> str:
    return hmac.digest(key, _encode(parts), "sha256").hex()


def _own_cipher(key: bytes) -> AESGCM:
    if len(key) != 32:
        raise ValueError("a data key has 32 bytes")
    return AESGCM(key)


def _seal(cipher: AESGCM, plaintext: str | bytes, bound_to: Sequence[str]) -> bytes:
    data = plaintext.encode() if isinstance(plaintext, str) else plaintext
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, data, _encode(bound_to))


def _unseal(cipher: AESGCM, ciphertext: bytes, bound_to: Sequence[str]) -> bytes:
    if len(ciphertext) < _NONCE + _TAG:
        raise CannotUnseal
    try:
        return cipher.decrypt(ciphertext[:_NONCE], ciphertext[_NONCE:], _encode(bound_to))
    except InvalidTag:
        raise CannotUnseal from None


def _encode(parts: Sequence[str]) -> bytes:
    """Different sequences never give the same bytes: each part goes with its length before it."""
    if isinstance(parts, str):
        raise TypeError("give a sequence of words, not one text")
    encoded = [part.encode() for part in parts]
    return _VERSION + b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
