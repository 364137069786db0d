"""The contract about loans of the past: all of them page by page, and gone when the person says so."""

from typing import Any

from discovery_accounts.connectors.api import (
    MOST_PAST_LOANS,
    Capability,
    HistoryDeleted,
    HistoryPage,
    PastLoan,
)
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, WorldPatron
from discovery_accounts.testing.contract_base import ContractBase


class HistoryContract(ContractBase):
    """The list, the switch, and the end."""

    def test_who_has_returned_nothing_has_no_history(self, world: ConnectorWorld) -> None:
        assert self.history(world, self.patron(world, PatronKind.NO_LOANS)) == []

    def test_every_past_loan_is_on_some_page_once(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.LIST_HISTORY, "give_past_loans")
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.give_past_loans(patron, MOST_PAST_LOANS + 7)
        past = self.history(world, patron)
        assert len(past) == MOST_PAST_LOANS + 7
        returned = [loan.returned_at for loan in past if loan.returned_at]
        assert all(moment.utcoffset() is not None for moment in returned)
        assert returned == sorted(returned, reverse=True)

    def test_loans_of_today_are_no_history(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.LIST_LOANS)
        patron = self.patron(world, PatronKind.ANOTHER)
        today = self.ask(world, lambda connector: connector.list_loans(patron.patron_id))
        past = {loan.loan_id for loan in self.history(world, patron)}
        assert past.isdisjoint(loan.loan_id for loan in today)

    def test_beyond_the_end_there_is_nothing(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.LIST_HISTORY)
        patron = self.patron(world, PatronKind.GOOD)
        page = self.ask(world, lambda connector: connector.list_history(patron.patron_id, 100_000))
        assert isinstance(page, HistoryPage)
        assert (page.loans, page.next) == ((), None)

    def test_what_is_chosen_holds(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.SWITCH_HISTORY)
        patron = self.patron(world, PatronKind.GOOD)

        async def each(connector: Any) -> list[tuple[object, object, object]]:
            found = []
            for choice in connector.history_choices:
                answer = await connector.keep_history(patron.patron_id, choice)
                found.append((choice, answer, await connector.history_keeping(patron.patron_id)))
            return found

        told = self.ask(world, each)
        assert len(told) > 1
        for choice, answer, now in told:
            assert choice is answer is now

    def test_history_ends_at_once_and_nothing_else_does(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.DELETE_HISTORY, "give_past_loans")
        patron = self.patron(world, PatronKind.GOOD)
        other = self.patron(world, PatronKind.ANOTHER)
        for one in (patron, other):
            world.give_past_loans(one, 3)
        answer = self.ask(world, lambda connector: connector.delete_history(patron.patron_id))
        assert isinstance(answer, HistoryDeleted)
        assert answer.count is None or answer.count >= 3
        assert self.history(world, patron) == []
        assert len(self.history(world, other)) >= 3
        if Capability.LIST_LOANS in self.able(world):
            loans = self.ask(world, lambda connector: connector.list_loans(patron.patron_id))
            assert len(loans) == patron.loans

    def history(self, world: ConnectorWorld, patron: WorldPatron) -> list[PastLoan]:
        """All pages; skips the test where there are none."""
        self.need(world, Capability.LIST_HISTORY)

        async def pages(connector: Any) -> list[PastLoan]:
            found: list[PastLoan] = []
            offset: int | None = 0
            while offset is not None:
                page = await connector.list_history(patron.patron_id, offset)
                assert isinstance(page, HistoryPage)
                assert len(page.loans) <= MOST_PAST_LOANS
                assert page.next is None or page.next > offset
                found += page.loans
                offset = page.next
            assert page.total in (None, len(found))
            return found

        past = self.ask(world, pages)
        assert len({loan.loan_id for loan in past}) == len(past)
        return past
