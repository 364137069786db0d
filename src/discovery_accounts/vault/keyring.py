"""The key ring: a JSON file of mode 600, outside the database and its backups.

``{"current": id, "keys": {id: base64 of 32 bytes, …}, "lookup": base64 of 32 bytes}``

What is sealed goes under the current key; ``rotate`` makes a new one and keeps the old, and
serving processes follow by themselves. The ``lookup`` key is never rotated: keyed hashes are
compared with stored ones, and a new key would make every stored hash a stranger. No key is
used as it is; each purpose has a subkey of its own (HKDF-SHA256, RFC 5869).
"""

import fcntl
import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from discovery_accounts.telemetry.log import event
from discovery_accounts.vault.ringfile import KeyRingError, Ring, keep_owner, read_ring, signature, write_ring

log = logging.getLogger(__name__)


class UnknownKey(KeyError):
    """The ring has no such key: dropped, or from another ring."""


class KeyRing:
    """The keys of one file. Safe to share between threads; follows changes made by other processes.

    Where the file can't be read any more while serving, the keys already known stay in use and an
    event says so: a mistake with the file must not stop every session at once.
    """

    def __init__(self, path: Path, ring: Ring) -> None:
        self._path = path
        self._ring = ring
        self._seen = ring.signature
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, create: bool = False) -> Self:
        """Open the ring at ``path``. ``create`` (development only) makes it when it is absent.

        Raises ``KeyRingError`` when it is absent, damaged, or open to group or others.
        """
        path = Path(path)
        if create and not path.exists():
            with _exclusive(path):
                if not path.exists():  # another process may have been first
                    key_id = _new_id()
                    write_ring(path, Ring(key_id, {key_id: _new_key()}, _new_key()))
        return cls(path, read_ring(path))

    @property
    def current(self) -> str:
        """The id of the key that new values are sealed under."""
        return self._fresh().current

    def list(self) -> tuple[str, ...]:
        """The ids of all keys, oldest first."""
        return tuple(self._fresh().keys)

    def subkey(self, key_id: str, purpose: str) -> bytes:
        """32 bytes for one purpose, from one key. Raises ``UnknownKey``."""
        ring = self._fresh()
        if key_id not in ring.keys:
            ring = self._reload()  # rotated within the resolution of the file's clock
        if key_id not in ring.keys:
            raise UnknownKey(key_id)
        return ring.subkey(key_id, purpose)

    def current_subkey(self, purpose: str) -> tuple[str, bytes]:
        """The current key's id and its subkey, of one moment."""
        ring = self._fresh()
        return ring.current, ring.subkey(ring.current, purpose)

    def lookup_subkey(self, purpose: str) -> bytes:
        """32 bytes for one purpose that stay the same over every rotation."""
        return self._fresh().lookup_subkey(purpose)

    def rotate(self) -> str:
        """Make a new current key, keep the old ones; the new id. Raises ``KeyRingError``."""
        with _exclusive(self._path):
            ring = read_ring(self._path)
            key_id = _new_id()
            write_ring(self._path, Ring(key_id, {**ring.keys, key_id: _new_key()}, ring.lookup))
        self._reload()
        return key_id

    def drop(self, key_id: str) -> None:
        """Forget a key: what is sealed under it is lost for good. The current key can't be dropped."""
        with _exclusive(self._path):
            ring = read_ring(self._path)
            if key_id not in ring.keys:
                raise UnknownKey(key_id)
            if key_id == ring.current:
                raise KeyRingError("the current key can't be dropped; rotate first")
            rest = {known: key for known, key in ring.keys.items() if known != key_id}
            write_ring(self._path, Ring(ring.current, rest, ring.lookup))
        self._reload()

    def _fresh(self) -> Ring:
        return self._ring if signature(self._path) == self._seen else self._reload()

    def _reload(self) -> Ring:
        with self._lock:
            found = signature(self._path)
            try:
                self._ring = read_ring(self._path)
                self._seen = self._ring.signature
            except KeyRingError as error:
                if found != self._seen:  # said once for each change of the file
                    event(log, "key_ring_unreadable", level=logging.ERROR, reason=str(error))
                self._seen = found
            return self._ring

    def __repr__(self) -> str:
        return f"KeyRing(current={self._ring.current!r}, keys={list(self._ring.keys)!r})"


def _new_key() -> bytes:
    return secrets.token_bytes(32)


def _new_id() -> str:
    # The day is for people who list the ring; the rest makes two rotations of one day differ.
    return f"{time.strftime('%Y%m%d', time.gmtime())}-{secrets.token_hex(4)}"


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """One process at a time changes the ring. The lock file stays: removing it would let two hold it."""
    lock = path.with_name(f"{path.name}.lock")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise KeyRingError(f"the key ring {path} can't be locked: {error.strerror}") from None
    try:
        with suppress(PermissionError):  # somebody else's lock file serves as well
            keep_owner(handle, path)
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
