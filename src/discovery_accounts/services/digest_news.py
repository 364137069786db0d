"""What there is to tell an account of its cards, read from the libraries now.

Nothing is told from a kept answer: what was returned meanwhile must not be asked for.
"""

import threading
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from discovery_accounts.connectors.api import Capability, Hold, LibraryError, Loan
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import CardState
from discovery_accounts.domain.digest import News, is_stuck, news_of_loan, told_with
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.background import standing_for
from discovery_accounts.services.house import House
from discovery_accounts.services.readings import Readings
from discovery_accounts.services.showing import CardReading

AT_ONCE = 8
"""Cards that are read side by side by one run: a library must not take it for an attack."""
_QUESTIONS = 10
"""How many loans of one account are asked about one by one, where the list does not tell what can be renewed."""
_WANTED = frozenset({Want.LOANS, Want.HOLDS})
_ACTIONS = (Action.SEE_LOANS, Action.SEE_HOLDS)
_OF_CARD = {CardState.PIN_CHANGED: News.PIN_CHANGED, CardState.NOT_A_PATRON: News.GONE}
_LEFT_OUT = {CardState.PIN_NEEDED, CardState.PENDING_APPROVAL}
"""The page of the digest's settings says so; there is nothing new to tell."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to tell. ``title`` is ``None`` where it is only counted; ``facts`` are hashes of what is told by
    it, its own first; ``want`` is the list it was in."""

    news: News
    card: AccountCard
    facts: tuple[str, ...] = field(repr=False)
    want: Want | None = None
    title: str | None = field(default=None, repr=False)
    due_at: datetime | None = None
    until: date | None = None
    pickup: str | None = field(default=None, repr=False)
    loan: Loan | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Gathered:
    """``read`` are links whose card was read whole."""

    lines: tuple[Line, ...]
    read: frozenset[uuid.UUID]


