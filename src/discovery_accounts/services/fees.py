"""Fees of all cards on one page, and what was paid (rules 3.2, interface ``/fees``)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from discovery_accounts.connectors.api import ListsPayments, NotAPatron, PaymentHistory
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import Acts
from discovery_accounts.services.house import House
from discovery_accounts.services.lists import read_list
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.showing import CardReading


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid of one card, as the library tells it now."""

    card: AccountCard
    history: PaymentHistory = field(repr=False)


class Fees:
    def __init__(self, house: House) -> None:
        self._house = house

    def read(
        self, actor: Actor, *, only: Collection[uuid.UUID] | None = None, refresh: bool = False
    ) -> tuple[CardReading, ...]:
        """See ``read_list``."""
        return read_list(self._house, actor, Want.FEES, only=only, refresh=refresh)

    def paid(self, actor: Actor, card_id: uuid.UUID) -> Paid:
        """Fees that were paid, and payments: for the card's holder only, whatever a link may see.

        Raises ``Problem``: ``no_such_card``, ``holder_only``, ``not_supported``, ``library_unavailable``, and the
        other reasons why a card may not be read.
        """
        card = OwnCards(self._house).admit(actor, card_id, Action.SEE_OWN_DATA, ListsPayments)
        found = Acts(self._house).ask(card, ListsPayments, lambda one: one.list_payments(card.patron_id))
        if isinstance(found, NotAPatron):
            raise Problem(Code.NOT_A_PATRON)
        return Paid(card, found)
