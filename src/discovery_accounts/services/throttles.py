"""Counting refused tries, so that a PIN can't be guessed and a library never locks a card for us.

A try is counted *before* the library is asked and taken back when it was no refusal. So tries
that run side by side can't slip past a limit together, and a refusal stays counted whatever
becomes of the request (its transaction is its own). Keys are keyed hashes.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.connectors.api import LibraryError, RateLimited, Refused
from discovery_accounts.domain.tries import FORGET_AFTER
from discovery_accounts.models import Throttle
from discovery_accounts.services import events
from discovery_accounts.services.counters import (
    LOCK,
    Counter,
    Counters,
    count_one,
    in_lock_order,
    locked_rows,
    rows_by_key,
)
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge

_TELL_AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody is about to have a PIN checked. ``browser`` is what they are counted by apart from
    strangers: a known browser's token hash, or the link they repair. A password is checked by a
    ``login`` instead of a library; make such an attempt by ``for_login``. A code that opens somebody
    else's card is tried by an account: ``for_code``."""

    library: str | None
    card_number: str = field(repr=False)
    address: str | None = field(default=None, repr=False)
    account_id: uuid.UUID | None = None
    browser: str | None = field(default=None, repr=False)
    login: str | None = None

    @classmethod
    def for_login(cls, login_name: str, username: str, address: str | None) -> "Attempt":
        """A password of a user name is about to be checked, at the login of these settings."""
        return cls(None, username, address, login=login_name)

    @classmethod
    def for_code(cls, account_id: uuid.UUID, address: str | None) -> "Attempt":
        """Somebody signed in is about to try a code; it counts as a wrong PIN of theirs does."""
        return cls(None, "", address, account_id)


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that was let through: what was counted for it, to settle when its outcome is known.

    ``before`` is, by key, when the last try before this one was.
    """

    counters: tuple[Counter, ...] = field(repr=False)
    at: datetime
    before: Mapping[str, datetime] = field(repr=False)


class Throttles:
    def __init__(self, house: House) -> None:
        self._house = house
        self._counters = Counters(house)

    def begin(self, attempt: Attempt) -> Counted:
        """Count a try. Raises ``Problem``: ``too_many_attempts`` or ``card_locked``, with the wait."""
        now = self._house.now()
        counters = self._asked(attempt)
        wide, narrow = in_lock_order(counters)
        with self._house.database.writing() as session:
            rows = locked_rows(session, wide, now)
            worst = _worst(wide, rows, now)
            if worst is None:
                rows |= locked_rows(session, narrow, now)
                worst = _worst(counters, rows, now)
            before = {key: row.last_at for key, row in rows.items()}
            if worst is None:
                for counter in counters:
                    count_one(rows[counter.key], counter, now)
            else:
                self._tell_once(session, attempt, worst[1], rows[worst[1].key], now)
        if worst is not None:
            raise self._refusal(attempt, *worst)
        return Counted(tuple(counters), now, before)

    def count_asking(self, kind: str, limit: RateLimit, what: str) -> None:
        """Count something that is asked for, such as mails to ``what``. Raises ``Problem``."""
        now = self._house.now()
        counter = self._counters.window(kind, limit, what)
        with self._house.database.writing() as session:
            row = locked_rows(session, [counter], now)[counter.key]
            wait = counter.wait(row, now)
            if wait is None:
                count_one(row, counter, now)
        if wait is not None:
            raise Problem(Code.TOO_MANY_ATTEMPTS, wait=wait)

    def take_back(self, counted: Counted) -> None:
        """The try came to nothing that counts: the library was down, or the shape was refused there."""
        self._change(counted, lambda row, _kind: max(0, row.count - 1))

    def unanswered(self, counted: Counted, error: LibraryError) -> None:
        """No verdict came. If the PIN may have reached the library, it may have counted a refusal, so the
        try goes on counting towards the library's lock; for the person it counts as nothing."""
        judged = error.sent and not isinstance(error, Refused | RateLimited)
        self._change(
            counted, lambda row, kind: row.count if judged and kind == LOCK else max(0, row.count - 1)
        )

    def succeeded(self, counted: Counted) -> None:
        """The PIN was right. The library has reset its own counter of the card, and so do we; what
        strangers tried at the card or from an address stays counted (checklist B1)."""
        self._change(counted, lambda row, kind: 0 if kind in {LOCK, "browser"} else max(0, row.count - 1))

    def reopen(self, library: str, card_number: str) -> None:
        """Staff, or the holder by a code, opens a card that we stopped asking about.

        The library's own count goes on, so where it locks cards there is one try, as after a day.
        """
        lock, card = (self._counters.card_key(kind, library, card_number) for kind in (LOCK, "card"))
        a_day_ago = self._house.now() - FORGET_AFTER
        with self._house.database.writing() as session:
            session.execute(delete(Throttle).where(Throttle.key == card))
            session.execute(
                update(Throttle)
                .where(Throttle.key == lock, Throttle.last_at > a_day_ago)
                .values(last_at=a_day_ago)
            )

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove counts that no longer matter; locks are kept 30 days, as the library's do not forget."""
        old = ((Throttle.kind != LOCK) & (Throttle.last_at < now - 2 * FORGET_AFTER)) | (
            Throttle.last_at < now - timedelta(days=30)
        )
        return purge(self._house, Throttle.key, old, limit, dry_run)

    def _asked(self, attempt: Attempt) -> list[Counter]:
        limits = self._house.settings.limits
        if attempt.library is None and attempt.login is None:
            counter = self._counters.window("account", limits.account, str(attempt.account_id))
            return [counter, *self._of_address(attempt)]
        if attempt.library is None:
            login = attempt.login or ""
            counters = [
                self._counters.username(login, attempt.card_number),
                self._counters.window("login", limits.library, login),
            ]
            return [*counters, *self._of_address(attempt)]
        counters = [self._counters.card(attempt.library, attempt.card_number, attempt.browser)]
        if attempt.account_id is not None:
            counters.append(self._counters.window("account", limits.account, str(attempt.account_id)))
        elif attempt.browser is None:  # strangers in their number must not close a library to its patrons
            counters.append(self._counters.window("library", limits.library, attempt.library))
        counters += self._of_address(attempt)
        if self._counters.lock_after(attempt.library) is not None:
            counters.append(self._counters.lock(attempt.library, attempt.card_number))
        return counters

    def _of_address(self, attempt: Attempt) -> list[Counter]:
        if attempt.address is None:
            return []
        limit = self._house.settings.limits.address
        return [self._counters.window("address", limit, network_of(attempt.address))]

    def _change(self, counted: Counted, new_count: Callable[[Throttle, str], int]) -> None:
        kinds = {counter.key: counter.kind for counter in counted.counters}
        with self._house.database.writing() as session:
            for some in in_lock_order(counted.counters):
                for key, row in rows_by_key(session, [counter.key for counter in some]).items():
                    row.count = new_count(row, kinds[key])
                    if row.last_at == counted.at:  # or the wait for the next try would begin anew
                        row.last_at = counted.before[key]

    @staticmethod
    def _tell_once(
        session: Session, attempt: Attempt, counter: Counter, row: Throttle, now: datetime
    ) -> None:
        """One event for a limit that is reached, not one for every try that runs into it."""
        if row.told_at is not None and now - row.told_at < _TELL_AGAIN:
            return
        row.told_at = now
        detail: dict[str, Any] = {"limit": counter.kind}
        if attempt.login is not None:
            detail["login"] = attempt.login
        events.record(
            session,
            events.LIMIT_REACHED,
            now,
            library=attempt.library,
            account_id=attempt.account_id,
            **detail,
        )

    @staticmethod
    def _refusal(attempt: Attempt, wait: timedelta, counter: Counter) -> Problem:
        locked = counter.kind == LOCK and attempt.account_id is not None
        return Problem(Code.CARD_LOCKED if locked else Code.TOO_MANY_ATTEMPTS, wait=wait)


def _worst(
    counters: list[Counter], rows: Mapping[str, Throttle], now: datetime
) -> tuple[timedelta, Counter] | None:
    """The longest wait that any of the counters asks for."""
    waits = [(wait, counter) for counter in counters if (wait := counter.wait(rows[counter.key], now))]
    return max(waits, key=lambda pair: pair[0], default=None)


def network_of(address: str | None) -> str:
    """What is counted as one address: an IPv4 address, or the /64 network that one IPv6 customer has."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
