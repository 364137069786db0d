"""The contract about being a patron: the time of the card, and the people joined to it."""

from collections.abc import Awaitable, Callable
from typing import Any

from discovery_accounts.connectors.api import (
    Capability,
    CardNotRenewed,
    CardRenewed,
    CardTerms,
    Family,
    NotAPatron,
    NotCardRenewable,
    PatronRecord,
    PatronRef,
    Rejected,
    WrongPatron,
)
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, WorldPatron
from discovery_accounts.testing.contract_base import ContractBase
from discovery_accounts.testing.contract_patrons import WRONG_PIN


class MembershipContract(ContractBase):
    """Renewing a card's time, and families."""

    def test_a_card_that_ends_soon_is_renewed(self, world: ConnectorWorld) -> None:
        patron = self.ending(world)
        terms = self.terms(world, patron)
        assert isinstance(terms, CardTerms)
        assert (terms.renewable, terms.because) == (True, None)
        answer = self.ask(world, self.renewing(patron))
        assert isinstance(answer, CardRenewed)
        record = self.member(world, patron)
        if not answer.asked:
            assert answer.expires_on in (None, record.expires_on)
            assert terms.expires_on is None or (record.expires_on or terms.expires_on) > terms.expires_on

    def test_a_card_that_can_not_be_renewed_is_told_by_a_code(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.RENEW_CARD)
        patron = self.patron(world, PatronKind.BLOCKED)
        before = self.member(world, patron)
        terms = self.terms(world, patron)
        assert isinstance(terms, CardTerms)
        assert not terms.renewable
        assert isinstance(terms.because, NotCardRenewable)
        answer = self.ask(world, self.renewing(patron))
        assert isinstance(answer, CardNotRenewed)
        assert isinstance(answer.because, NotCardRenewable)
        assert self.member(world, patron).expires_on == before.expires_on

    def test_a_wrong_pin_renews_no_card_where_one_is_asked_for(self, world: ConnectorWorld) -> None:
        patron = self.ending(world)
        if not self.ask(world, _needs_pin):
            return
        before = self.member(world, patron)
        for ref, pin in self.strange(world, patron):
            answer = self.outcome(world, _renewing(ref, pin))
            assert isinstance(answer, Rejected | WrongPatron)
        assert self.member(world, patron) == before

    def test_who_is_gone_has_no_card_to_renew(self, world: ConnectorWorld) -> None:
        self.need(world, "delete")
        patron = self.ending(world)
        world.delete(patron)
        assert self.terms(world, patron) in (NotAPatron(), Rejected())

    def test_a_family_is_told_from_both_sides(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.READ_FAMILY, "make_guarantor")
        parent, child = self.patron(world, PatronKind.NO_LOANS), self.patron(world, PatronKind.GOOD)
        world.make_guarantor(parent, child)
        above = self.family(world, child).guarantors
        below = self.family(world, parent).guarantees
        assert above is None or [one.patron_id for one in above] == [parent.patron_id]
        assert below is None or [one.patron_id for one in below] == [child.patron_id]
        assert above is not None or below is not None
        for one in (*(above or ()), *(below or ())):
            for name in (one.given_names, one.family_name):
                assert not name or name not in repr(one)

    def strange(self, world: ConnectorWorld, patron: WorldPatron) -> list[tuple[PatronRef, str]]:
        """What must not renew this card: a wrong PIN, and somebody else's card with the right one."""
        other = self.patron(world, PatronKind.ANOTHER)
        return [(patron.ref, WRONG_PIN), (PatronRef(patron.patron_id, other.card_number), other.pin)]

    def ending(self, world: ConnectorWorld) -> WorldPatron:
        """Somebody whose card may be renewed."""
        self.need(world, Capability.RENEW_CARD, "let_card_end")
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.let_card_end(patron)
        return patron

    def terms(self, world: ConnectorWorld, patron: WorldPatron) -> object:
        """Whether the card can be renewed."""
        return self.ask(world, lambda connector: _terms(connector, patron))

    def renewing(self, patron: WorldPatron) -> Any:
        """The wish to renew, with the PIN where it is asked for."""
        return lambda connector: connector.renew_card(patron.ref, _pin(connector, patron))

    def member(self, world: ConnectorWorld, patron: WorldPatron) -> PatronRecord:
        """The record as it is now; skips the test where it can't be read."""
        self.need(world, Capability.READ_PATRON)
        found = self.ask(world, lambda connector: connector.read_patron(patron.patron_id))
        assert isinstance(found, PatronRecord)
        return found

    def family(self, world: ConnectorWorld, patron: WorldPatron) -> Family:
        """The patron's family."""
        found = self.ask(world, lambda connector: connector.read_family(patron.patron_id))
        assert isinstance(found, Family)
        return found


def _pin(connector: Any, patron: WorldPatron) -> str | None:
    return patron.pin if connector.card_renewal_needs_pin else None


def _renewing(ref: PatronRef, pin: str) -> Callable[[Any], Awaitable[object]]:
    return lambda connector: connector.renew_card(ref, pin)


async def _terms(connector: Any, patron: WorldPatron) -> object:
    return await connector.card_terms(patron.ref, _pin(connector, patron))


async def _needs_pin(connector: Any) -> bool:
    found: bool = connector.card_renewal_needs_pin
    return found
