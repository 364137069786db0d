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

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.domain.tries import (
    FORGET_AFTER,
    Refusals,
    wait_for_card,
    wait_for_library_lock,
    wait_for_window,
)
from discovery_accounts.models import Throttle
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.upserts import insert_missing

LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody is about to have a PIN checked. ``browser`` is the known browser's token hash, if it is one."""

    library: str
    card_number: str = field(repr=False)
    address: str | None = field(default=None, repr=False)
    account_id: uuid.UUID | None = None
    browser: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Counter:
    key: str
    kind: str
    wait: Callable[[Throttle, datetime], timedelta | None]
    window: timedelta


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that was let through: what was counted for it, to settle when its outcome is known.

    ``before`` is, by key, when the last try before this one was.
    """

    counters: tuple[_Counter, ...] = field(repr=False)
    at: datetime
    before: Mapping[str, datetime] = field(repr=False)


class Throttles:
    def __init__(self, house: House) -> None:
        self._house = house

    def begin(self, attempt: Attempt) -> Counted:
        """Count a try. Raises ``Problem``: ``too_many_attempts`` or ``card_locked``, with the wait."""
        now = self._house.now()
        counters = sorted(self._counters(attempt), key=lambda counter: counter.key)
        with self._house.database.writing() as session:
            rows = self._locked_rows(session, counters, now)
            waits = [
                (wait, counter) for counter in counters if (wait := counter.wait(rows[counter.key], now))
            ]
            before = {key: row.last_at for key, row in rows.items()}
            for counter in counters if not waits else ():
                self._count(rows[counter.key], counter, now)
        if waits:
            self._refuse(attempt, max(waits, key=lambda pair: pair[0]), now)
        return Counted(tuple(counters), now, before)

    def count_asking(self, kind: str, limit: RateLimit, address: str | None) -> None:
        """Count something that is asked for from an address, such as codes. Raises ``Problem``."""
        now = self._house.now()
        counter = self._window(kind, limit, network_of(address or "unknown"))
        with self._house.database.writing() as session:
            row = self._locked_rows(session, [counter], now)[counter.key]
            wait = counter.wait(row, now)
            if wait is None:
                self._count(row, counter, now)
        if wait is not None:
            raise Problem(Code.TOO_MANY_ATTEMPTS, wait=wait)

    def take_back(self, counted: Counted) -> None:
        """The try came to nothing that counts: the library was down, or the shape was refused there."""
        self._change(counted, lambda row, _kind: max(0, row.count - 1))

    def succeeded(self, counted: Counted) -> None:
        """The PIN was right. The library has reset its own counter of the card, and so do we; what
        strangers tried at the card or from an address stays counted (checklist B1)."""
        self._change(counted, lambda row, kind: 0 if kind in {LOCK, "browser"} else max(0, row.count - 1))

    def library_lock_wait(self, session: Session, library: str, card_number: str) -> timedelta | None:
        """How long a stored PIN of this card must not be sent, because the library would lock the card."""
        lock_after = self._house.library(library).lock_after
        if lock_after is None:
            return None
        row = session.get(Throttle, self._card_key(LOCK, library, card_number))
        now = self._house.now()
        return wait_for_library_lock(_refusals(row), lock_after, now) if row else None

    def stored_pin_refused(self, session: Session, library: str, card_number: str) -> None:
        """The library counted a refusal of a stored PIN; count it towards its lock."""
        if self._house.library(library).lock_after is None:
            return
        now = self._house.now()
        counter = self._lock_counter(library, card_number)
        self._count(self._locked_rows(session, [counter], now)[counter.key], counter, now)

    def reopen(self, library: str, card_number: str) -> None:
        """Staff, or the holder by a code, opens a card that we stopped asking about.

        The library's own count goes on, so where it locks cards there is one try, as after a day.
        """
        lock, card = (self._card_key(kind, library, card_number) for kind in (LOCK, "card"))
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

    def _counters(self, attempt: Attempt) -> list[_Counter]:
        limits = self._house.settings.limits
        counters = [
            self._card_counter(attempt, limits.card),
            self._window("library", limits.library, attempt.library),
        ]
        if attempt.account_id is not None:
            counters.append(self._window("account", limits.account, str(attempt.account_id)))
        if attempt.address is not None:
            counters.append(self._window("address", limits.address, network_of(attempt.address)))
        if self._house.library(attempt.library).lock_after is not None:
            counters.append(self._lock_counter(attempt.library, attempt.card_number))
        return counters

    def _card_counter(self, attempt: Attempt, limit: int) -> _Counter:
        parts = (attempt.library, attempt.card_number)
        browser = (attempt.browser,) if attempt.browser else ()
        key = self._card_key("browser" if browser else "card", *parts, *browser)
        kind = "browser" if attempt.browser else "card"
        return _Counter(key, kind, lambda row, now: wait_for_card(_refusals(row), limit, now), FORGET_AFTER)

    def _lock_counter(self, library: str, card_number: str) -> _Counter:
        lock_after = self._house.library(library).lock_after
        return _Counter(
            self._card_key(LOCK, library, card_number),
            LOCK,
            lambda row, now: wait_for_library_lock(_refusals(row), lock_after, now),
            timedelta.max,
        )

    def _window(self, kind: str, limit: RateLimit, *parts: str) -> _Counter:
        return _Counter(
            self._key(kind, *parts),
            kind,
            lambda row, now: wait_for_window(_refusals(row), limit.count, limit.seconds, row.started_at, now),
            timedelta(seconds=limit.seconds),
        )

    def _card_key(self, kind: str, library: str, card_number: str, *parts: str) -> str:
        """Libraries find a card whatever the case of its letters; each spelling must not be tries of its own."""
        return self._key(kind, library, card_number.casefold(), *parts)

    def _key(self, kind: str, *parts: str) -> str:
        return self._house.vault.keyed_hash("throttle", kind, *parts)

    def _locked_rows(self, session: Session, counters: list[_Counter], now: datetime) -> dict[str, Throttle]:
        blank = {"count": 0, "started_at": now, "last_at": now}
        insert_missing(session, Throttle, [{"key": c.key, "kind": c.kind, **blank} for c in counters])
        # always in the order of the keys, so that two tries never wait for each other
        query = select(Throttle).where(Throttle.key.in_([c.key for c in counters])).order_by(Throttle.key)
        return {row.key: row for row in session.scalars(query.with_for_update())}

    @staticmethod
    def _count(row: Throttle, counter: _Counter, now: datetime) -> None:
        expired = (
            now - (row.last_at if counter.kind in {"card", "browser"} else row.started_at) >= counter.window
        )
        if expired:
            row.count, row.started_at = 0, now
        row.count += 1
        row.last_at = now

    def _change(self, counted: Counted, new_count: Callable[[Throttle, str], int]) -> None:
        kinds = {counter.key: counter.kind for counter in counted.counters}
        with self._house.database.writing() as session:
            query = select(Throttle).where(Throttle.key.in_(kinds)).order_by(Throttle.key).with_for_update()
            for row in session.scalars(query):
                row.count = new_count(row, kinds[row.key])
                if row.last_at == counted.at:  # or the wait for the next try would begin anew
                    row.last_at = counted.before[row.key]

    def _refuse(self, attempt: Attempt, worst: tuple[timedelta, _Counter], now: datetime) -> None:
        wait, counter = worst
        with self._house.database.writing() as session:
            events.record(
                session,
                events.LIMIT_REACHED,
                now,
                library=attempt.library,
                account_id=attempt.account_id,
                limit=counter.kind,
            )
        code = Code.CARD_LOCKED if counter.kind == LOCK and attempt.account_id else Code.TOO_MANY_ATTEMPTS
        raise Problem(code, wait=wait)


def network_of(address: str) -> str:
    """What is counted as one address: an IPv4 address, or the /64 network that one IPv6 customer has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def _refusals(row: Throttle) -> Refusals:
    return Refusals(row.count, row.last_at if row.count else None)
