"""The contract about patron records made, changed and removed: once, wholly, and nobody else's."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    Change,
    ChangeRefused,
    LibraryError,
    NotAPatron,
    NotMade,
    NotRemovable,
    NotRemoved,
    PatronDetails,
    PatronRecord,
    Removal,
    Removed,
    Verified,
)
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, Trouble
from discovery_accounts.testing.contract_base import ODD_TEXTS, ContractBase
from discovery_accounts.testing.contract_patrons import BREAKDOWNS

ADA = PatronDetails(
    given_names="Ada Maria",
    family_name="Canary-Lovelace",
    email="ada@made.example",
    phone="+358401234567",
    user_name="ada@university.example",
    language="fi",
)
ONCE = "0f4c7b3e9a-once"


def making(details: PatronDetails, once: str = ONCE) -> Callable[[Any], Awaitable[PatronRecord]]:
    """The wish for that patron."""
    return lambda connector: connector.make_patron(details, once)


def changing(patron_id: str, changes: PatronDetails) -> Callable[[Any], Awaitable[Change]]:
    """The wish for that change."""
    return lambda connector: connector.change_patron(patron_id, changes)


def removing(patron_id: str) -> Callable[[Any], Awaitable[Removal]]:
    """The wish that the record goes."""
    return lambda connector: connector.remove_patron(patron_id)


class KeepingContract(ContractBase):
    """Making, changing and removing."""

    def test_a_patron_is_made_as_told_and_can_be_read(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.MAKE_PATRONS)
        made = self.ask(world, making(ADA))
        assert (made.given_names, made.family_name) == (ADA.given_names, ADA.family_name)
        assert (made.email, made.phone) == (ADA.email, ADA.phone)
        assert self.record(world, made.patron_id) == _but_owed(made)

    def test_the_same_word_never_makes_two(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.MAKE_PATRONS)
        first, second = self.ask(world, making(ADA)), self.ask(world, making(ADA))
        assert first.patron_id == second.patron_id
        assert self.changes(world) == 1
        self.one_has(world, str(ADA.email), first.patron_id)

    def test_another_word_makes_another_patron(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.MAKE_PATRONS)
        first = self.ask(world, making(ADA))
        second = self.ask(world, making(replace(ADA, user_name="ada2@university.example"), "another-word"))
        unnamed = self.ask(world, making(replace(ADA, user_name=None), "a-third-word"))
        assert len({first.patron_id, second.patron_id, unnamed.patron_id}) == 3

    def test_a_namesake_is_never_taken_for_the_one_made(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.MAKE_PATRONS)
        self.ask(world, making(ADA))
        with pytest.raises(NotMade):
            self.ask(world, making(replace(ADA, given_names="Somebody", family_name="Else"), "another-word"))
        assert self.changes(world) == 1

    def test_who_was_made_signs_in_by_no_pin(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.MAKE_PATRONS, Capability.VERIFY_PATRON)
        made = self.ask(world, making(ADA))
        for number in (made.card_number or "none", str(ADA.user_name)):
            for pin in ("", "0000", str(ADA.user_name), number):
                question = _verifying(number, pin)
                assert not isinstance(self.outcome(world, question), Verified)

    def test_a_patron_without_a_name_is_not_made(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.MAKE_PATRONS)
        with pytest.raises(NotMade) as refused:
            self.ask(world, making(PatronDetails(user_name="nameless@university.example")))
        assert refused.value.fields == ("family_name",)
        assert self.changes(world) == 0

    def test_a_patron_made_before_the_line_was_cut_is_found_at_the_next_try(
        self, world: ConnectorWorld
    ) -> None:
        self.need(world, Capability.MAKE_PATRONS, Trouble.CUTS_CONNECTIONS, "mend")
        world.make(Trouble.CUTS_CONNECTIONS)
        failed = self.outcome(world, making(ADA))
        assert isinstance(failed, LibraryError)
        world.mend()
        made = self.ask(world, making(ADA))
        assert self.ask(world, making(ADA)).patron_id == made.patron_id
        self.one_has(world, str(ADA.email), made.patron_id)

    @pytest.mark.parametrize("trouble", BREAKDOWNS)
    def test_trouble_is_never_a_patron_and_nothing_is_sent_twice(
        self, world: ConnectorWorld, trouble: Trouble
    ) -> None:
        self.need(world, Capability.MAKE_PATRONS, trouble)
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.make(trouble)
        assert isinstance(self.outcome(world, making(ADA)), LibraryError)
        for question in (changing(patron.patron_id, ADA), removing(patron.patron_id)):
            self.need(world, Capability.CHANGE_PATRONS, Capability.REMOVE_PATRONS)
            before = self.changes(world)
            assert isinstance(self.outcome(world, question), LibraryError)
            # A library that asks us to wait has done nothing; its call may come again.
            assert self.changes(world) - before <= (2 if trouble is Trouble.ASKS_TO_WAIT else 1)

    def test_only_what_is_told_is_changed(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CHANGE_PATRONS)
        patron = self.patron(world, PatronKind.GOOD)
        before = self.record(world, patron.patron_id)
        changes = PatronDetails(email="new@library.example", phone="+4722334455", given_names="Ada")
        changed = self.ask(world, changing(patron.patron_id, changes))
        expected = replace(before, email=changes.email, phone=changes.phone, given_names=changes.given_names)
        assert _but_owed(changed) == expected == self.record(world, patron.patron_id)

    def test_what_the_person_is_kept_from_stays_so_after_a_change(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CHANGE_PATRONS)
        patron = self.patron(world, PatronKind.BLOCKED)
        before = self.record(world, patron.patron_id)
        changed = self.ask(world, changing(patron.patron_id, PatronDetails(phone="+4722334455")))
        assert isinstance(changed, PatronRecord)
        assert (changed.standing, changed.blocks) == (before.standing, before.blocks)
        if Capability.VERIFY_PATRON in self.ask(world, _capabilities):
            assert isinstance(self.ask(world, _verifying(patron.card_number, patron.pin)), Verified)

    def test_nothing_told_changes_nothing(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CHANGE_PATRONS)
        patron = self.patron(world, PatronKind.GOOD)
        before = self.record(world, patron.patron_id)
        assert _but_owed(self.ask(world, changing(patron.patron_id, PatronDetails()))) == before
        assert self.changes(world) == 0

    def test_who_is_gone_can_be_neither_changed_nor_removed(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CHANGE_PATRONS, Capability.REMOVE_PATRONS, "delete")
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.delete(patron)
        changes = PatronDetails(email="new@library.example")
        assert self.ask(world, changing(patron.patron_id, changes)) == NotAPatron()
        assert self.ask(world, removing(patron.patron_id)) == NotAPatron()

    def test_a_change_of_somebody_else_is_never_passed_on(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CHANGE_PATRONS, Trouble.MIXES_PATRONS_UP)
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.make(Trouble.MIXES_PATRONS_UP)
        answer = self.outcome(world, changing(patron.patron_id, PatronDetails(email="new@library.example")))
        assert isinstance(answer, LibraryError | ChangeRefused)
        assert self.changes(world) == 0

    def test_a_patron_who_owes_nothing_is_removed(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.REMOVE_PATRONS)
        patron = self.patron(world, PatronKind.NO_LOANS)
        assert self.ask(world, removing(patron.patron_id)) == Removed()
        assert self.ask(world, removing(patron.patron_id)) == NotAPatron()
        assert self.ask(world, lambda c: c.read_patron(patron.patron_id)) == NotAPatron()

    @pytest.mark.parametrize("kind", [PatronKind.GOOD, PatronKind.MANY_LOANS])
    def test_loans_keep_a_patron_in_few_calls(self, world: ConnectorWorld, kind: PatronKind) -> None:
        self.need(world, Capability.REMOVE_PATRONS)
        patron = self.patron(world, kind)
        assert self.ask(world, removing(patron.patron_id)) == NotRemoved(NotRemovable.OPEN_LOANS)
        assert len(world.seen()) <= 5
        self.record(world, patron.patron_id)

    def test_fees_keep_a_patron(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.REMOVE_PATRONS, "owe")
        patron = self.patron(world, PatronKind.NO_LOANS)
        world.owe(patron)
        assert self.ask(world, removing(patron.patron_id)) == NotRemoved(NotRemovable.UNPAID_FEES)
        self.record(world, patron.patron_id)

    @pytest.mark.parametrize("odd", ODD_TEXTS)
    def test_odd_ids_change_and_remove_nobody(self, world: ConnectorWorld, odd: str) -> None:
        self.need(world, Capability.CHANGE_PATRONS, Capability.REMOVE_PATRONS)
        for question in (changing(odd, PatronDetails(email="new@library.example")), removing(odd)):
            assert isinstance(self.outcome(world, question), NotAPatron | LibraryError)
        assert self.changes(world) == 0

    @pytest.mark.parametrize("trouble", [None, *Trouble])
    def test_what_is_told_of_a_person_leaves_no_trace(
        self, world: ConnectorWorld, caplog: pytest.LogCaptureFixture, trouble: Trouble | None
    ) -> None:
        self.need(world, Capability.MAKE_PATRONS, *([trouble] if trouble else []))
        if trouble is not None:
            world.make(trouble)
        with caplog.at_level(logging.DEBUG):
            answers = [self.outcome(world, making(ADA)), ADA]
        traces = [repr(answer) for answer in answers]
        traces += [
            "".join(traceback.format_exception(one)) for one in answers if isinstance(one, LibraryError)
        ]
        traces += [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
        for trace in traces:
            for told in (ADA.family_name, ADA.email, ADA.phone):
                assert str(told) not in trace

    def record(self, world: ConnectorWorld, patron_id: str) -> PatronRecord:
        """The record as it is now, but for what is owed, which only a reading tells; skips the test where it
        can't be read."""
        self.need(world, Capability.READ_PATRON)
        found = self.ask(world, lambda connector: connector.read_patron(patron_id))
        assert isinstance(found, PatronRecord)
        return _but_owed(found)

    def one_has(self, world: ConnectorWorld, email: str, patron_id: str) -> None:
        """That nobody but this patron has the address, where that can be asked."""
        if Capability.FIND_PATRONS in self.ask(world, _capabilities):
            found = self.ask(world, lambda connector: connector.find_by_email(email))
            assert [one.patron_id for one in found] == [patron_id]

    def changes(self, world: ConnectorWorld) -> int:
        """How many calls asked the library to change a patron."""
        return sum(world.is_change(call) for call in world.seen())


def _but_owed(found: Change) -> PatronRecord:
    assert isinstance(found, PatronRecord)
    return replace(found, owed=None)


def _verifying(number: str, pin: str) -> Callable[[Any], Awaitable[object]]:
    return lambda connector: connector.verify_patron(number, pin)


async def _capabilities(connector: Any) -> frozenset[Capability]:
    found: frozenset[Capability] = connector.capabilities
    return found
