"""The contract about another PIN: only for whose it is, and the old one ends when the new one begins."""

from typing import Any

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    NotAPatron,
    PatronRef,
    PinChanged,
    PinFault,
    PinRules,
    PinUnfit,
    Rejected,
    Verified,
    WrongPatron,
)
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, WorldPatron
from discovery_accounts.testing.contract_base import ContractBase
from discovery_accounts.testing.contract_patrons import WRONG_PIN, verifying


class PinContract(ContractBase):
    """Changing by the old one, and setting."""

    def test_a_new_pin_ends_the_old_one(self, world: ConnectorWorld) -> None:
        patron = self.changer(world)
        assert self.change_pin(world, patron.ref, patron.pin, world.new_pin) == PinChanged()
        assert self.is_pin(world, patron, world.new_pin)
        assert not self.is_pin(world, patron, patron.pin)

    def test_a_wrong_old_pin_changes_nothing(self, world: ConnectorWorld) -> None:
        patron = self.changer(world)
        assert self.change_pin(world, patron.ref, WRONG_PIN, world.new_pin) == Rejected()
        assert self.is_pin(world, patron, patron.pin)
        assert not self.is_pin(world, patron, world.new_pin)

    def test_somebody_elses_card_and_pin_change_nobodys(self, world: ConnectorWorld) -> None:
        patron = self.changer(world)
        other = self.patron(world, PatronKind.ANOTHER)
        mixed = PatronRef(patron.patron_id, other.card_number)
        answer = self.outcome(world, lambda c: c.change_pin(mixed, other.pin, world.new_pin))
        assert isinstance(answer, Rejected | WrongPatron)
        for one in (patron, other):
            assert self.is_pin(world, one, one.pin)

    @pytest.mark.parametrize("capability", [Capability.CHANGE_PIN, Capability.RECOVER_PIN])
    def test_a_pin_that_does_not_do_is_told_by_a_code(
        self, world: ConnectorWorld, capability: Capability
    ) -> None:
        self.need(world, capability, "short_pin")
        patron = self.patron(world, PatronKind.GOOD)
        if capability is Capability.CHANGE_PIN:
            answer = self.change_pin(world, patron.ref, patron.pin, world.short_pin)
        else:
            answer = self.ask(world, lambda c: c.set_pin(patron.patron_id, world.short_pin))
        assert isinstance(answer, PinUnfit)
        assert isinstance(answer.because, PinFault)
        assert self.is_pin(world, patron, patron.pin)

    def test_a_pin_can_be_set_for_who_forgot_it(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.RECOVER_PIN, "new_pin")
        patron, other = self.patron(world, PatronKind.GOOD), self.patron(world, PatronKind.ANOTHER)
        answer = self.ask(world, lambda connector: connector.set_pin(patron.patron_id, world.new_pin))
        assert answer == PinChanged()
        assert self.is_pin(world, patron, world.new_pin)
        assert not self.is_pin(world, patron, patron.pin)
        assert self.is_pin(world, other, other.pin)

    def test_nobody_gets_a_pin_who_is_gone(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.RECOVER_PIN, "new_pin", "delete")
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.delete(patron)
        answer = self.ask(world, lambda connector: connector.set_pin(patron.patron_id, world.new_pin))
        assert answer == NotAPatron()

    @pytest.mark.parametrize("capability", [Capability.CHANGE_PIN, Capability.RECOVER_PIN])
    def test_rules_are_told(self, world: ConnectorWorld, capability: Capability) -> None:
        self.need(world, capability)
        rules = self.ask(world, _rules)
        assert isinstance(rules, PinRules)
        assert 1 <= rules.min_length <= rules.max_length

    def changer(self, world: ConnectorWorld) -> WorldPatron:
        """Somebody who may change their PIN."""
        self.need(world, Capability.CHANGE_PIN, Capability.VERIFY_PATRON, "new_pin")
        return self.patron(world, PatronKind.GOOD)

    def change_pin(self, world: ConnectorWorld, patron: PatronRef, old: str, new: str) -> object:
        """What the library makes of it."""
        return self.ask(world, lambda connector: connector.change_pin(patron, old, new))

    def is_pin(self, world: ConnectorWorld, patron: WorldPatron, pin: str) -> bool:
        """Whether the person signs in by that PIN now; skips the test where that can't be checked."""
        self.need(world, Capability.VERIFY_PATRON)
        return isinstance(self.ask(world, verifying(patron.card_number, pin)), Verified)


async def _rules(connector: Any) -> object:
    return connector.pin_rules
