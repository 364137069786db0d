"""The contract about what is never shown, and about input that nobody should send."""

import logging
from urllib.parse import unquote

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    LibraryError,
    NoSuchLoan,
    NotAPatron,
    Verification,
    Verified,
)
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, Trouble
from discovery_accounts.testing.contract_base import ODD_TEXTS, ContractBase
from discovery_accounts.testing.contract_patrons import verifying

# Long and strange enough to be found wherever it was left.
CANARY_PIN = "canary-7351-pin"


class PrivacyContract(ContractBase):
    """PINs and card numbers in no trace, and odd input harmless."""

    @pytest.mark.parametrize("trouble", [None, *Trouble])
    def test_pin_and_number_leave_no_trace(
        self, world: ConnectorWorld, caplog: pytest.LogCaptureFixture, trouble: Trouble | None
    ) -> None:
        self.need(world, Capability.VERIFY_PATRON, "change_pin", *([trouble] if trouble else []))
        patron = self.patron(world, PatronKind.GOOD)
        world.change_pin(patron, CANARY_PIN)
        if trouble is not None:
            world.make(trouble)
        with caplog.at_level(logging.DEBUG):
            answers = [
                self.outcome(world, verifying(patron.card_number, CANARY_PIN)),
                self.outcome(world, verifying(patron.card_number, f"x{CANARY_PIN}")),
                self.outcome(world, lambda connector: connector.check_pin(patron.ref, CANARY_PIN)),
            ]
            if Capability.READ_PATRON in self.able(world):
                answers.append(self.outcome(world, lambda c: c.read_patron(patron.patron_id)))
        traces = self.traces(answers, caplog)
        for trace in traces:
            assert CANARY_PIN not in trace
            assert patron.card_number not in trace
        for call in world.seen():
            assert CANARY_PIN not in unquote(call.target)
            assert world.number_in_addresses or patron.card_number not in unquote(call.target)

    @pytest.mark.parametrize("odd", ODD_TEXTS)
    def test_odd_numbers_and_pins_are_refused_or_fail_as_a_library_does(
        self, world: ConnectorWorld, odd: str
    ) -> None:
        self.need(world, Capability.VERIFY_PATRON)
        patron = self.patron(world, PatronKind.GOOD)
        for question in (
            verifying(odd, patron.pin),
            verifying(patron.card_number, odd),
            verifying(odd, odd),
            lambda connector: connector.check_pin(patron.ref, odd),
        ):
            answer = self.outcome(world, question)
            assert isinstance(answer, Verification | LibraryError)
            assert not isinstance(answer, Verified)
        self.no_call_left_its_place(world)

    @pytest.mark.parametrize("odd", ODD_TEXTS)
    def test_odd_ids_find_nothing(self, world: ConnectorWorld, odd: str) -> None:
        patron = self.patron(world, PatronKind.GOOD)
        able = self.able(world)
        if Capability.READ_PATRON in able:
            record = self.outcome(world, lambda connector: connector.read_patron(odd))
            assert isinstance(record, NotAPatron | LibraryError)
        if Capability.LIST_LOANS in able:
            loans = self.outcome(world, lambda connector: connector.list_loans(odd))
            assert isinstance(loans, NotAPatron | LibraryError) or loans == ()
        if Capability.ASK_RENEWABILITY in able:
            loan = self.outcome(world, lambda connector: connector.read_loan(patron.patron_id, odd))
            assert isinstance(loan, NoSuchLoan | LibraryError)
        if Capability.RENEW_LOANS in able:
            renewed = self.outcome(world, lambda connector: connector.renew_loans(patron.patron_id, [odd]))
            assert isinstance(renewed, LibraryError) or renewed == (NoSuchLoan(odd),)
        self.no_call_left_its_place(world)
        assert not any(world.is_renewal(call) for call in world.seen())
