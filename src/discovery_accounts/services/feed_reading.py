"""What a calendar program is told at the address of a feed.

Reading a feed is no sign-in (rules 1.4), and a look for the card's log. Libraries are asked at most once a minute
for a feed; in between, and when they do not answer, what is kept is told, for a day at most, as on pages.

**When a card can't be told.** A calendar program removes what is missing from an answer, and nobody wants their due
dates gone because a library rests at night. So:

- a card that may not be told any more (link ended, waiting or without loans; PIN changed; no patron any more) is
  left out at once, whatever else is going on;
- else, while a card that this feed told of within a day can't be told, the whole feed is refused as
  ``library_unavailable`` with a wait, and calendars keep what they have; so it is when no card can be told at all;
- after a day such a card is left out, as its page shows nothing old by then either.

**What is remembered.** An event that changed needs a higher number and the moment of the change (RFC 5545, 3.8.7).
The feed's row holds for each loan a hash of what was told, that number and that moment: no title and no date.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.connectors.api import Loan
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.cards import CardState
from discovery_accounts.domain.pin_check import STALE_FOR
from discovery_accounts.models import Account, Feed, Link
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.background import standing_for
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.readings import Readings
from discovery_accounts.services.showing import CardReading
from discovery_accounts.services.throttles import Throttles, network_of
from discovery_accounts.services.tokens import token_hash

ASK_EVERY = timedelta(minutes=1)
TRY_AGAIN = timedelta(minutes=5)
WRONG = RateLimit(60, 900)
"""How many wrong secrets one network may try."""
_NOTE_EVERY = 3600  # seconds: how exact it is when a card was last told
_UNANSWERED = {CardState.UNAVAILABLE}

Memory = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FeedLoan:
    """One event. ``uid`` is the same as long as the loan is; ``sequence`` counts its changes, the last at
    ``changed_at``."""

    card: AccountCard
    loan: Loan = field(repr=False)
    uid: str
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """``card`` is the one that the feed is of, ``None`` for all; ``old`` are those of which an earlier answer is
    told, with its time."""

    language: str
    card: AccountCard | None
    loans: tuple[FeedLoan, ...]
    old: tuple[tuple[AccountCard, datetime], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    id: uuid.UUID
    account_id: uuid.UUID
    language: str
    card_id: uuid.UUID | None
    memory: Memory = field(repr=False)


class FeedReading:
    def __init__(self, house: House) -> None:
        self._house = house

    def read(self, token: str, address: str | None) -> FeedAnswer:
        """Raises ``Problem``: ``not_found`` for whatever is no secret of a feed, ``too_many_attempts`` for who
        tries many, ``library_unavailable``."""
        feed = self._find(token)
        if feed is None:
            Throttles(self._house).count_asking("feed", WRONG, network_of(address))
            raise Problem(Code.NOT_FOUND)
        readings = Readings(self._house).read(
            standing_for(feed.account_id, feed.language),
            frozenset({Want.LOANS}),
            only=None if feed.card_id is None else {feed.card_id},
            ask=self._may_ask(feed),
        )
        told = [reading for reading in readings if reading.loans is not None]
        silent = {reading.card.id.hex for reading in readings if reading.state in _UNANSWERED}
        self._check(feed, told, silent)
        memory = self._remember(feed, told, silent)
        return FeedAnswer(
            feed.language,
            next((one.card for one in readings if one.card.id == feed.card_id), None),
            tuple(event for reading in told for event in _events(reading, memory)),
            tuple((one.card, one.as_of) for one in told if self._is_old(one) and one.as_of is not None),
        )

    def _find(self, token: str) -> _Found | None:
        query = (
            select(Feed, Link.card_id)
            .join(Account, Account.id == Feed.account_id)
            .outerjoin(Link, Link.id == Feed.link_id)
            .where(Feed.token_hash == token_hash(token), Account.ended_at.is_(None))
        )
        with self._house.database.reading() as session:
            found = session.execute(query).one_or_none()
            if found is None:
                return None
            row, card_id = found
            return _Found(row.id, row.account_id, row.language, card_id, dict(row.told or {}))

    def _may_ask(self, feed: _Found) -> bool:
        """Whether libraries may be asked for this reading: by the first one in a minute, over all processes."""
        now = self._house.now()
        due = or_(Feed.last_read_at.is_(None), Feed.last_read_at <= now - ASK_EVERY)
        with self._house.database.writing() as session:
            taken = session.execute(
                update(Feed)
                .where(Feed.id == feed.id, due)
                .values(last_read_at=now)
                .returning(Feed.id)
                .execution_options(synchronize_session=False)
            )
            return taken.one_or_none() is not None

    def _check(self, feed: _Found, told: Sequence[CardReading], silent: set[str]) -> None:
        """Raise ``library_unavailable`` where calendars had better keep what they have."""
        left = set(feed.memory) - silent - {reading.card.id.hex for reading in told}
        oldest = (self._house.now() - STALE_FOR).timestamp()
        lately = any(feed.memory[card]["at"] >= oldest for card in silent if card in feed.memory)
        if silent and not left and (lately or not told):
            raise Problem(Code.LIBRARY_UNAVAILABLE, wait=TRY_AGAIN)

    def _remember(self, feed: _Found, told: Sequence[CardReading], silent: set[str]) -> Memory:
        now = self._house.now()
        memory = _merged(feed.memory, told, silent, now)
        if memory == feed.memory:
            return memory
        with self._house.database.writing() as session:
            row = session.get(Feed, feed.id, with_for_update=True)
            if row is None:  # stopped in this second
                raise Problem(Code.NOT_FOUND)
            row.told = memory = _merged(dict(row.told or {}), told, silent, now)
        return memory

    def _is_old(self, reading: CardReading) -> bool:
        """Whether the library did not answer; not that a minute has not passed."""
        library = self._house.libraries.get(reading.card.library)
        lasts = timedelta(seconds=library.cache_seconds if library else 0) + 2 * ASK_EVERY
        return reading.as_of is not None and self._house.now() - reading.as_of > lasts


def _merged(memory: Memory, told: Sequence[CardReading], silent: set[str], now: datetime) -> Memory:
    """What is remembered after these cards were told; what is left out is forgotten."""
    after: Memory = {card: kept for card, kept in memory.items() if card in silent}
    for reading in told:
        card = reading.card.id.hex
        before = memory.get(card, {"at": 0, "loans": {}})
        loans = {}
        for loan in reading.loans or ():
            uid, content = _uid(reading.card, loan), _content(reading.card, loan)
            kept = before["loans"].get(uid)
            if kept is None:
                loans[uid] = [content, 0, int(now.timestamp())]
            elif kept[0] == content:
                loans[uid] = kept
            else:
                loans[uid] = [content, kept[1] + 1, int(now.timestamp())]
        at = int((reading.as_of or now).timestamp())
        after[card] = {"at": at if at - before["at"] >= _NOTE_EVERY else before["at"], "loans": loans}
    return after


def _events(reading: CardReading, memory: Mapping[str, Mapping[str, Any]]) -> list[FeedLoan]:
    loans = memory[reading.card.id.hex]["loans"]
    found = []
    for loan in reading.loans or ():
        uid = _uid(reading.card, loan)
        _, sequence, changed_at = loans[uid]
        found.append(FeedLoan(reading.card, loan, uid, sequence, datetime.fromtimestamp(changed_at, UTC)))
    return sorted(found, key=lambda event: (event.loan.due_at, event.uid))


def _uid(card: AccountCard, loan: Loan) -> str:
    """Tells nothing of the library's ids, and is the same in every feed."""
    return hashlib.sha256(f"{card.id.hex}:{loan.loan_id}".encode()).hexdigest()[:32]


def _content(card: AccountCard, loan: Loan) -> str:
    """A hash of what an event shows."""
    parts = (loan.due_at.isoformat(), loan.title or "", loan.author or "", card.label)
    return hashlib.sha256("\0".join((card.id.hex, *parts)).encode()).hexdigest()[:16]
