"""Loans of all cards on one page, and one loan's renewability (rules 2, interface ``/loans``)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from discovery_accounts.connectors.api import Capability, LibraryError, Loan, NoSuchLoan
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import Scope
from discovery_accounts.domain.native_id import read_native_id
from discovery_accounts.services import events, link_looks
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.admission import Admission
from discovery_accounts.services.house import House
from discovery_accounts.services.lists import read_list
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.showing import CardReading


@dataclass(frozen=True, slots=True)
class OneLoan:
    """A loan and the card it is on."""

    card: AccountCard
    loan: Loan = field(repr=False)


class Loans:
    def __init__(self, house: House) -> None:
        self._house = house

    def read(
        self, actor: Actor, *, only: Collection[uuid.UUID] | None = None, refresh: bool = False
    ) -> tuple[CardReading, ...]:
        """See ``read_list``."""
        return read_list(self._house, actor, Want.LOANS, only=only, refresh=refresh)

    def one(self, actor: Actor, loan_id: str) -> OneLoan:
        """One loan, with its renewability asked from the library now.

        Raises ``Problem``: ``no_such_loan``, ``not_supported``, ``library_unavailable`` and the
        reasons why a card may not be read.
        """
        parsed = read_native_id(loan_id)
        if parsed is None:
            raise Problem(Code.NO_SUCH_LOAN)
        card_id, native = parsed
        admitted = Admission(self._house).admit(actor, {card_id}, Action.SEE_LOANS)
        card = admitted.card(card_id)
        if Capability.ASK_RENEWABILITY not in self._house.gateway.capabilities(card.library):
            raise Problem(Code.NOT_SUPPORTED)
        try:
            loan = self._house.gateway.read_loan(
                card.library, card.patron_id, native, deadline=self._house.settings.page_deadline
            )
        except LibraryError as error:
            events.report_if_wrong_patron(self._house, error, library=card.library, card_id=card.id)
            raise Problem(Code.LIBRARY_UNAVAILABLE) from None
        if isinstance(loan, NoSuchLoan):
            raise Problem(Code.NO_SUCH_LOAN)
        link_looks.note(self._house, actor, card, Scope.LOANS)
        return OneLoan(card, loan)
