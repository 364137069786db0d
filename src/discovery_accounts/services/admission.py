"""Before an act on a card: may this account do it, and does the stored PIN still stand?

The acting card is found here, from the account's own links, for every act (checklist L14): an id
of somebody else's card is no card, and no library hears of it.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import CardState
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.readings import Readings

CODES = {
    Verdict.NO_SUCH_CARD: Code.NO_SUCH_CARD,
    Verdict.PENDING_APPROVAL: Code.PENDING_APPROVAL,
    Verdict.MISSING_SCOPE: Code.MISSING_SCOPE,
    Verdict.HOLDER_ONLY: Code.HOLDER_ONLY,
    Verdict.CARD_BLOCKED: Code.CARD_BLOCKED,
    Verdict.CARD_EXPIRED: Code.CARD_EXPIRED,
}
STATES: Mapping[CardState, Code] = {
    CardState.PENDING_APPROVAL: Code.PENDING_APPROVAL,
    CardState.PIN_NEEDED: Code.PIN_NEEDED,
    CardState.PIN_CHANGED: Code.PIN_CHANGED,
    CardState.NOT_A_PATRON: Code.NOT_A_PATRON,
    CardState.UNAVAILABLE: Code.LIBRARY_UNAVAILABLE,
    CardState.STALE: Code.LIBRARY_UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class Admitted:
    """The cards that may be acted on, and for the others the code of why not.

    ``others`` are the account's own cards among those that may not.
    """

    cards: Mapping[uuid.UUID, AccountCard]
    refused: Mapping[uuid.UUID, Code]
    others: Mapping[uuid.UUID, AccountCard]

    def card(self, card_id: uuid.UUID) -> AccountCard:
        """The card, or ``Problem`` with the reason why it may not be acted on."""
        if card_id in self.cards:
            return self.cards[card_id]
        raise Problem(self.refused.get(card_id, Code.NO_SUCH_CARD))


class Admission:
    def __init__(self, house: House) -> None:
        self._house = house

    def admit(self, actor: Actor, card_ids: Collection[uuid.UUID] | None, action: Action) -> Admitted:
        """Ask for each card, or for all of the account's when ``None``. Due PINs are checked first."""
        now = self._house.now()
        cards: dict[uuid.UUID, AccountCard] = {}
        others: dict[uuid.UUID, AccountCard] = {}
        refused = dict.fromkeys(card_ids or (), Code.NO_SUCH_CARD)
        readings = Readings(self._house).admit(actor, only=card_ids)
        for reading in readings:
            verdict = authorize(reading.card.access, action, now)
            if verdict is not Verdict.ALLOWED:
                refused[reading.card.id] = CODES[verdict]
                others[reading.card.id] = reading.card
            elif reading.state is not CardState.FRESH:
                refused[reading.card.id] = STATES[reading.state]
                others[reading.card.id] = reading.card
            else:
                cards[reading.card.id] = reading.card
                refused.pop(reading.card.id, None)
        return Admitted(cards, refused, others)
