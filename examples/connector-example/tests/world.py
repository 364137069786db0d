"""The tiny system as a world of the contract suite."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.registry import ConnectorKind, Kinds
from discovery_accounts.connectors.session import close_session
from discovery_accounts.testing.connector_world import PatronKind, SeenCall, Trouble, WorldPatron
from tiny_system import KEY, TinySystem


@cache
def kind() -> ConnectorKind:
    """The connector's kind as the portal gets it: found by its entry point."""
    found = Kinds().load("example")
    assert isinstance(found, ConnectorKind), found
    return found


class TinyWorld:
    """A new tiny system for every test. What it has not got is skipped: the connector has no verbs for it."""

    cannot: Mapping[str, str] = {}
    number_in_addresses = False

    def __init__(self) -> None:
        self._system = TinySystem()
        self._timeout = 5.0

    def __enter__(self) -> Self:
        self._system.__enter__()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._system.__exit__()

    def connect(self) -> Connector:
        settings = LibrarySettings(
            "tiny",
            "example",
            url=self._system.url,
            timezone=ZoneInfo("Europe/Oslo"),
            timeout=self._timeout,
        )
        return kind().build(settings, {"key": Secret(KEY)}, LibraryHttp(settings))

    async def disconnect(self) -> None:
        await close_session()

    def patron(self, kind: PatronKind) -> WorldPatron:
        found = next(person for person in self._system.people.values() if person.kind == kind)
        return WorldPatron(found.patron, found.number, found.pin, len(found.loans))

    def change_pin(self, patron: WorldPatron, new_pin: str) -> None:
        self._system.people[patron.patron_id].pin = new_pin

    def renew_card(self, patron: WorldPatron) -> str:
        self._system.people[patron.patron_id].number = number = "TC900001"
        return number

    def delete(self, patron: WorldPatron) -> None:
        del self._system.people[patron.patron_id]

    def give_hold(self, patron: WorldPatron) -> str:
        return self._system.hold(patron.patron_id, "waiting")

    def give_ready_hold(self, patron: WorldPatron) -> str:
        return self._system.hold(patron.patron_id, "ready")

    def make(self, trouble: Trouble) -> None:
        if trouble is Trouble.HANGS:
            self._timeout = 0.2
        self._system.trouble = trouble

    def make_acts(self, trouble: Trouble) -> None:
        self.make(trouble)
        self._system.acts_only = True

    def mend(self) -> None:
        self._system.trouble = None
        self._system.acts_only = False

    def seen(self) -> Sequence[SeenCall]:
        return tuple(SeenCall(method, path) for method, path in self._system.calls)

    def is_renewal(self, call: SeenCall) -> bool:
        return call.target.endswith("/renewal")

    def is_change(self, call: SeenCall) -> bool:
        return False

    def is_act(self, call: SeenCall) -> bool:
        return call.method != "GET" and call.target != "/check"
