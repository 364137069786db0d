"""What services ask about patron records, from their threads: finding, making, changing, removing."""

import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, TypeVarTuple, cast

from discovery_accounts.connectors import loop
from discovery_accounts.connectors.api import (
    MOST_FOUND,
    Capability,
    Change,
    ChangesPatrons,
    Connector,
    FindsPatrons,
    LibraryError,
    MakesPatrons,
    PatronDetails,
    PatronRecord,
    Removal,
    RemovesPatrons,
    TellsPinNeed,
    TimedOut,
    Unreachable,
    Unsupported,
    WrongPatron,
)
from discovery_accounts.connectors.registry import CAPABILITIES, Libraries
from discovery_accounts.connectors.watch import Watch, ask_until

P = TypeVar("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

GRACE = 1.0  # seconds a thread waits beyond its deadline, should the loop itself be stuck


def run(work: Coroutine[Any, Any, T], deadline: float) -> T:
    """The result of ``work`` on the event loop, for a thread that waits for it."""
    try:
        return loop.run(work, deadline + GRACE)
    except TimeoutError:
        raise TimedOut("the event loop did not answer") from None


class Administration:
    """The part of the gateway that is about patron records.

    Every ``deadline`` is in seconds. All raise ``LibraryError``; after one that was ``sent`` a change may
    have been made or not, and nothing is ever sent twice on its own.
    """

    def __init__(self, libraries: Libraries) -> None:
        self._libraries = libraries
        self._watches = {name: Watch(name) for name in libraries.connectors}

    def ask(self, library: str, able: type[P], call: Callable[[P], Awaitable[T]], *, deadline: float) -> T:
        """What ``call`` answers when it is given the library's connector, which can do ``able``.

        ``able`` is a Protocol of ``connectors.api``: ``ask("lumme", ListsNotices, lambda one:
        one.list_notices(patron_id), deadline=2.5)``. Raises ``Unsupported``, unsent, where it can't. At the
        deadline the call is cancelled.
        """
        connector, watch = self._able(library, CAPABILITIES[able])
        return _ask(watch, deadline, call, cast(P, connector))

    def tell(self, library: str, able: type[P], what: Callable[[P], T]) -> T | None:
        """What a connector that can do ``able`` says of itself, without a call: ``tell("lumme", SuspendsHolds,
        lambda one: one.suspends_until)``. ``None`` where it can't, or there is none."""
        connector = self._libraries.connectors.get(library)
        if connector is None or CAPABILITIES[able] not in connector.capabilities:
            return None
        return what(cast(P, connector))

    def knows(self, library: str, able: type[P]) -> P:
        """The library's connector, for what it knows or decides without any call: rules, signatures.

        Raises ``Unsupported`` where it can't do ``able``; its async methods are for ``ask`` alone.
        """
        return cast(P, self._able(library, CAPABILITIES[able])[0])

    def reads_without_pin(self, library: str) -> bool:
        """Whether a card without a PIN shows anything here; false for a library that is not there."""
        connector = self._libraries.connectors.get(library)
        if connector is None:
            return False
        return not isinstance(connector, TellsPinNeed) or connector.reads_without_pin

    def match_fields(self, library: str) -> tuple[str, ...]:
        """By what the library's patrons can be found; nothing when they can't, or it is not there."""
        connector = self._libraries.connectors.get(library)
        if connector is None or Capability.FIND_PATRONS not in connector.capabilities:
            return ()
        return cast(FindsPatrons, connector).match_fields

    def find_patrons(
        self, library: str, field: str, value: str, *, deadline: float
    ) -> tuple[PatronRecord, ...]:
        """None, one or several with exactly that value; see ``FindsPatrons``."""
        connector, watch = self._able(library, Capability.FIND_PATRONS)
        find = cast(FindsPatrons, connector).find_patrons
        return _ask(watch, deadline, find, field, value)[:MOST_FOUND]

    def find_by_email(self, library: str, email: str, *, deadline: float) -> tuple[PatronRecord, ...]:
        """None, one or several with that address on file; see ``FindsPatrons``."""
        connector, watch = self._able(library, Capability.FIND_PATRONS)
        return _ask(watch, deadline, cast(FindsPatrons, connector).find_by_email, email)[:MOST_FOUND]

    def make_patron(
        self, library: str, details: PatronDetails, once: str, *, deadline: float
    ) -> PatronRecord:
        """A new patron, or the one made before with that word; see ``MakesPatrons``."""
        connector, watch = self._able(library, Capability.MAKE_PATRONS)
        return _ask(watch, deadline, cast(MakesPatrons, connector).make_patron, details, once)

    def change_patron(
        self, library: str, patron_id: str, changes: PatronDetails, *, deadline: float
    ) -> Change:
        """The record as it is now, or why it is as it was; see ``ChangesPatrons``."""
        connector, watch = self._able(library, Capability.CHANGE_PATRONS)
        change = cast(ChangesPatrons, connector).change_patron
        changed = _ask(watch, deadline, change, patron_id, changes)
        if isinstance(changed, PatronRecord) and changed.patron_id != patron_id:
            raise WrongPatron("a change answered for somebody else")
        return changed

    def remove_patron(self, library: str, patron_id: str, *, deadline: float) -> Removal:
        """That the record is gone, or what keeps it; see ``RemovesPatrons``."""
        connector, watch = self._able(library, Capability.REMOVE_PATRONS)
        return _ask(watch, deadline, cast(RemovesPatrons, connector).remove_patron, patron_id)

    def _able(self, library: str, capability: Capability) -> tuple[Connector, Watch]:
        connector, watch = self._library(library)
        if capability not in connector.capabilities:
            raise Unsupported(connector.absent.get(capability, str(capability)), sent=False)
        return connector, watch

    def _library(self, name: str) -> tuple[Connector, Watch]:
        connector = self._libraries.connectors.get(name)
        if connector is not None:
            return connector, self._watches[name]
        if name in self._libraries.faults:
            raise Unreachable("not available: its settings are faulty", sent=False)
        raise Unsupported("no such library", sent=False)


def _ask(watch: Watch, deadline: float, call: Callable[[*Ts], Awaitable[T]], *args: *Ts) -> T:
    until = time.monotonic() + deadline
    answer = run(ask_until(until, watch, call, *args), deadline)
    if isinstance(answer, LibraryError):
        raise answer
    return answer
