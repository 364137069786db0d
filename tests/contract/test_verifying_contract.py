"""A library whose PINs another one checks keeps the contract: Alma, and a SIP2 server for the PINs."""

from typing import ClassVar

import pytest
from tests.fixtures.sip2 import connector_to
from tests.fixtures.sip2_server import Person, Sip2Server

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.verifying import checked_elsewhere
from discovery_accounts.testing.connector_world import PatronKind, Trouble, WorldPatron
from discovery_accounts.testing.contract_finding import FindingContract
from discovery_accounts.testing.contract_loans import LoanContract
from discovery_accounts.testing.contract_patrons import PatronContract
from discovery_accounts.testing.contract_privacy import PrivacyContract

PINS = "-at-the-desk"


class VerifyingWorld:
    """What a world does for the people of the library, it does for their PINs at the desk too."""

    def __init__(self, inner, desk: Sip2Server) -> None:
        self.inner, self.desk = inner, desk
        desk.people.clear()
        for patron in inner.library.patrons:
            desk.people.append(Person(patron.patron_id, patron.card_number, patron.pin + PINS))

    def __getattr__(self, name: str):
        return getattr(self.inner, name)

    def connect(self) -> Connector:
        checker = connector_to(self.desk.port, timeout=self.inner._timeout)
        town = LibrarySettings("town", "alma", verify="sip2:desk")
        joined = checked_elsewhere({"town": town}, {"town": self.inner.connect(), "desk": checker}, {})[
            "town"
        ]
        assert isinstance(joined, Connector)
        return joined

    def patron(self, kind: PatronKind) -> WorldPatron:
        found = self.inner.patron(kind)
        return WorldPatron(found.patron_id, found.card_number, found.pin + PINS, found.loans)

    def change_pin(self, patron: WorldPatron, new_pin: str) -> None:
        self.person(patron).pin = new_pin

    def renew_card(self, patron: WorldPatron) -> str:
        self.person(patron).card = self.inner.renew_card(patron)
        return self.person(patron).card

    def delete(self, patron: WorldPatron) -> None:
        self.inner.delete(patron)

    def person(self, patron: WorldPatron) -> Person:
        return next(one for one in self.desk.people if one.number == patron.patron_id)


class Parts(PatronContract, LoanContract, FindingContract, PrivacyContract):
    """Those parts that a PIN, or whose it is, has to do with."""


class TestPinsCheckedElsewhere(Parts):
    @pytest.fixture
    def world(self, simulated, sip2_server):
        return VerifyingWorld(simulated("alma"), sip2_server)


class DeskInTrouble(VerifyingWorld):
    """The trouble is the desk's alone."""

    faults: ClassVar[dict[Trouble, str]] = {
        Trouble.HANGS: "hang",
        Trouble.CUTS_CONNECTIONS: "cut",
        Trouble.SENDS_GARBAGE: "garbage",
        Trouble.REFUSES_OUR_KEY: "wrong_login",
        Trouble.MIXES_PATRONS_UP: "other_patron",
    }

    @property
    def cannot(self):
        rest = {one: "not a trouble of SIP2" for one in Trouble if one not in self.faults}
        return {**self.inner.cannot, **rest}

    def make(self, trouble: Trouble) -> None:
        if trouble is Trouble.HANGS:
            self.inner._timeout = 0.3
        self.desk.habits.fault = self.faults[trouble]


class TestADeskInTrouble(PrivacyContract):
    @pytest.fixture
    def world(self, simulated, sip2_server):
        return DeskInTrouble(simulated("alma"), sip2_server)

    test_trouble_is_never_a_refused_pin = (
        PatronContract.test_trouble_is_never_a_refused_pin_nor_an_accepted_one
    )
    test_a_refused_key_is_told = PatronContract.test_a_refused_key_is_told_apart_from_everything_else
