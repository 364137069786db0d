"""Loans and renewals."""

from collections.abc import Sequence
from dataclasses import replace

from discovery_accounts.connectors.api import (
    Loan,
    NoSuchLoan,
    NotAPatron,
    NotRenewed,
    Renewal,
    Renewed,
)
from discovery_accounts.connectors.memory.people import Person
from discovery_accounts.connectors.memory.population import LOAN_DAYS, MOST_RENEWALS, due_after
from discovery_accounts.connectors.memory.verbs import Verbs
from discovery_accounts.connectors.renewing import renew_own
from discovery_accounts.domain.renewal import NotRenewable


class LoanVerbs(Verbs):
    """``ListsLoans``, ``AsksRenewability`` and ``RenewsLoans``."""

    async def list_loans(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        async with self.library.gate.reading("loans"):
            person = self.person(patron_id)
            return (
                NotAPatron() if person is None else tuple(_told(person, one) for one in person.loans.values())
            )

    async def read_loan(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        async with self.library.gate.reading("loan"):
            person = self.person(patron_id)
            loan = None if person is None else person.loans.get(loan_id)
            return NoSuchLoan(loan_id) if person is None or loan is None else _told(person, loan)

    async def renew_loans(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        async def post(loan_id: str) -> Renewal:
            async with self.library.gate.acting("renewal"):
                return self._renew(self.library.people[patron_id], loan_id)

        return await renew_own(_Own(self), patron_id, loan_ids, post)

    def _renew(self, person: Person, loan_id: str) -> Renewal:
        loan = _told(person, person.loans[loan_id])
        if loan.not_renewable_because is not None:
            return NotRenewed(loan_id, loan.not_renewable_because)
        renewals = (loan.renewals or 0) + 1
        again = replace(loan, due_at=due_after(self.library.now(), LOAN_DAYS), renewals=renewals)
        if again.due_at <= loan.due_at:
            return NotRenewed(loan_id, NotRenewable.TOO_SOON)
        if renewals >= MOST_RENEWALS:
            again = replace(again, renewable=False, not_renewable_because=NotRenewable.TOO_MANY_RENEWALS)
        person.loans[loan_id] = again
        return Renewed(loan_id, again.due_at)


class _Own:
    """The patron's own loans, for ``renew_own``."""

    def __init__(self, verbs: LoanVerbs) -> None:
        self._verbs = verbs

    async def all(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        return await self._verbs.list_loans(patron_id)

    async def owned(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        return await self._verbs.read_loan(patron_id, loan_id)


def _told(person: Person, loan: Loan) -> Loan:
    """The loan as the person stands now."""
    if not person.blocks or loan.not_renewable_because is not None:
        return loan
    return replace(loan, renewable=False, not_renewable_because=NotRenewable.CARD_BLOCKED)
