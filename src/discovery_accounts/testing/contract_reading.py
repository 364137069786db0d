"""The contract about everything that is only read: of whom it is, what trouble makes of it, what is sent."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from discovery_accounts.connectors.api import Capability, LibraryError, NotAPatron, TellsPinNeed, WrongPatron
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, Trouble
from discovery_accounts.testing.contract_base import ODD_TEXTS, ContractBase
from discovery_accounts.testing.contract_patrons import BREAKDOWNS

Reading = Callable[[Any, str], Awaitable[object]]

READINGS: Mapping[Capability, Reading] = {
    Capability.LIST_HOLDS: lambda connector, patron_id: connector.list_holds(patron_id),
    Capability.LIST_FEES: lambda connector, patron_id: connector.list_fees(patron_id),
    Capability.LIST_PAYMENTS: lambda connector, patron_id: connector.list_payments(patron_id),
    Capability.LIST_HISTORY: lambda connector, patron_id: connector.list_history(patron_id, 0),
    Capability.SWITCH_HISTORY: lambda connector, patron_id: connector.history_keeping(patron_id),
    Capability.READ_PROFILE: lambda connector, patron_id: connector.read_profile(patron_id),
    Capability.KEEP_MESSAGING: lambda connector, patron_id: connector.read_messaging(patron_id),
    Capability.LIST_NOTICES: lambda connector, patron_id: connector.list_notices(patron_id),
    Capability.READ_FAMILY: lambda connector, patron_id: connector.read_family(patron_id),
    Capability.SUGGEST_PURCHASES: lambda connector, patron_id: connector.list_suggestions(patron_id),
}
"""How each is asked for, by the patron's id."""


def reading(capability: Capability, patron_id: str) -> Callable[[Any], Awaitable[object]]:
    """The question for what that patron has."""
    return lambda connector: READINGS[capability](connector, patron_id)


each_reading = pytest.mark.parametrize("capability", list(READINGS))


class ReadingContract(ContractBase):
    """Every list and record that belongs to one patron."""

    @each_reading
    def test_reading_changes_nothing(self, world: ConnectorWorld, capability: Capability) -> None:
        self.need(world, capability, "is_act")
        patron = self.patron(world, PatronKind.GOOD)
        answer = self.ask(world, reading(capability, patron.patron_id))
        assert answer != NotAPatron()
        assert self.acts(world) == 0

    def test_who_says_nothing_of_pins_reads_without_one(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.READ_PATRON)
        patron = self.patron(world, PatronKind.GOOD)
        record = self.ask(world, _without_pin(patron.patron_id))
        assert record is None or record.patron_id == patron.patron_id

    @each_reading
    def test_what_is_somebody_elses_is_never_shown(
        self, world: ConnectorWorld, capability: Capability
    ) -> None:
        patron = self.patron(world, PatronKind.GOOD)
        self.mix_up(world, capability)
        with pytest.raises(WrongPatron):
            self.ask(world, reading(capability, patron.patron_id))

    @pytest.mark.parametrize("trouble", BREAKDOWNS)
    @each_reading
    def test_trouble_is_never_something_to_read(
        self, world: ConnectorWorld, capability: Capability, trouble: Trouble
    ) -> None:
        self.need(world, capability, trouble)
        patron = self.patron(world, PatronKind.GOOD)
        world.make(trouble)
        answer = self.outcome(world, reading(capability, patron.patron_id))
        assert isinstance(answer, LibraryError)

    @each_reading
    def test_of_who_is_gone_there_is_nothing_to_read(
        self, world: ConnectorWorld, capability: Capability
    ) -> None:
        self.need(world, capability, "delete")
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.delete(patron)
        answer = self.ask(world, reading(capability, patron.patron_id))
        assert answer in (NotAPatron(), ())

    @each_reading
    def test_nobody_has_an_odd_id(self, world: ConnectorWorld, capability: Capability) -> None:
        self.need(world, capability)
        for odd in ODD_TEXTS:
            answer = self.outcome(world, reading(capability, odd))
            assert isinstance(answer, NotAPatron | LibraryError) or answer == (), odd[:20]
        self.no_call_left_its_place(world)


def _without_pin(patron_id: str) -> Callable[[Any], Awaitable[Any]]:
    """The record, asked of a connector that was never given a PIN; ``None`` where it says that it needs one."""

    async def read(connector: Any) -> Any:
        if isinstance(connector, TellsPinNeed) and not connector.reads_without_pin:
            return None
        return await connector.read_patron(patron_id)

    return read
