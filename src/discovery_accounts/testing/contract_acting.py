"""The contract about everything that a person may do: once, for oneself, and never a failure taken for an answer."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

import pytest

from discovery_accounts.connectors.api import LibraryError, NoSuchHold, NotAPatron, Rejected
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, Trouble, WorldPatron
from discovery_accounts.testing.contract_act_table import (
    ACTS,
    CANARY_EMAIL,
    CANARY_NOTE,
    CANARY_PHONE,
    CANARY_PIN,
    LOOKS,
    Act,
    Question,
)
from discovery_accounts.testing.contract_base import ODD_TEXTS, ContractBase
from discovery_accounts.testing.contract_patrons import BREAKDOWNS

each_act = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
each_act_or_look = pytest.mark.parametrize("act", [*ACTS, *LOOKS], ids=lambda act: act.name)

NOBODYS = NotAPatron | NoSuchHold | Rejected | LibraryError


class ActingContract(ContractBase):
    """Every act in turn."""

    @each_act
    def test_an_act_is_sent(self, world: ConnectorWorld, act: Act) -> None:
        patron, do = self.prepared(world, act)
        before = self.acts(world)
        answer = self.ask(world, self.by(do, patron.patron_id))
        assert not isinstance(answer, NOBODYS)
        assert self.acts(world) > before

    @pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
    def test_what_is_asked_before_an_act_changes_nothing(self, world: ConnectorWorld, look: Act) -> None:
        patron, ask = self.prepared(world, look)
        before = self.acts(world)
        answer = self.ask(world, self.by(ask, patron.patron_id))
        assert not isinstance(answer, NOBODYS)
        assert self.acts(world) == before

    @pytest.mark.parametrize("trouble", BREAKDOWNS)
    @each_act_or_look
    def test_trouble_is_never_an_answer_and_what_was_told_leaves_no_trace(
        self, world: ConnectorWorld, caplog: pytest.LogCaptureFixture, act: Act, trouble: Trouble
    ) -> None:
        self.need(world, trouble)
        patron, do = self.prepared(world, act)
        before, called = self.acts(world), len(world.seen())
        world.make(trouble)
        with caplog.at_level(logging.DEBUG):
            failure = self.outcome(world, self.by(do, patron.patron_id))
        assert isinstance(failure, LibraryError) or self.settings_alone(world, act, called)
        # A library that asks us to wait has done nothing; its call may come again.
        assert self.acts(world) - before <= (2 if trouble is Trouble.ASKS_TO_WAIT else 1)
        self.no_secret_in(world, self.traces([failure], caplog))

    @pytest.mark.parametrize("trouble", [Trouble.CUTS_CONNECTIONS, Trouble.HANGS, Trouble.FAILS])
    @each_act
    def test_what_may_have_been_done_is_told_and_never_sent_again(
        self, world: ConnectorWorld, act: Act, trouble: Trouble
    ) -> None:
        self.need(world, "make_acts", trouble)
        patron, do = self.prepared(world, act)
        before = self.acts(world)
        world.make_acts(trouble)
        failure = self.outcome(world, self.by(do, patron.patron_id))
        assert isinstance(failure, LibraryError)
        assert failure.sent
        assert self.acts(world) - before == 1

    @each_act_or_look
    def test_what_is_told_of_somebody_else_is_no_answer(self, world: ConnectorWorld, act: Act) -> None:
        self.need(world, Trouble.MIXES_PATRONS_UP, f"{Trouble.MIXES_PATRONS_UP}:{act.name}")
        patron, do = self.prepared(world, act)
        called = len(world.seen())
        world.make(Trouble.MIXES_PATRONS_UP)
        answer = self.outcome(world, self.by(do, patron.patron_id))
        assert isinstance(answer, NOBODYS) or self.settings_alone(world, act, called)

    @each_act
    def test_what_goes_well_leaves_no_trace_either(
        self, world: ConnectorWorld, caplog: pytest.LogCaptureFixture, act: Act
    ) -> None:
        patron, do = self.prepared(world, act)
        with caplog.at_level(logging.DEBUG):
            answer = self.outcome(world, self.by(do, patron.patron_id))
        self.no_secret_in(world, self.traces([answer], caplog))

    @each_act_or_look
    def test_who_is_gone_can_do_nothing(self, world: ConnectorWorld, act: Act) -> None:
        self.need(world, "delete")
        patron, do = self.prepared(world, act)
        called = len(world.seen())
        world.delete(patron)
        answer = self.outcome(world, self.by(do, patron.patron_id))
        assert isinstance(answer, NOBODYS) or self.settings_alone(world, act, called)

    @each_act_or_look
    def test_an_odd_id_is_nobodys_and_nothing_is_sent(self, world: ConnectorWorld, act: Act) -> None:
        _, do = self.prepared(world, act)
        before = self.acts(world)
        for odd in ODD_TEXTS:
            answer = self.outcome(world, self.by(do, odd))
            assert isinstance(answer, NOBODYS), odd[:20]
        assert self.acts(world) == before or act.name in _TOLD_BY_THE_LIBRARY
        self.no_call_left_its_place(world)

    def prepared(self, world: ConnectorWorld, act: Act) -> tuple[WorldPatron, Question]:
        """Somebody who may do it now, and how; skips the test where it can't be done."""
        self.need(world, act.capability, *act.needs, "is_act")
        patron = self.patron(world, PatronKind.NO_LOANS)
        return patron, act.prepare(self, world, patron)

    def settings_alone(self, world: ConnectorWorld, act: Act, called: int) -> bool:
        """Whether it was answered without asking the library, as what is asked before an act may be."""
        return act in LOOKS and len(world.seen()) == called

    def by(self, do: Question, patron_id: str) -> Callable[[Any], Awaitable[Any]]:
        """The question in the name of that patron."""
        return lambda connector: do(connector, patron_id)

    def no_secret_in(self, world: ConnectorWorld, traces: list[str]) -> None:
        """Neither PINs nor what a person typed is in what is shown, nor in any address."""
        secrets = [CANARY_PIN, CANARY_EMAIL, CANARY_PHONE, CANARY_NOTE]
        if world.cannot.get("new_pin") is None and hasattr(world, "new_pin"):
            secrets.append(world.new_pin)
        for trace in [*traces, *(unquote(call.target) for call in world.seen() if world.is_act(call))]:
            assert [secret for secret in secrets if secret in trace] == []


# An id of a possible shape may be asked for; the library says that there is nobody.
_TOLD_BY_THE_LIBRARY = frozenset({"place_hold", "set_pin", "keep_history", "delete_history", "suggest"})