class Places:
    """So many cards may be read at once, by all threads of a run together."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, count: int) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: self._free >= count)
            self._free -= count
        try:
            yield
        finally:
            with self._changed:
                self._free += count
                self._changed.notify_all()


class NewsReader:
    def __init__(self, house: House, places: Places) -> None:
        self._house = house
        self._places = places

    def gather(
        self, account_id: uuid.UUID, card_ids: Collection[uuid.UUID], *, titles: bool, now: datetime
    ) -> Gathered:
        """Read these cards. ``titles`` names what is on other people's cards, too (checklist A1)."""
        actor = standing_for(account_id)
        lines: list[Line] = []
        read: set[uuid.UUID] = set()
        for part in _parts(list(card_ids)):
            for reading in self._read(actor, part):
                if reading.state is CardState.FRESH and reading.parts:
                    read.add(reading.card.link_id)
                lines += self._lines(reading, titles or reading.card.holder, now)
        return Gathered(tuple(lines), frozenset(read))

    def _read(self, actor: Actor, card_ids: list[uuid.UUID]) -> tuple[CardReading, ...]:
        """All at once; what was not answered once more, where the library answers by now: the first call after an
        outage goes alone, and those beside it are refused by our own breaker."""
        with self._places.taken(len(card_ids)):
            first = self._ask(actor, card_ids)
            states = self._house.gateway.states()
            missed = [
                reading.card.id
                for reading in first
                if _unanswered(reading)
                and (state := states.get(reading.card.library)) is not None
                and state.breaker == "closed"
            ]
            again = {reading.card.id: reading for reading in self._ask(actor, missed)} if missed else {}
        return tuple(again.get(reading.card.id, reading) for reading in first)

    def _ask(self, actor: Actor, card_ids: list[uuid.UUID]) -> tuple[CardReading, ...]:
        deadline = self._house.settings.act_deadline
        return Readings(self._house).read(actor, _WANTED, only=card_ids, refresh=True, deadline=deadline)

    def ask_renewability(self, lines: Iterable[Line]) -> tuple[Line, ...]:
        """Where the list did not tell whether a loan can be renewed, ask; no answer leaves the line as it is."""
        asked = 0
        told = []
        for line in lines:
            able = self._house.gateway.capabilities(line.card.library)
            unknown = line.loan is not None and line.loan.renewable is None
            if line.news is News.DUE_SOON and unknown and Capability.ASK_RENEWABILITY in able:
                asked += 1
                line = self._asked(line) if asked <= _QUESTIONS else line
            told.append(line)
        return tuple(told)

    def _asked(self, line: Line) -> Line:
        assert line.loan is not None
        try:
            with self._places.taken(1):
                loan = self._house.gateway.read_loan(
                    line.card.library,
                    line.card.patron_id,
                    line.loan.loan_id,
                    deadline=self._house.settings.page_deadline,
                )
        except LibraryError:
            return line
        if isinstance(loan, Loan) and is_stuck(loan.renewable, loan.not_renewable_because):
            return replace(
                line,
                news=News.NOT_RENEWABLE,
                facts=self._facts(line.card, News.NOT_RENEWABLE, *_loan_words(line.loan)),
            )
        return line

    def _lines(self, reading: CardReading, named: bool, now: datetime) -> Iterator[Line]:
        card = reading.card
        may = any(authorize(card.access, action, now) is Verdict.ALLOWED for action in _ACTIONS)
        if reading.state in _LEFT_OUT or not may:
            return
        if reading.state in _OF_CARD:
            yield self._of_card(card, _OF_CARD[reading.state])
            return
        if _unanswered(reading):
            yield self._of_card(card, News.UNASKED)
        if self._is_fresh(reading, Want.LOANS):
            for loan in reading.loans or ():
                yield from self._of_loan(card, loan, named, now)
        if self._is_fresh(reading, Want.HOLDS):
            for hold in reading.holds or ():
                if hold.state is HoldState.READY:
                    yield self._of_hold(card, hold, named)

    @staticmethod
    def _is_fresh(reading: CardReading, want: Want) -> bool:
        part = reading.parts.get(want)
        return part is not None and part.state is CardState.FRESH

    def _of_card(self, card: AccountCard, news: News) -> Line:
        return Line(news, card, self._facts(card, news))

    def _of_loan(self, card: AccountCard, loan: Loan, named: bool, now: datetime) -> Iterator[Line]:
        stuck = is_stuck(loan.renewable, loan.not_renewable_because)
        news = news_of_loan(loan.due_at, card.days_ahead or 0, stuck, now)
        if news is not None:
            yield Line(
                news,
                card,
                self._facts(card, news, *_loan_words(loan)),
                Want.LOANS,
                (loan.title or "") if named else None,
                loan.due_at,
                loan=loan,
            )

    def _of_hold(self, card: AccountCard, hold: Hold, named: bool) -> Line:
        until = hold.ready_until.isoformat() if hold.ready_until else ""
        return Line(
            News.READY,
            card,
            self._facts(card, News.READY, hold.hold_id, until),
            Want.HOLDS,
            (hold.title or "") if named else None,
            until=hold.ready_until,
            pickup=hold.pickup.name if hold.pickup else None,
        )

    def _facts(self, card: AccountCard, news: News, *words: str) -> tuple[str, ...]:
        """Hashes, so that the table of what was told does not tell who borrowed what."""
        return tuple(
            self._house.vault.keyed_hash("digest fact", card.link_id.hex, one.value, *words)
            for one in told_with(news)
        )


def _unanswered(reading: CardReading) -> bool:
    """Whether the library did not tell all that it was asked; what is kept from before does not count."""
    missing = any(part.state is not CardState.FRESH for part in reading.parts.values())
    return reading.state is CardState.UNAVAILABLE or missing


def _loan_words(loan: Loan) -> tuple[str, str]:
    """What a loan is known again by; renewed, it has another due date and is news again."""
    return loan.loan_id, loan.due_at.astimezone(UTC).isoformat()


def _parts(cards: list[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    for start in range(0, len(cards), AT_ONCE):
        yield cards[start : start + AT_ONCE]
