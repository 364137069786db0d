"""Hashing of passwords: argon2id as OWASP advises; older hashes are taken, and renewed at sign-in.

A verification takes about 40 ms and 19 MiB, so only a few run at once; who comes later waits, and is
told after some seconds that it was too much.
"""

import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from passlib.context import CryptContext

from discovery_accounts.login.checks import Level, Step

MEMORY_KIB = 19456
ROUNDS = 2
AT_ONCE = 4
PATIENCE = 5.0
"""Seconds that a verification waits for its turn."""

_SLOW_MS = 500


class TooBusy(Exception):
    """More sign-ins at once than the machine has memory and time for: no refusal of the password."""


@dataclass(frozen=True, slots=True)
class Verified:
    """``renewed`` is the hash to keep from now on, where the stored one is weaker than today's."""

    right: bool
    renewed: str | None = field(default=None, repr=False)


class Passwords:
    """Safe to share between threads; one for a process, for it bounds what runs at once."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._context = CryptContext(
            schemes=[
                "argon2",
                "bcrypt",
                "bcrypt_sha256",
                "pbkdf2_sha256",
                "sha512_crypt",
                "ldap_salted_sha1",
            ],
            default="argon2",
            deprecated="auto",
            argon2__type="ID",
            argon2__memory_cost=MEMORY_KIB,
            argon2__time_cost=ROUNDS,
            argon2__parallelism=1,
        )
        self._turns = BoundedSemaphore(at_once)
        self._patience = patience

    def hash(self, password: str) -> str:
        """A new hash. Raises ``TooBusy``; the password must have passed ``check_new_password``."""
        with self._turn():
            return str(self._context.hash(_same_form(password)))

    def verify(self, password: str, stored: str | None) -> Verified:
        """Whether ``stored`` is of this password; ``None``, for a name nobody has, takes as long.

        Raises ``TooBusy``.
        """
        with self._turn():
            if stored is None:
                return self._in_vain()
            try:
                right, renewed = self._context.verify_and_update(_same_form(password), stored)
            except ValueError:
                # NUL, too long for bcrypt, or a hash of a kind we don't know (UnknownHashError)
                return self._in_vain()
            return Verified(bool(right), str(renewed) if right and renewed else None)

    def check(self) -> Iterator[Step]:
        """For IT: how long a verification takes on this machine."""
        try:
            self.verify("the first one sets up", None)
            started = time.perf_counter()
            self.verify("no password of anybody", None)
        except TooBusy:
            yield Step(
                "hashing", Level.FAILED, "too busy", "Too many sign-ins at once: give it more processors."
            )
            return
        took = round((time.perf_counter() - started) * 1000)
        slow = took > _SLOW_MS
        advice = "The machine is slow or busy: sign-ins by password wait for each other." if slow else ""
        yield Step("hashing", Level.WARNING if slow else Level.OK, f"{took} ms, {AT_ONCE} at once", advice)

    def _in_vain(self) -> Verified:
        self._context.dummy_verify()
        return Verified(False)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience):
            raise TooBusy
        try:
            yield
        finally:
            self._turns.release()


def _same_form(password: str) -> str:
    """One form for what different keyboards send for the same signs (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
