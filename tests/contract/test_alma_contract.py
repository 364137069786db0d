"""The Alma connector keeps the contract."""

import pytest

from discovery_accounts.connectors.api import NoPinHere, Rejected, Verified
from discovery_accounts.testing.connector_contract import ConnectorContract
from discovery_accounts.testing.connector_world import PatronKind
from discovery_accounts.testing.contract_patrons import PatronContract


class TestAlma(ConnectorContract):
    @pytest.fixture
    def world(self, simulated):
        return simulated("alma")

    def test_call_counts(self, world):
        many = world.patron(PatronKind.MANY_LOANS)

        def calls_of(question):
            world.library.clear_calls()
            self.ask(world, question)
            return world.library.count()

        assert calls_of(lambda c: c.verify_patron(many.card_number, many.pin)) == 2
        assert calls_of(lambda c: c.verify_patron(many.card_number, "no")) == 2
        assert calls_of(lambda c: c.verify_patron("HK99999", "no")) == 2
        assert calls_of(lambda c: c.check_pin(many.ref, many.pin)) == 1
        assert calls_of(lambda c: c.read_patron(many.patron_id)) == 1
        assert calls_of(lambda c: c.list_loans(many.patron_id)) == 3

    def test_an_external_account_has_no_pin_here(self, world):
        external = next(patron for patron in world.library.patrons if patron.kind == "external")
        answer = self.ask(world, lambda c: c.verify_patron(external.card_number, external.pin))
        assert answer == NoPinHere()

    def test_neither_an_old_number_nor_a_student_number_is_a_card(self, world):
        people = {patron.kind: patron for patron in world.library.patrons}
        for number, patron in (("HK09008", people["old_barcode"]), ("HK19999", people["no_loans"])):
            assert self.ask(world, lambda c, n=number, p=patron: c.verify_patron(n, p.pin)) == Rejected()


class TestAlmaWithAnyIdentifier(PatronContract):
    @pytest.fixture
    def world(self, simulated):
        return simulated("alma", {"card_id_type": "all_unique"})


def test_too_many_calls_in_a_second_are_waited_out(simulated):
    world = simulated("alma")
    patron = world.patron(PatronKind.GOOD)
    world.library.set_fault("too_many", times=1)
    answer = ConnectorContract().ask(world, lambda c: c.verify_patron(patron.card_number, patron.pin))
    assert isinstance(answer, Verified)
