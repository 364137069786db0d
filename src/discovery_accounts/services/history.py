"""Loans of the past, whether the library keeps them, and their end. For the card's holder only (rules 3.2)."""

import uuid
from dataclasses import dataclass, field

from discovery_accounts.connectors.api import (
    DeletesHistory,
    HistoryKeeping,
    HistoryPage,
    ListsHistory,
    NotAPatron,
    SwitchesHistory,
)
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import Acts, NotAnswered
from discovery_accounts.services.house import House
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem

DELETED = "deleted"
SWITCHED = "switched"
NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True)
class CardHistory:
    """A part of one card's history, and whether it is kept: ``None`` where the library does not tell."""

    card: AccountCard
    page: HistoryPage = field(repr=False)
    keeping: HistoryKeeping | None = None


@dataclass(frozen=True, slots=True)
class HistoryResult:
    """What came of an act: ``code`` is ``switched``, ``deleted`` or ``not_answered``; ``keeping`` is what holds
    now, ``count`` how many loans were deleted, each where the library told."""

    card: AccountCard
    done: bool
    code: str
    keeping: HistoryKeeping | None = None
    count: int | None = None


class History:
    """All raise ``Problem``: ``no_such_card``, ``holder_only`` for a card that is only linked, ``not_supported``,
    ``library_unavailable``, and the other reasons why a card may not be used."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._acts = Acts(house)
        self._own = OwnCards(house)

    def read(self, actor: Actor, card_id: uuid.UUID, offset: int = 0) -> CardHistory:
        """The part from ``offset`` on, newest return first, asked from the library now: nothing of it is kept."""
        card = self._own.admit(actor, card_id, Action.SEE_OWN_DATA, ListsHistory)
        page = self._acts.ask(card, ListsHistory, lambda one: one.list_history(card.patron_id, offset))
        if isinstance(page, NotAPatron):
            raise Problem(Code.NOT_A_PATRON)
        return CardHistory(card, page, self._keeping(card))

    def choices(self, library: str) -> tuple[HistoryKeeping, ...]:
        """What a patron of that library may choose; nothing where there is no choice."""
        return self._house.gateway.tell(library, SwitchesHistory, lambda one: one.history_choices) or ()

    def switch(self, actor: Actor, card_id: uuid.UUID, keeping: HistoryKeeping) -> HistoryResult:
        """Whether loans are kept from now on. Raises ``BadShape`` about ``keeping``."""
        card = self._own.admit(actor, card_id, Action.CHANGE_OWN_DATA, SwitchesHistory)
        if keeping not in self.choices(card.library):
            raise BadShape("keeping", "unknown")
        answer = self._acts.act(
            actor,
            card,
            SwitchesHistory,
            lambda one: one.keep_history(card.patron_id, keeping),
            word=events.HISTORY_SWITCHED,
            says=lambda told: Code.NOT_A_PATRON.value if isinstance(told, NotAPatron) else told.value,
        )
        if isinstance(answer, NotAPatron):
            raise Problem(Code.NOT_A_PATRON)
        if isinstance(answer, NotAnswered):
            now = self._keeping(card)
            done = now is keeping
            return HistoryResult(card, done, SWITCHED if done else NOT_ANSWERED, now)
        return HistoryResult(card, True, SWITCHED, answer)

    def delete(self, actor: Actor, card_id: uuid.UUID) -> HistoryResult:
        """All of it, at the library, for good."""
        card = self._own.admit(actor, card_id, Action.CHANGE_OWN_DATA, DeletesHistory)
        answer = self._acts.act(
            actor,
            card,
            DeletesHistory,
            lambda one: one.delete_history(card.patron_id),
            word=events.HISTORY_DELETED,
            says=lambda told: Code.NOT_A_PATRON.value if isinstance(told, NotAPatron) else DELETED,
        )
        if isinstance(answer, NotAPatron):
            raise Problem(Code.NOT_A_PATRON)
        if isinstance(answer, NotAnswered):
            return HistoryResult(card, False, NOT_ANSWERED)
        return HistoryResult(card, True, DELETED, count=answer.count)

    def _keeping(self, card: AccountCard) -> HistoryKeeping | None:
        """``None`` too when the library does not answer: the list is there all the same."""
        if not self.choices(card.library):
            return None
        try:
            found = self._acts.ask(card, SwitchesHistory, lambda one: one.history_keeping(card.patron_id))
        except Problem:
            return None
        return None if isinstance(found, NotAPatron) else found
