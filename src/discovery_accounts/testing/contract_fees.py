"""The contract about money: what is open, what was paid, in whole minor units of a currency."""

from collections.abc import Iterable

from discovery_accounts.connectors.api import Capability, Fee, PatronRecord, PaymentHistory
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.money import Money, totals
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, WorldPatron
from discovery_accounts.testing.contract_base import ContractBase


class FeeContract(ContractBase):
    """Open fees and payments."""

    def test_who_owes_nothing_has_no_fees(self, world: ConnectorWorld) -> None:
        assert self.fees(world, self.patron(world, PatronKind.NO_LOANS)) == ()

    def test_what_is_owed_is_listed_once_in_minor_units(self, world: ConnectorWorld) -> None:
        patron = self.owing(world)
        fees = self.fees(world, patron)
        assert fees
        for fee in fees:
            assert isinstance(fee.kind, FeeKind)
            _is_money([fee.amount, fee.outstanding])
            assert fee.outstanding.amount_minor != 0
        (total,) = totals([fee.outstanding for fee in fees])
        assert total.amount_minor > 0

    def test_the_sum_of_the_record_is_the_sum_of_the_list(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.READ_PATRON)
        patron = self.owing(world)
        record = self.ask(world, lambda connector: connector.read_patron(patron.patron_id))
        assert isinstance(record, PatronRecord)
        if record.owed is not None:
            assert (record.owed,) == totals([fee.outstanding for fee in self.fees(world, patron)])

    def test_what_was_paid_is_open_no_more(self, world: ConnectorWorld) -> None:
        self.need(world, "pay")
        patron = self.owing(world)
        world.pay(patron)
        assert self.fees(world, patron) == ()

    def test_payments_are_told(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.LIST_PAYMENTS, "owe", "pay")
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.owe(patron)
        world.pay(patron)
        told = self.ask(world, lambda connector: connector.list_payments(patron.patron_id))
        assert isinstance(told, PaymentHistory)
        assert told.paid or told.payments
        for fee in told.paid or ():
            _is_money([fee.amount, fee.outstanding])
            assert fee.outstanding.amount_minor == 0
        _is_money(payment.amount for payment in told.payments or ())
        days = [payment.paid_on for payment in told.payments or () if payment.paid_on]
        assert days == sorted(days, reverse=True)

    def owing(self, world: ConnectorWorld) -> WorldPatron:
        """Somebody who owes."""
        self.need(world, Capability.LIST_FEES, "owe")
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.owe(patron)
        return patron

    def fees(self, world: ConnectorWorld, patron: WorldPatron) -> tuple[Fee, ...]:
        """What the patron has open; skips the test where that can't be listed."""
        self.need(world, Capability.LIST_FEES)
        fees = self.ask(world, lambda connector: connector.list_fees(patron.patron_id))
        assert isinstance(fees, tuple)
        assert len({fee.fee_id for fee in fees}) == len(fees)
        return fees


def _is_money(amounts: Iterable[Money]) -> None:
    for amount in amounts:
        assert type(amount.amount_minor) is int
        assert len(amount.currency) == 3
        assert amount.currency.isupper()
