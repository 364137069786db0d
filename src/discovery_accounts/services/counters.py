"""The rows that tries are counted in: which there are, how they are locked, how long each asks to wait.

Keys are keyed hashes: neither a card number nor an address is in the table.
"""

import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
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
from discovery_accounts.services.house import House
from discovery_accounts.services.upserts import insert_missing

LOCK = "lock"
"""The kind that follows a library's own counter, which locks the card."""
_WIDE = {"address", "account", "library", "login"}
_FORGOTTEN_AFTER_THE_LAST = {"card", "browser", "username"}


@dataclass(frozen=True, slots=True)
class Counter:
    """One count: its row's ``key`` and ``kind``, how long the row as it is asks to ``wait``, and the
    ``window`` after which it begins anew."""

    key: str
    kind: str
    wait: Callable[[Throttle, datetime], timedelta | None]
    window: timedelta


class Counters:
    """The counters of a portal, by its limits and libraries."""

    def __init__(self, house: House) -> None:
        self._house = house

    def card(self, library: str, card_number: str, browser: str | None) -> Counter:
        """Tries at a card: a known browser's own, or those of all strangers together."""
        limit = self._house.settings.limits.card
        kind, *own = ("browser", browser) if browser else ("card",)
        key = self.card_key(kind, library, card_number, *own)
        return Counter(key, kind, lambda row, now: wait_for_card(_refusals(row), limit, now), FORGET_AFTER)

    def username(self, login: str, username: str) -> Counter:
        """Tries at a user name of a login, with the waits of a card. Directories find a name whatever its
        case and its spaces; each spelling must not be tries of its own."""
        limit = self._house.settings.limits.card
        written = " ".join(unicodedata.normalize("NFKC", username).casefold().split())
        key = self._key("username", login, written)
        return Counter(
            key, "username", lambda row, now: wait_for_card(_refusals(row), limit, now), FORGET_AFTER
        )

    def lock(self, library: str, card_number: str) -> Counter:
        """Refusals at a card as its library counts them, towards locking it."""
        lock_after = self.lock_after(library)
        return Counter(
            self.card_key(LOCK, library, card_number),
            LOCK,
            lambda row, now: wait_for_library_lock(_refusals(row), lock_after, now),
            timedelta.max,
        )

    def lock_after(self, library: str) -> int | None:
        """At how many refusals a card is locked, by the library or by the one that checks its PINs."""
        asked = self._house.library(library)
        limits = [one.lock_after for one in (asked, *self._house.settings.verifiers_of(asked))]
        return min((limit for limit in limits if limit is not None), default=None)

    def window(self, kind: str, limit: RateLimit, *parts: str) -> Counter:
        """So many in a time, for one account, address or library."""
        return Counter(
            self._key(kind, *parts),
            kind,
            lambda row, now: wait_for_window(_refusals(row), limit.count, limit.seconds, row.started_at, now),
            timedelta(seconds=limit.seconds),
        )

    def card_key(self, kind: str, library: str, card_number: str, *parts: str) -> str:
        """Libraries find a card whatever the case of its letters; each spelling must not be tries of its own.
        Nor must each of the libraries whose PINs the same one checks: it is there that a card is locked."""
        asked = self._house.settings.library(library)
        checker = (asked.verifier if asked is not None else None) or library
        return self._key(kind, checker, card_number.casefold(), *parts)

    def _key(self, kind: str, *parts: str) -> str:
        return self._house.vault.keyed_hash("throttle", kind, *parts)


def locked_rows(session: Session, counters: list[Counter], now: datetime) -> dict[str, Throttle]:
    """The rows of ``counters``, made where there were none; see ``in_lock_order``."""
    blank = {"count": 0, "started_at": now, "last_at": now}
    kinds = {counter.key: counter.kind for counter in counters}
    rows = [{"key": key, "kind": kinds[key], **blank} for key in sorted(kinds)]
    insert_missing(session, Throttle, rows)
    return rows_by_key(session, kinds)


def rows_by_key(session: Session, keys: Collection[str]) -> dict[str, Throttle]:
    """Those rows that are there, locked."""
    query = select(Throttle).where(Throttle.key.in_(keys)).order_by(Throttle.key)
    return {row.key: row for row in session.scalars(query.with_for_update())}


def count_one(row: Throttle, counter: Counter, now: datetime) -> None:
    """Count one more, from nothing where the earlier ones are forgotten."""
    since = row.last_at if counter.kind in _FORGOTTEN_AFTER_THE_LAST else row.started_at
    expired = now - since >= counter.window
    if expired:
        row.count, row.started_at = 0, now
    row.count += 1
    row.last_at = now


def in_lock_order(counters: Sequence[Counter]) -> tuple[list[Counter], list[Counter]]:
    """Rows are locked in this order by everybody, each group by key, or two tries could wait for each
    other for ever. First the wide ones, which bound how many others can be made: who is over them
    leaves no new row."""
    wide = [counter for counter in counters if counter.kind in _WIDE]
    return wide, [counter for counter in counters if counter.kind not in _WIDE]


def _refusals(row: Throttle) -> Refusals:
    return Refusals(row.count, row.last_at if row.count else None)
