"""What all parts of the contract suite share: running a question, and skipping by name."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

import pytest

from discovery_accounts.connectors.api import Capability, LibraryError
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, Trouble, WorldPatron

T = TypeVar("T")

# What people, browsers and attackers put into fields. None of it is anybody's number, PIN or loan.
ODD_TEXTS = (
    "", " ", ".", "..", "../..", "a/../b", "a/b", "a\\..\\b", "%2e%2e%2f", "?x=1", "#", "a&b=c", "*", "%",
    "' OR '1'='1", "Åse Ødegård", "１２３４", "٢١٢٧", "\N{COLLISION SYMBOL}", "a\0b", "a\r\nX-Evil: 1",
    "\ud800", "9" * 10_000, "-1", "0", "1e9",
)  # fmt: skip


class ContractBase:
    """Helpers; the fixture ``world`` is given by the subclass that is to be tested."""

    @pytest.fixture
    def world(self) -> ConnectorWorld:
        """The library to test against; every subclass has its own."""
        raise NotImplementedError("give a fixture named 'world' that returns a ConnectorWorld")

    def ask(self, world: ConnectorWorld, question: Callable[[Any], Awaitable[T]]) -> T:
        """The answer of a fresh connector, in an event loop of its own."""

        async def alone() -> T:
            connector = world.connect()
            try:
                return await question(connector)
            finally:
                await connector.close()
                await world.disconnect()

        return asyncio.run(alone())

    def outcome(self, world: ConnectorWorld, question: Callable[[Any], Awaitable[T]]) -> T | LibraryError:
        """The answer, or the failure; anything else that is raised breaks the contract."""

        async def either(connector: Any) -> T | LibraryError:
            try:
                return await question(connector)
            except LibraryError as failure:
                return failure

        return self.ask(world, either)

    def need(self, world: ConnectorWorld, *needed: Capability | Trouble | str) -> None:
        """Skips the test when the connector or its world lacks something."""
        for name in needed:
            if isinstance(name, Capability):
                reason = self.ask(world, _absence(name))
            else:
                reason = world.cannot.get(str(name)) or _missing(world, name)
            if reason is not None:
                pytest.skip(f"{name}: {reason}")

    def patron(self, world: ConnectorWorld, kind: PatronKind) -> WorldPatron:
        """Somebody of that kind; skips the test when the world has nobody."""
        self.need(world, str(kind))
        return world.patron(kind)

    def mix_up(self, world: ConnectorWorld, capability: Capability) -> None:
        """From now on the library answers about somebody else; skips where that can't be, or can't be told."""
        self.need(world, capability, Trouble.MIXES_PATRONS_UP, f"{Trouble.MIXES_PATRONS_UP}:{capability}")
        world.make(Trouble.MIXES_PATRONS_UP)

    def able(self, world: ConnectorWorld) -> frozenset[Capability]:
        """What the connector can do."""
        return self.ask(world, _capabilities)

    def acts(self, world: ConnectorWorld) -> int:
        """How many calls asked the library to change something."""
        return sum(world.is_act(call) for call in world.seen())

    def traces(self, answers: Iterable[object], caplog: pytest.LogCaptureFixture) -> list[str]:
        """Everything that answers, failures and logs show."""
        shown = [
            "".join(traceback.format_exception(one)) if isinstance(one, LibraryError) else repr(one)
            for one in answers
        ]
        return shown + [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]

    def no_call_left_its_place(self, world: ConnectorWorld) -> None:
        """No address climbs out of the library's interface, however a server may read it."""
        for call in world.seen():
            path = unquote(unquote(urlsplit(call.target).path)).replace("\\", "/")
            assert {".", ".."}.isdisjoint(path.split("/")), call.method


async def _capabilities(connector: Any) -> frozenset[Capability]:
    found: frozenset[Capability] = connector.capabilities
    return found


def _missing(world: ConnectorWorld, name: str) -> str | None:
    """Worlds written before the contract grew have fewer methods. Kinds and troubles are no methods."""
    known = name in dir(ConnectorWorld)
    return "this world has not got it" if known and not hasattr(world, name) else None


def _absence(capability: Capability) -> Callable[[Any], Awaitable[str | None]]:
    async def look(connector: Any) -> str | None:
        if capability in connector.capabilities:
            return None
        return cast(str, connector.absent[capability])

    return look
