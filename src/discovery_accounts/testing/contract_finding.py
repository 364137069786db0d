"""The contract about finding people: whole values only, and never somebody else."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from discovery_accounts.connectors.api import (
    CARD_NUMBER,
    MOST_FOUND,
    Capability,
    LibraryError,
    PatronRecord,
    Unsupported,
    WrongPatron,
)
from discovery_accounts.domain.standing import Standing
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, Trouble, WorldPatron
from discovery_accounts.testing.contract_base import ODD_TEXTS, ContractBase
from discovery_accounts.testing.contract_patrons import BREAKDOWNS

Found = tuple[PatronRecord, ...]

SHARED = "ada_b@university.example"
# What means more than itself in one or another language for asking questions.
MEANT_AS_MORE = (
    "%", "_", "*", "?", "ada%", "%@university.example", "ada?b@university.example", "ada*",
    "ada_b@university.exampl_", "ada-b@university.example", "a_a_b@university.example",
    '{"like": "%"}', '{"!=": null}', '"}, {"userid": "x', '["%"]', "null", "true", "me",
    "x OR email~university", "x OR identifiers~ada", "ada AND last_name~x", "x_OR_identifiers~ada",
    "~", "email~", "ada_b@university.example,x", "ada_b@university.example;x",
    "ada_b@university.example\t", "ada_b", "university.example", "xada_b@university.example",
    "ada_b@university.examplex", "ådå_b@university.example", "ada_b@university.example@university.example",
)  # fmt: skip


def finding(field: str, value: str) -> Callable[[Any], Awaitable[Found]]:
    """The question who has that value."""
    return lambda connector: connector.find_patrons(field, value)


def by_email(email: str) -> Callable[[Any], Awaitable[Found]]:
    """The question who has that address."""
    return lambda connector: connector.find_by_email(email)


class FindingContract(ContractBase):
    """Search by a shared id and by address."""

    def test_whoever_has_the_shared_id_is_found(self, world: ConnectorWorld) -> None:
        patron, (field, value) = self.shared(world)
        found = self.ask(world, finding(field, value))
        assert [one.patron_id for one in found] == [patron.patron_id]
        assert found[0].card_number in (None, patron.card_number)

    def test_a_card_number_in_force_finds_its_holder_and_no_other_does(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.FIND_PATRONS, "renew_card")
        patron = self.patron(world, PatronKind.GOOD)
        found = self.ask(world, finding(CARD_NUMBER, patron.card_number))
        assert [one.patron_id for one in found] == [patron.patron_id]
        assert self.ask(world, finding(CARD_NUMBER, patron.card_number[:-1])) == ()
        number = world.renew_card(patron)
        assert self.ask(world, finding(CARD_NUMBER, patron.card_number)) == ()
        assert [one.patron_id for one in self.ask(world, finding(CARD_NUMBER, number))] == [patron.patron_id]

    @pytest.mark.parametrize("value", [*MEANT_AS_MORE, *ODD_TEXTS])
    def test_nobody_has_an_odd_card_number(self, world: ConnectorWorld, value: str) -> None:
        self.need(world, Capability.FIND_PATRONS)
        found = self.outcome(world, finding(CARD_NUMBER, value))
        assert isinstance(found, LibraryError) or found == ()

    def test_nobody_is_found_by_what_nobody_has(self, world: ConnectorWorld) -> None:
        _, (field, _) = self.shared(world)
        assert self.ask(world, finding(field, "nobody@university.example")) == ()
        assert self.ask(world, by_email("nobody@library.example")) == ()

    def test_two_with_one_shared_id_are_two(self, world: ConnectorWorld) -> None:
        patron, (field, value) = self.shared(world)
        another = self.patron(world, PatronKind.ANOTHER)
        world.give_shared_id(another, value)
        found = self.ask(world, finding(field, value))
        assert {one.patron_id for one in found} == {patron.patron_id, another.patron_id}

    def test_an_address_is_found_whatever_letters_are_capitals(self, world: ConnectorWorld) -> None:
        patron = self.addressed(world, "Ada.B@Library.example", PatronKind.GOOD)[0]
        for typed in ("Ada.B@Library.example", "ada.b@library.example", "ADA.B@LIBRARY.EXAMPLE"):
            assert [one.patron_id for one in self.ask(world, by_email(typed))] == [patron.patron_id]

    def test_a_shared_address_is_everybodys_and_their_standing_is_told(self, world: ConnectorWorld) -> None:
        kinds = (PatronKind.GOOD, PatronKind.BLOCKED, PatronKind.EXPIRED)
        people = self.addressed(world, "family@library.example", *kinds)
        found = {one.patron_id: one.standing for one in self.ask(world, by_email("family@library.example"))}
        standings = (Standing.GOOD, Standing.BLOCKED, Standing.EXPIRED)
        assert found == {one.patron_id: how for one, how in zip(people, standings, strict=True)}

    def test_of_many_only_a_few_are_told(self, world: ConnectorWorld) -> None:
        kinds = (PatronKind.GOOD, PatronKind.BLOCKED, PatronKind.EXPIRED, PatronKind.NO_LOANS)
        people = {one.patron_id for one in self.addressed(world, "office@library.example", *kinds)}
        found = [one.patron_id for one in self.ask(world, by_email("office@library.example"))]
        assert len(set(found)) == len(found) == MOST_FOUND
        assert set(found) <= people

    @pytest.mark.parametrize("value", [*MEANT_AS_MORE, *ODD_TEXTS])
    def test_a_value_means_itself_and_no_more(self, world: ConnectorWorld, value: str) -> None:
        _, (field, _) = self.shared(world)
        self.addressed(world, SHARED, PatronKind.GOOD)
        for question in (finding(field, value), by_email(value)):
            found = self.outcome(world, question)
            assert isinstance(found, LibraryError) or found == ()

    def test_a_field_there_is_not_is_told_and_nothing_is_asked(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.FIND_PATRONS)
        for field in ("", "no such field", "../x", "a:b", "all_unique", "attribute:", "a\0b"):
            with pytest.raises(Unsupported) as refused:
                self.ask(world, finding(field, SHARED))
            assert not refused.value.sent
        assert len(world.seen()) == 0

    def test_fields_to_match_on_are_named(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.FIND_PATRONS)
        names = self.ask(world, _match_fields)
        assert names
        assert all(isinstance(name, str) and name for name in names)

    def test_somebody_else_is_never_found(self, world: ConnectorWorld) -> None:
        self.need(world, Trouble.MIXES_PATRONS_UP)
        patron, (field, value) = self.shared(world)
        self.addressed(world, SHARED, PatronKind.GOOD)
        world.make(Trouble.MIXES_PATRONS_UP)
        for question in (finding(field, value), by_email(SHARED)):
            found = self.outcome(world, question)
            if not isinstance(found, WrongPatron):
                assert isinstance(found, tuple)
                assert {one.patron_id for one in found} <= {patron.patron_id}

    @pytest.mark.parametrize("trouble", BREAKDOWNS)
    def test_trouble_is_never_nobody(self, world: ConnectorWorld, trouble: Trouble) -> None:
        self.need(world, trouble)
        _, (field, value) = self.shared(world)
        world.make(trouble)
        assert isinstance(self.outcome(world, finding(field, value)), LibraryError)
        assert isinstance(self.outcome(world, by_email("nobody@library.example")), LibraryError)

    def shared(self, world: ConnectorWorld) -> tuple[WorldPatron, tuple[str, str]]:
        """Somebody, and the shared id they alone have."""
        self.need(world, Capability.FIND_PATRONS, "give_shared_id")
        patron = self.patron(world, PatronKind.GOOD)
        return patron, world.give_shared_id(patron, SHARED)

    def addressed(self, world: ConnectorWorld, email: str, *kinds: PatronKind) -> list[WorldPatron]:
        """Those people, who now share that address."""
        self.need(world, Capability.FIND_PATRONS, "set_email")
        people = [self.patron(world, kind) for kind in kinds]
        for patron in people:
            world.set_email(patron, email)
        return people


async def _match_fields(connector: Any) -> tuple[str, ...]:
    found: tuple[str, ...] = connector.match_fields
    return found
