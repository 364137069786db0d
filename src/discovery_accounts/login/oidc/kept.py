"""Something of a provider's that is kept for a while, for many threads."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from discovery_accounts.login.provider import ProviderFailure

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Got(Generic[T]):
    it: T
    at: datetime


class Kept(Generic[T]):
    """Fetches at most once at a time, however many want it; those who waited share what came of it, a
    failure too. So a silent provider holds nobody longer than one call takes."""

    def __init__(self, fetch: Callable[[], T], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._lock = threading.Lock()
        self._got: _Got[T] | None = None
        self._failure: ProviderFailure | None = None
        self._rounds = 0
        self._asked_at: datetime | None = None

    def get(self, lasts: timedelta) -> T:
        """What was fetched within ``lasts``, else fetched now. Raises ``ProviderFailure``."""
        rounds, got = self._rounds, self._got
        if got is not None and self._within(got.at, lasts):
            return got.it
        return self._round(rounds)

    def again(self, pause: timedelta) -> T:
        """Fetched anew, unless that was tried within ``pause``; then as :meth:`get` would have it."""
        rounds, got, asked_at = self._rounds, self._got, self._asked_at
        if got is not None and asked_at is not None and self._within(asked_at, pause):
            return got.it
        return self._round(rounds)

    def _round(self, rounds: int) -> T:
        with self._lock:
            if self._rounds == rounds:
                self._ask()
            if self._failure is not None:
                # A fresh one: threads would else add to one traceback
                raise ProviderFailure(self._failure.code, self._failure.detail) from self._failure
            assert self._got is not None
            return self._got.it

    def _ask(self) -> None:
        self._asked_at = self._now()
        try:
            self._got, self._failure = _Got(self._fetch(), self._now()), None
        except ProviderFailure as failure:
            self._failure = failure
        self._rounds += 1

    def _within(self, at: datetime, time: timedelta) -> bool:
        # A clock that was set back must not keep anything for ever
        return timedelta(0) <= self._now() - at < time
