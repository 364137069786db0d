"""Counting refused tries, so that a PIN can't be guessed and a library never locks a card for us.

A try is counted *before* the library is asked and taken back when it was no refusal. So tries
that run side by side can't slip past a limit together, and a refusal stays counted whatever
becomes of the request (its transaction is its own). Keys are keyed hashes.
"""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.connectors.api import LibraryError, RateLimited, Refused
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
_WIDE = {"address", "account", "library"}
_TELL_AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody is about to have a PIN checked. ``browser`` is what they are counted by apart from
    strangers: a known browser's token hash, or the link they repair."""

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
        counters = self._counters(attempt)
        wide, narrow = _in_lock_order(counters)
        with self._house.database.writing() as session:
            rows = self._locked_rows(session, wide, now)
            worst = _worst(wide, rows, now)
            if worst is None:
                rows |= self._locked_rows(session, narrow, now)
                worst = _worst(counters, rows, now)
            before = {key: row.last_at for key, row in rows.items()}
            if worst is None:
                for counter in counters:
                    self._count(rows[counter.key], counter, now)
            else:
                self._tell_once(session, attempt, worst[1], rows[worst[1].key], now)
        if worst is not None:
            raise self._refusal(attempt, *worst)
        return Counted(tuple(counters), now, before)

    def count_asking(self, kind: str, limit: RateLimit, what: str) -> None:
        """Count something that is asked for, such as mails to ``what``. Raises ``Problem``."""
        now = self._house.now()
        counter = self._window(kind, limit, what)
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

    def library_lock_wait(self, session: Session, library: str, card_number: str) -> timedelta | None:
        """How long a stored PIN of this card must not be sent, because the library would lock the card."""
        lock_after = self._house.library(library).lock_after
        if lock_after is None:
            return None
        row = session.get(Throttle, self._card_key(LOCK, library, card_number))
        now = self._house.now()
        return wait_for_library_lock(_refusals(row), lock_after, now) if row else None

    def reserve_stored(
        self, session: Session, asked: Mapping[uuid.UUID, tuple[str, str]]
    ) -> frozenset[uuid.UUID]:
        """Count a check of each stored PIN (link to library and card number) towards its library's lock,
        before it is sent; the links for which there is a try left."""
        now = self._house.now()
        counters = {
            link_id: self._lock_counter(library, number)
            for link_id, (library, number) in asked.items()
            if self._house.library(library).lock_after is not None
        }
        rows = self._locked_rows(session, list(counters.values()), now) if counters else {}
        free = set(asked)
        for link_id, counter in counters.items():
            if counter.wait(rows[counter.key], now):
                free.discard(link_id)
            else:
                self._count(rows[counter.key], counter, now)
        return frozenset(free)

    def settle_stored(self, session: Session, library: str, card_number: str, *, verified: bool) -> None:
        """A stored PIN that was counted stands, so the library's own counter is reset too; or it was
        neither accepted nor refused, so its try is taken back."""
        row = session.get(Throttle, self._card_key(LOCK, library, card_number), with_for_update=True)
        if row is not None:
            row.count = 0 if verified else max(0, row.count - 1)

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
        counters = [self._card_counter(attempt, limits.card)]
        if attempt.account_id is not None:
            counters.append(self._window("account", limits.account, str(attempt.account_id)))
        elif attempt.browser is None:  # strangers in their number must not close a library to its patrons
            counters.append(self._window("library", limits.library, attempt.library))
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
        """The rows of ``counters``, made where there were none; see ``_in_lock_order``."""
        blank = {"count": 0, "started_at": now, "last_at": now}
        kinds = {counter.key: counter.kind for counter in counters}
        rows = [{"key": key, "kind": kinds[key], **blank} for key in sorted(kinds)]
        insert_missing(session, Throttle, rows)
        return self._rows_by_key(session, kinds)

    @staticmethod
    def _rows_by_key(session: Session, keys: Collection[str]) -> dict[str, Throttle]:
        query = select(Throttle).where(Throttle.key.in_(keys)).order_by(Throttle.key)
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
            for some in _in_lock_order(counted.counters):
                for key, row in self._rows_by_key(session, [counter.key for counter in some]).items():
                    row.count = new_count(row, kinds[key])
                    if row.last_at == counted.at:  # or the wait for the next try would begin anew
                        row.last_at = counted.before[key]

    @staticmethod
    def _tell_once(
        session: Session, attempt: Attempt, counter: _Counter, row: Throttle, now: datetime
    ) -> None:
        """One event for a limit that is reached, not one for every try that runs into it."""
        if row.told_at is not None and now - row.told_at < _TELL_AGAIN:
            return
        row.told_at = now
        events.record(
            session,
            events.LIMIT_REACHED,
            now,
            library=attempt.library,
            account_id=attempt.account_id,
            limit=counter.kind,
        )

    @staticmethod
    def _refusal(attempt: Attempt, wait: timedelta, counter: _Counter) -> Problem:
        locked = counter.kind == LOCK and attempt.account_id is not None
        return Problem(Code.CARD_LOCKED if locked else Code.TOO_MANY_ATTEMPTS, wait=wait)


def _in_lock_order(counters: Sequence[_Counter]) -> tuple[list[_Counter], list[_Counter]]:
    """Rows are locked in this order by everybody, each group by key, or two tries could wait for each
    other for ever. First the wide ones, which bound how many others can be made: who is over them
    leaves no new row."""
    wide = [counter for counter in counters if counter.kind in _WIDE]
    return wide, [counter for counter in counters if counter.kind not in _WIDE]


def _worst(
    counters: list[_Counter], rows: Mapping[str, Throttle], now: datetime
) -> tuple[timedelta, _Counter] | None:
    """The longest wait that any of the counters asks for."""
    waits = [(wait, counter) for counter in counters if (wait := counter.wait(rows[counter.key], now))]
    return max(waits, key=lambda pair: pair[0], default=None)


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
