"""The contract about people: whose PIN it is, what the record says, and what is never mistaken."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    LibraryError,
    LoginBlocked,
    NoPinHere,
    NotAPatron,
    PatronRecord,
    PatronRef,
    Refused,
    Rejected,
    Verification,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.registry import PROTOCOLS
from discovery_accounts.domain.standing import Standing
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, Trouble
from discovery_accounts.testing.contract_base import ContractBase

WRONG_PIN = "0000-no-such-pin"
BREAKDOWNS = [trouble for trouble in Trouble if trouble is not Trouble.MIXES_PATRONS_UP]


def verifying(card_number: str, pin: str) -> Callable[[Any], Awaitable[Verification]]:
    """The question whose card and PIN these are."""
    return lambda connector: connector.verify_patron(card_number, pin)


class PatronContract(ContractBase):
    """Capabilities, PIN checks and patron records."""

    def test_what_is_declared_is_what_is_implemented(self, world: ConnectorWorld) -> None:
        async def look(connector: Any) -> None:
            for capability, protocol in PROTOCOLS.items():
                if capability in connector.capabilities:
                    assert isinstance(connector, protocol), capability
                else:
                    assert connector.absent[capability].strip(), capability
            assert not connector.capabilities & set(connector.absent)

        self.ask(world, look)

    def test_a_right_pin_gives_the_same_permanent_id_every_time(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.VERIFY_PATRON)
        patron = self.patron(world, PatronKind.GOOD)
        for _ in range(2):
            verdict = self.ask(world, verifying(patron.card_number, patron.pin))
            assert isinstance(verdict, Verified)
            assert verdict.patron_id == patron.patron_id
            assert verdict.card_number in (None, patron.card_number)

    def test_a_wrong_pin_and_an_unknown_card_get_the_same_answer(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.VERIFY_PATRON)
        patron = self.patron(world, PatronKind.GOOD)
        assert self.ask(world, verifying(patron.card_number, WRONG_PIN)) == Rejected()
        assert self.ask(world, verifying(patron.card_number[:-3], patron.pin)) == Rejected()

    def test_a_stored_pin_is_checked_by_what_is_stored(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.VERIFY_PATRON)
        patron = self.patron(world, PatronKind.GOOD)
        verdict = self.ask(world, lambda connector: connector.check_pin(patron.ref, patron.pin))
        assert isinstance(verdict, Verified)
        assert verdict.patron_id == patron.patron_id
        assert self.ask(world, lambda c: c.check_pin(patron.ref, WRONG_PIN)) == Rejected()

    def test_a_changed_pin_ends_the_old_one(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.VERIFY_PATRON, "change_pin")
        patron = self.patron(world, PatronKind.GOOD)
        world.change_pin(patron, "13579")
        assert self.ask(world, lambda c: c.check_pin(patron.ref, patron.pin)) == Rejected()
        assert isinstance(self.ask(world, lambda c: c.check_pin(patron.ref, "13579")), Verified)

    def test_a_renewed_card_is_the_same_patron_and_the_old_number_ends(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.VERIFY_PATRON, "renew_card")
        patron = self.patron(world, PatronKind.GOOD)
        number = world.renew_card(patron)
        verdict = self.ask(world, verifying(number, patron.pin))
        assert isinstance(verdict, Verified)
        assert verdict.patron_id == patron.patron_id
        assert self.ask(world, verifying(patron.card_number, patron.pin)) == Rejected()

    def test_whether_a_stored_pin_is_checked_by_number_is_declared(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.VERIFY_PATRON)
        assert type(self.ask(world, _by_number)) is bool

    def test_a_stored_pin_of_a_renewed_card_is_checked_as_declared(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.VERIFY_PATRON, "renew_card")
        old = self.patron(world, PatronKind.GOOD)
        new = PatronRef(old.patron_id, world.renew_card(old))
        verdict = self.ask(world, lambda connector: connector.check_pin(old.ref, old.pin))
        assert isinstance(verdict, Rejected if self.ask(world, _by_number) else Verified)
        assert isinstance(self.ask(world, lambda connector: connector.check_pin(new, old.pin)), Verified)

    def test_the_record_has_the_number_that_is_valid_now(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.READ_PATRON, "renew_card")
        patron = self.patron(world, PatronKind.GOOD)
        number = world.renew_card(patron)
        record = self.ask(world, lambda connector: connector.read_patron(patron.patron_id))
        assert isinstance(record, PatronRecord)
        assert (record.patron_id, record.card_number) == (patron.patron_id, number)

    @pytest.mark.parametrize(
        ("kind", "standing"),
        [
            (PatronKind.GOOD, Standing.GOOD),
            (PatronKind.BLOCKED, Standing.BLOCKED),
            (PatronKind.EXPIRED, Standing.EXPIRED),
        ],
    )
    def test_standing_has_its_reasons(
        self, world: ConnectorWorld, kind: PatronKind, standing: Standing
    ) -> None:
        self.need(world, Capability.READ_PATRON)
        patron = self.patron(world, kind)
        record = self.ask(world, lambda connector: connector.read_patron(patron.patron_id))
        assert isinstance(record, PatronRecord)
        assert record.standing is standing
        assert bool(record.blocks) is (standing is not Standing.GOOD)

    def test_the_date_of_birth_is_told_or_none_and_in_no_repr(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.READ_PATRON)
        patron = self.patron(world, PatronKind.GOOD)
        record = self.ask(world, lambda connector: connector.read_patron(patron.patron_id))
        assert isinstance(record, PatronRecord)
        assert record.born_on is None or date(1900, 12, 31) < record.born_on <= datetime.now(UTC).date()
        if record.born_on is not None:
            assert record.born_on.isoformat() not in repr(record)
            assert repr(record.born_on) not in repr(record)

    def test_who_is_gone_is_not_a_patron_and_signs_in_no_more(self, world: ConnectorWorld) -> None:
        self.need(world, "delete")
        patron = self.patron(world, PatronKind.GOOD)
        world.delete(patron)
        if Capability.READ_PATRON in self.ask(world, _capabilities):
            assert self.ask(world, lambda c: c.read_patron(patron.patron_id)) == NotAPatron()
        self.need(world, Capability.VERIFY_PATRON)
        assert self.ask(world, verifying(patron.card_number, patron.pin)) == Rejected()
        assert self.ask(world, lambda c: c.check_pin(patron.ref, patron.pin)) == Rejected()

    def test_a_record_of_somebody_else_is_never_passed_on(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.READ_PATRON, Trouble.MIXES_PATRONS_UP)
        patron = self.patron(world, PatronKind.GOOD)
        world.make(Trouble.MIXES_PATRONS_UP)
        with pytest.raises(WrongPatron):
            self.ask(world, lambda connector: connector.read_patron(patron.patron_id))

    @pytest.mark.parametrize("trouble", BREAKDOWNS)
    def test_trouble_is_never_a_refused_pin_nor_an_accepted_one(
        self, world: ConnectorWorld, trouble: Trouble
    ) -> None:
        self.need(world, Capability.VERIFY_PATRON, trouble)
        patron = self.patron(world, PatronKind.GOOD)
        world.make(trouble)
        right = self.outcome(world, verifying(patron.card_number, patron.pin))
        assert not isinstance(right, Rejected | LoginBlocked | NoPinHere)
        wrong = self.outcome(world, verifying(patron.card_number, WRONG_PIN))
        assert not isinstance(wrong, Verified)

    @pytest.mark.parametrize("trouble", BREAKDOWNS)
    def test_trouble_is_never_a_missing_patron(self, world: ConnectorWorld, trouble: Trouble) -> None:
        self.need(world, Capability.READ_PATRON, trouble)
        patron = self.patron(world, PatronKind.GOOD)
        world.make(trouble)
        record = self.outcome(world, lambda connector: connector.read_patron(patron.patron_id))
        assert isinstance(record, LibraryError)

    def test_a_refused_key_is_told_apart_from_everything_else(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.VERIFY_PATRON, Trouble.REFUSES_OUR_KEY)
        patron = self.patron(world, PatronKind.GOOD)
        world.make(Trouble.REFUSES_OUR_KEY)
        with pytest.raises(Refused):
            self.ask(world, verifying(patron.card_number, patron.pin))


async def _capabilities(connector: Any) -> frozenset[Capability]:
    found: frozenset[Capability] = connector.capabilities
    return found


async def _by_number(connector: Any) -> bool:
    found: bool = connector.checks_pin_by_number
    return found
