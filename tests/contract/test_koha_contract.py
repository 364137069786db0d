"""The Koha connector keeps the contract, with the discovery plugin and, where versions differ, at an older Koha too."""

import pytest

from discovery_accounts.connectors.api import LoginBlocked, Rejected, Verified
from discovery_accounts.testing.connector_contract import ConnectorContract
from discovery_accounts.testing.connector_world import PatronKind
from discovery_accounts.testing.contract_acting import ActingContract
from discovery_accounts.testing.contract_fees import FeeContract
from discovery_accounts.testing.contract_history import HistoryContract
from discovery_accounts.testing.contract_holds import HoldContract
from discovery_accounts.testing.contract_loans import LoanContract
from discovery_accounts.testing.contract_membership import MembershipContract
from discovery_accounts.testing.contract_messaging import MessagingContract
from discovery_accounts.testing.contract_pins import PinContract
from discovery_accounts.testing.contract_profile import ProfileContract
from discovery_accounts.testing.contract_reading import ReadingContract
from discovery_accounts.testing.contract_suggestions import SuggestionContract


class TestKoha(ConnectorContract):
    @pytest.fixture
    def world(self, simulated):
        return simulated("koha")

    def test_call_counts(self, world):
        many = world.patron(PatronKind.MANY_LOANS)
        library = world.library

        def calls_of(question):
            library.clear_calls()
            self.ask(world, question)
            return library.count() - library.count(path_contains="/oauth/token")

        assert calls_of(lambda c: c.verify_patron(many.card_number, many.pin)) == 1
        assert calls_of(lambda c: c.verify_patron(many.card_number, "no")) == 1
        assert calls_of(lambda c: c.check_pin(many.ref, many.pin)) == 1
        assert calls_of(lambda c: c.read_patron(many.patron_id)) == 1
        assert calls_of(lambda c: c.list_loans(many.patron_id)) == 2

    def test_an_ended_token_is_renewed_without_anybody_noticing(self, world):
        patron = world.patron(PatronKind.GOOD)
        world.library.set_fault("expired_token", path_contains="validation")
        assert isinstance(
            self.ask(world, lambda c: c.verify_patron(patron.card_number, patron.pin)), Verified
        )
        world.library.set_fault("expired_token", path_contains="validation")
        assert self.ask(world, lambda c: c.verify_patron(patron.card_number, "no")) == Rejected()


class DeskContract(
    LoanContract,
    HoldContract,
    FeeContract,
    HistoryContract,
    ProfileContract,
    PinContract,
    SuggestionContract,
    ReadingContract,
):
    """What versions and plugins make a difference to."""


class TestOlderKoha(DeskContract):
    @pytest.fixture
    def world(self, simulated):
        return simulated("koha", {"card_self_renewal": "no"}, generation="23.11")


class TestKohaWithDiscoveryPlugin(DeskContract, MessagingContract, MembershipContract, ActingContract):
    @pytest.fixture
    def world(self, simulated):
        return simulated("koha", {"di_plugin": "yes"}, plugin=True)


def test_a_locked_card_is_told_where_the_library_tells_it(simulated):
    world = simulated("koha", failed_login_attempts=2)
    patron = world.patron(PatronKind.GOOD)
    ask = ConnectorContract().ask
    for _ in range(2):
        assert ask(world, lambda c: c.verify_patron(patron.card_number, "no")) == Rejected()
    assert ask(world, lambda c: c.verify_patron(patron.card_number, patron.pin)) == LoginBlocked("locked")
