"""The contract about loans: all of them, one's own only, and a result for each that is to be renewed."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    LibraryError,
    Loan,
    NoSuchLoan,
    NotAPatron,
    NotRenewed,
    RenewalUnknown,
    Renewed,
    WrongPatron,
)
from discovery_accounts.domain.renewal import REASONS
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, Trouble, WorldPatron
from discovery_accounts.testing.contract_base import ContractBase
from discovery_accounts.testing.contract_patrons import BREAKDOWNS


class LoanContract(ContractBase):
    """Lists, single loans and renewals."""

    @pytest.mark.parametrize("kind", [PatronKind.GOOD, PatronKind.NO_LOANS, PatronKind.MANY_LOANS])
    def test_every_loan_is_listed_once(self, world: ConnectorWorld, kind: PatronKind) -> None:
        patron = self.patron(world, kind)
        loans = self.loans(world, patron)
        assert len({loan.loan_id for loan in loans}) == len(loans) == patron.loans

    def test_dates_are_aware_and_reasons_are_codes_of_the_house(self, world: ConnectorWorld) -> None:
        loans = self.loans(world, self.patron(world, PatronKind.GOOD))
        assert loans
        for loan in loans:
            for moment in (loan.due_at, loan.checked_out_at):
                assert moment is None or moment.utcoffset() is not None
            assert loan.not_renewable_because is None or loan.not_renewable_because in REASONS
            assert loan.not_renewable_because is None or loan.renewable is False

    def test_people_who_ask_at_once_get_their_own_loans(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.LIST_LOANS)
        people = [self.patron(world, kind) for kind in (PatronKind.GOOD, PatronKind.ANOTHER)] * 5

        async def together(connector: Any) -> list[tuple[Loan, ...]]:
            lists = [connector.list_loans(patron.patron_id) for patron in people]
            return list(await asyncio.gather(*lists))

        answers = [{loan.loan_id for loan in loans} for loans in self.ask(world, together)]
        assert [len(ids) for ids in answers] == [patron.loans for patron in people]
        assert not answers[0] & answers[1]
        assert answers == answers[:2] * 5

    def test_loans_of_somebody_else_are_never_passed_on(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.LIST_LOANS, Trouble.MIXES_PATRONS_UP)
        patron = self.patron(world, PatronKind.GOOD)
        world.make(Trouble.MIXES_PATRONS_UP)
        with pytest.raises(WrongPatron):
            self.loans(world, patron)

    @pytest.mark.parametrize("trouble", BREAKDOWNS)
    def test_trouble_is_never_an_empty_or_partial_list(self, world: ConnectorWorld, trouble: Trouble) -> None:
        self.need(world, Capability.LIST_LOANS, trouble)
        patron = self.patron(world, PatronKind.MANY_LOANS)
        world.make(trouble)
        answer = self.outcome(world, lambda connector: connector.list_loans(patron.patron_id))
        assert isinstance(answer, LibraryError)

    def test_who_is_gone_has_no_loans(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.LIST_LOANS, "delete")
        patron = self.patron(world, PatronKind.GOOD)
        world.delete(patron)
        answer = self.ask(world, lambda connector: connector.list_loans(patron.patron_id))
        assert answer in (NotAPatron(), ())

    def test_one_loan_says_whether_it_can_be_renewed(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.ASK_RENEWABILITY)
        patron = self.patron(world, PatronKind.GOOD)
        listed = self.loans(world, patron)

        async def each(connector: Any) -> list[Loan | NoSuchLoan]:
            return [await connector.read_loan(patron.patron_id, loan.loan_id) for loan in listed]

        for in_list, loan in zip(listed, self.ask(world, each), strict=True):
            assert isinstance(loan, Loan)
            assert (loan.loan_id, loan.due_at) == (in_list.loan_id, in_list.due_at)
            assert loan.renewable in (True, False)
            assert loan.renewable or loan.not_renewable_because in REASONS

    def test_a_strangers_loan_is_no_loan(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.ASK_RENEWABILITY)
        patron = self.patron(world, PatronKind.GOOD)
        strange = self.strange_loan(world)
        answer = self.ask(world, lambda connector: connector.read_loan(patron.patron_id, strange))
        assert answer == NoSuchLoan(strange)

    def test_renewing_all_has_a_result_for_each(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.RENEW_LOANS)
        patron = self.patron(world, PatronKind.GOOD)
        before = {loan.loan_id: loan.due_at for loan in self.loans(world, patron)}
        results = self.ask(world, lambda connector: connector.renew_loans(patron.patron_id, None))
        assert sorted(result.loan_id for result in results) == sorted(before)
        after = {loan.loan_id: loan.due_at for loan in self.loans(world, patron)}
        for result in results:
            assert isinstance(result, Renewed | NotRenewed)
            if isinstance(result, Renewed):
                assert result.due_at == after[result.loan_id] != before[result.loan_id]
            else:
                assert result.because in REASONS
                assert after[result.loan_id] == before[result.loan_id]

    @pytest.mark.parametrize("company", [0, 1, 2])
    def test_no_renewal_of_a_strangers_loan_is_sent(self, world: ConnectorWorld, company: int) -> None:
        self.need(world, Capability.RENEW_LOANS)
        patron = self.patron(world, PatronKind.GOOD)
        own = [loan.loan_id for loan in self.loans(world, patron)][:company]
        strange = self.strange_loan(world)
        asked = [strange, *own]
        results = self.ask(world, lambda connector: connector.renew_loans(patron.patron_id, asked))
        assert [result.loan_id for result in results] == asked
        assert results[0] == NoSuchLoan(strange)
        assert self.renewals_sent(world) == len(own)

    def test_a_loan_asked_for_twice_is_renewed_once(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.RENEW_LOANS)
        patron = self.patron(world, PatronKind.GOOD)
        own = self.loans(world, patron)[0].loan_id
        results = self.ask(world, lambda connector: connector.renew_loans(patron.patron_id, [own, own]))
        assert {result.loan_id for result in results} == {own}
        assert self.renewals_sent(world) == 1

    def test_renewing_nothing_asks_nothing(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.RENEW_LOANS)
        patron = self.patron(world, PatronKind.GOOD)
        assert tuple(self.ask(world, lambda connector: connector.renew_loans(patron.patron_id, []))) == ()
        assert self.renewals_sent(world) == 0

    @pytest.mark.parametrize("trouble", BREAKDOWNS)
    def test_trouble_is_never_a_verdict_on_a_renewal(self, world: ConnectorWorld, trouble: Trouble) -> None:
        self.need(world, Capability.RENEW_LOANS, trouble)
        patron = self.patron(world, PatronKind.GOOD)
        loan_ids = [loan.loan_id for loan in self.loans(world, patron)][:2]
        world.make(trouble)
        answer = self.outcome(world, lambda connector: connector.renew_loans(patron.patron_id, loan_ids))
        if not isinstance(answer, LibraryError):
            assert all(isinstance(result, RenewalUnknown) for result in answer)

    def loans(self, world: ConnectorWorld, patron: WorldPatron) -> Sequence[Loan]:
        """The patron's loans; skips the test where they can't be listed."""
        self.need(world, Capability.LIST_LOANS)
        loans = self.ask(world, lambda connector: connector.list_loans(patron.patron_id))
        assert isinstance(loans, tuple)
        return loans

    def strange_loan(self, world: ConnectorWorld) -> str:
        """A loan of somebody else."""
        return self.loans(world, self.patron(world, PatronKind.ANOTHER))[0].loan_id

    def renewals_sent(self, world: ConnectorWorld) -> int:
        """How many renewals reached the library."""
        return sum(world.is_renewal(call) for call in world.seen())
