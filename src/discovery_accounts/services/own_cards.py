"""Cards that are the person's own: what only the holder may see or do, and what a library can do for them.

Who may not is told before any library is asked, a due PIN check included.
"""

import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from discovery_accounts.connectors.api import Capability, NotAPatron, PatronRecord, PatronRef
from discovery_accounts.connectors.gateway import CardRequest, Want
from discovery_accounts.connectors.registry import CAPABILITIES
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.account_cards import AccountCard, cards_of, find_card
from discovery_accounts.services.acts import Acts
from discovery_accounts.services.admission import CODES, Admission
from discovery_accounts.services.card_rows import number_binding
from discovery_accounts.services.email_found import mail_address
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.vault.vault import CannotUnseal, Sealed

P = TypeVar("P")
T = TypeVar("T")

_SIDE_BY_SIDE = 8


@dataclass(frozen=True, slots=True)
class CardPart(Generic[T]):
    """What was told of one card; or ``because``, the code of why nothing was."""

    card: AccountCard
    told: T | None = None
    because: Code | None = None


class OwnCards:
    def __init__(self, house: House) -> None:
        self._house = house
        self._acts = Acts(house)

    def all(self, actor: Actor) -> tuple[AccountCard, ...]:
        """The cards whose holder this person is, or is once a yes was said; no library is asked."""
        return tuple(card for card in self._rows(actor) if card.holder)

    def check(self, actor: Actor, card_id: uuid.UUID, action: Action) -> AccountCard:
        """The card, if ``action`` is allowed; no library is asked. Raises ``Problem`` with the reason."""
        card = find_card(self._rows(actor), card_id)
        verdict = authorize(card.access if card else None, action, self._house.now())
        if card is None or verdict is not Verdict.ALLOWED:
            raise Problem(CODES[verdict])
        return card

    def admit(self, actor: Actor, card_id: uuid.UUID, action: Action, able: type[object]) -> AccountCard:
        """As ``check``; then a due PIN is checked. Raises ``Problem`` also for a library that can't do ``able``."""
        card = self.check(actor, card_id, action)
        if not self.can(card, able):
            raise Problem(Code.NOT_SUPPORTED)
        return Admission(self._house).admit(actor, {card_id}, action).card(card_id)

    def can(self, card: AccountCard, able: type[object]) -> bool:
        """Whether the card's library can do what the Protocol ``able`` is about."""
        return CAPABILITIES[able] in self.abilities(card)

    def abilities(self, card: AccountCard) -> frozenset[Capability]:
        """Everything that the card's library can do."""
        return self._house.gateway.capabilities(card.library)

    def ask_all(
        self,
        actor: Actor,
        action: Action,
        able: type[P],
        call: Callable[[P, str], Awaitable[T | NotAPatron]],
    ) -> tuple[CardPart[T], ...]:
        """Ask for all of one's own cards side by side; ``call`` is given the connector and the patron's id."""
        able_cards: list[AccountCard] = []
        parts: dict[uuid.UUID, CardPart[T]] = {}
        for card in self.all(actor):
            verdict = authorize(card.access, action, self._house.now())
            if verdict is not Verdict.ALLOWED:
                parts[card.id] = CardPart(card, because=CODES[verdict])
            elif not self.can(card, able):
                parts[card.id] = CardPart(card, because=Code.NOT_SUPPORTED)
            else:
                able_cards.append(card)
        if able_cards:
            admitted = Admission(self._house).admit(actor, {card.id for card in able_cards}, action)
            for card in able_cards:
                if card.id not in admitted.cards:
                    because = admitted.refused.get(card.id, Code.NO_SUCH_CARD)
                    parts[card.id] = CardPart(card, because=because)
            asked = [card for card in able_cards if card.id in admitted.cards]
            with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
                for part in pool.map(lambda card: self._part(card, able, call), asked):
                    parts[part.card.id] = part
        return tuple(sorted(parts.values(), key=lambda part: part.card.position))

    def patron(self, card: AccountCard) -> PatronRef:
        """The card's patron by id and number. Raises ``Problem`` where our copy of the number can't be opened."""
        sealed = Sealed(card.number_sealed, card.number_key_id)
        try:
            number = self._house.vault.unseal_text(sealed, number_binding(card.library, card.id))
        except CannotUnseal:
            raise Problem(Code.LIBRARY_UNAVAILABLE) from None
        return PatronRef(card.patron_id, number)

    def record(self, card: AccountCard) -> PatronRecord | None:
        """The patron's record as it is now; ``None`` when the library did not tell."""
        request = CardRequest(
            card.link_id, card.library, PatronRef(card.patron_id, ""), None, frozenset({Want.PATRON})
        )
        deadline = self._house.settings.page_deadline
        told = self._house.gateway.read_cards([request], deadline=deadline)[card.link_id].patron
        return told if isinstance(told, PatronRecord) else None

    def address_on_file(self, card: AccountCard) -> str | None:
        """The e-mail address that the library has, if a mail can be sent there; the library is asked."""
        record = self.record(card)
        return mail_address(record) if record is not None else None

    def _part(
        self, card: AccountCard, able: type[P], call: Callable[[P, str], Awaitable[T | NotAPatron]]
    ) -> CardPart[T]:
        try:
            told = self._acts.ask(card, able, lambda one: call(one, card.patron_id))
        except Problem as problem:
            return CardPart(card, because=problem.code)
        if isinstance(told, NotAPatron):
            return CardPart(card, because=Code.NOT_A_PATRON)
        return CardPart(card, told)

    def _rows(self, actor: Actor) -> tuple[AccountCard, ...]:
        with self._house.database.reading() as session:
            cards = cards_of(session, actor.account_id, actor.session_id, self._house.now())
        return cards if actor.sees_all else tuple(card.as_masked() for card in cards)
