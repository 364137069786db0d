"""Loans of the past of all one's own cards in one list, and how each card was read (rules 3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from discovery_accounts.connectors.api import HistoryPage, ListsHistory, PastLoan
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import CardState
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.admission import STATES
from discovery_accounts.services.house import House
from discovery_accounts.services.own_cards import CardPart, OwnCards
from discovery_accounts.services.problems import Code
from discovery_accounts.services.showing import CardReading

_LEFT_OUT = frozenset({Code.NOT_SUPPORTED, Code.NO_SUCH_CARD})
_STATES = {code: state for state, code in STATES.items()} | {Code.LIBRARY_UNAVAILABLE: CardState.UNAVAILABLE}
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Histories:
    """A part of the histories of all cards, newest return first, and each card's state. ``next`` is the offset of the
    next part, ``total`` the sum; ``None`` where a library does not tell its own."""

    loans: tuple[tuple[AccountCard, PastLoan], ...] = field(repr=False)
    readings: tuple[CardReading, ...]
    next: int | None
    total: int | None


def read_histories(house: House, actor: Actor, offset: int = 0) -> Histories:
    """Of each of one's own cards whose library lists past loans those from ``offset`` on, asked side by side now.

    A part ends for all cards where the shortest one does, so that none is passed by in the next. A card that could
    not be read has a state that tells why, and no loans.
    """
    parts = OwnCards(house).ask_all(
        actor, Action.SEE_OWN_DATA, ListsHistory, lambda one, patron_id: one.list_history(patron_id, offset)
    )
    listed = [part for part in parts if part.because not in _LEFT_OUT]
    pages = [part.told for part in listed if part.told is not None]
    ends = min((page.next for page in pages if page.next is not None), default=None)
    most = None if ends is None else max(0, ends - offset)
    now = house.now()
    loans = [(part.card, loan) for part in listed if part.told for loan in part.told.loans[:most]]
    loans.sort(key=lambda one: one[1].returned_at or _NEVER, reverse=True)
    return Histories(tuple(loans), tuple(_reading(part, now) for part in listed), ends, _total(pages))


def _reading(part: CardPart[HistoryPage], now: datetime) -> CardReading:
    if part.because is None:
        return CardReading(part.card, CardState.FRESH, now)
    return CardReading(part.card, _STATES.get(part.because, CardState.UNAVAILABLE))


def _total(pages: Sequence[HistoryPage]) -> int | None:
    told = [page.total for page in pages if page.total is not None]
    return sum(told) if len(told) == len(pages) else None
