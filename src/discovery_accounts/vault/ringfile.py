"""The file of the key ring: read with suspicion, written as a whole or not at all."""

import json
import os
import secrets
import stat
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Signature = tuple[int, int, int]


class KeyRingError(Exception):
    """The ring can't be used. The text says what to do and holds no key."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The content of one state of the file. ``signature`` tells it from a later state."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    lookup: bytes = field(repr=False)
    signature: Signature | None = None
    _derived: dict[tuple[str | None, str], bytes] = field(default_factory=dict, repr=False, compare=False)

    def subkey(self, key_id: str, purpose: str) -> bytes:
        """The subkey of one of ``keys`` for one purpose."""
        return self._derive(key_id, self.keys[key_id], purpose)

    def lookup_subkey(self, purpose: str) -> bytes:
        """The subkey of the key that is never rotated."""
        return self._derive(None, self.lookup, purpose)

    def _derive(self, key_id: str | None, key: bytes, purpose: str) -> bytes:
        known = self._derived.get((key_id, purpose))
        if known is None:
            info = b"discovery_accounts/1/" + purpose.encode()
            known = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)
            self._derived[key_id, purpose] = known
        return known


def signature(path: Path) -> Signature | None:
    """Changes whenever the file is replaced or written; ``None`` when there is none."""
    try:
        return _signature(path.stat())
    except OSError:
        return None


def read_ring(path: Path) -> Ring:
    """Read the file. Raises ``KeyRingError`` when it is absent, damaged or open to others."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            content = file.read(1_000_000)
    except OSError as error:
        raise KeyRingError(f"the key ring {path} can't be read: {error.strerror}") from None
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise KeyRingError(f"the key ring {path} is open to other users; run: chmod 600 {path}")
    return _parse(path, content, _signature(found))


def write_ring(path: Path, ring: Ring) -> None:
    """Replace the file in one step; whoever reads meanwhile sees the old one or the new one whole."""
    content = {
        "current": ring.current,
        "keys": {key_id: b64encode(key).decode() for key_id, key in ring.keys.items()},
        "lookup": b64encode(ring.lookup).decode(),
    }
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            keep_owner(file.fileno(), path)
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise KeyRingError(f"the key ring {path} can't be written: {error.strerror}") from None
    _sync_directory(path.parent)


def keep_owner(handle: int, path: Path) -> None:
    """Give an open file the owner of the ring: when root rotates, the service must still read it."""
    try:
        ring = path.stat()
    except FileNotFoundError:
        return
    mine = os.fstat(handle)
    if (mine.st_uid, mine.st_gid) != (ring.st_uid, ring.st_gid):
        os.fchown(handle, ring.st_uid, ring.st_gid)


def _parse(path: Path, content: bytes, seen: Signature) -> Ring:
    damaged = KeyRingError(f"the key ring {path} is damaged; restore it from its own backup")
    try:
        document = json.loads(content)
        keys = {str(key_id): b64decode(key, validate=True) for key_id, key in document["keys"].items()}
        ring = Ring(document["current"], keys, b64decode(document["lookup"], validate=True), seen)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise damaged from None
    if ring.current not in keys or any(len(key) != 32 for key in (*keys.values(), ring.lookup)):
        raise damaged
    return ring


def _signature(found: os.stat_result) -> Signature:
    return found.st_ino, found.st_mtime_ns, stat.S_IMODE(found.st_mode)


def _sync_directory(path: Path) -> None:
    """The rename itself must survive a power cut, or what is sealed next is lost with its key."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
