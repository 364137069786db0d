"""A pretend library inside the process as a world of the contract suite: no network, every capability."""

from collections.abc import Mapping, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import (
    Connector,
    HoldTarget,
    LibraryError,
    NewsKind,
    RateLimited,
    Refused,
    ServerFailure,
    TimedOut,
    Unreachable,
)
from discovery_accounts.connectors.memory.connector import MemoryConnector
from discovery_accounts.connectors.memory.keeping import SHARED_ID
from discovery_accounts.connectors.memory.library import MemoryLibrary
from discovery_accounts.testing.connector_world import PatronKind, SeenCall, Trouble, WorldPatron

KINDS = {PatronKind.ANOTHER: "child"}
FAILURES: Mapping[Trouble, type[LibraryError]] = {
    Trouble.HANGS: TimedOut,
    Trouble.CUTS_CONNECTIONS: Unreachable,
    Trouble.FAILS: ServerFailure,
    Trouble.IN_MAINTENANCE: ServerFailure,
    Trouble.REFUSES_OUR_KEY: Refused,
    Trouble.ASKS_TO_WAIT: RateLimited,
}
NO_WIRE = "nothing is sent over a wire"


class MemoryWorld:
    """One pretend library; connectors are new, the library is the same."""

    cannot: Mapping[str, str] = {
        Trouble.SENDS_GARBAGE: NO_WIRE,
        Trouble.SENDS_A_WEB_PAGE: NO_WIRE,
        Trouble.MIXES_PATRONS_UP: NO_WIRE,
    }
    number_in_addresses = False
    new_pin = "new-canary-8264"
    short_pin = "12"

    def __init__(self) -> None:
        self.library = MemoryLibrary(ZoneInfo("Europe/Helsinki"))

    def connect(self) -> Connector:
        return MemoryConnector(self.library)

    async def disconnect(self) -> None:
        """Nothing was opened."""

    def patron(self, kind: PatronKind) -> WorldPatron:
        wanted = KINDS.get(kind, str(kind))
        found = next(one for one in self.library.people.values() if one.kind == wanted)
        return WorldPatron(found.patron_id, found.card_number, str(found.pin), len(found.loans))

    def change_pin(self, patron: WorldPatron, new_pin: str) -> None:
        self.library.change_pin(patron.patron_id, new_pin)

    def renew_card(self, patron: WorldPatron) -> str:
        return self.library.renew_card(patron.patron_id)

    def delete(self, patron: WorldPatron) -> None:
        del self.library.people[patron.patron_id]

    def give_shared_id(self, patron: WorldPatron, value: str) -> tuple[str, str]:
        self.library.people[patron.patron_id].shared_id = value
        return SHARED_ID, value

    def set_email(self, patron: WorldPatron, email: str) -> None:
        self.library.people[patron.patron_id].email = email

    def owe(self, patron: WorldPatron) -> None:
        self.library.charge(patron.patron_id, 1250)

    def make(self, trouble: Trouble) -> None:
        self.library.gate.fail(self._failure(trouble), done=trouble is Trouble.CUTS_CONNECTIONS)

    def make_acts(self, trouble: Trouble) -> None:
        done = trouble is Trouble.CUTS_CONNECTIONS
        self.library.gate.fail(self._failure(trouble), acts_only=True, done=done)

    def _failure(self, trouble: Trouble) -> partial[LibraryError]:
        return partial(FAILURES[trouble], "as the test wants it")

    def mend(self) -> None:
        self.library.gate.mend()

    def seen(self) -> Sequence[SeenCall]:
        calls = self.library.gate.calls
        return tuple(SeenCall("GET" if one.kind == "read" else "POST", f"/{one.subject}") for one in calls)

    def is_renewal(self, call: SeenCall) -> bool:
        return call.target == "/renewal"

    def is_change(self, call: SeenCall) -> bool:
        return call.target in ("/make", "/change", "/remove")

    def is_act(self, call: SeenCall) -> bool:
        return call.method == "POST"

    def give_hold(self, patron: WorldPatron) -> str:
        return self.library.place_hold(patron.patron_id).hold_id

    def give_ready_hold(self, patron: WorldPatron) -> str:
        return self.library.place_hold(patron.patron_id, ready=True).hold_id

    def holdable(self, patron: WorldPatron) -> HoldTarget:
        return HoldTarget("w3")

    def not_holdable(self, patron: WorldPatron) -> HoldTarget:
        return HoldTarget("w2")

    def pay(self, patron: WorldPatron) -> None:
        self.library.pay(patron.patron_id)

    def give_past_loans(self, patron: WorldPatron, count: int) -> None:
        person = self.library.people[patron.patron_id]
        kept, person.loans = person.loans, {}
        self.library.lend(patron.patron_id, count)
        self.library.give_back(patron.patron_id, count)
        person.loans = kept

    def send_notice(self, patron: WorldPatron, subject: str) -> None:
        self.library.send_notice(patron.patron_id, subject)

    def make_guarantor(self, guarantor: WorldPatron, patron: WorldPatron) -> None:
        self.library.people[patron.patron_id].guarantors.append(guarantor.patron_id)

    def let_card_end(self, patron: WorldPatron) -> None:
        self.library.end_in(patron.patron_id, 5)

    def write_news(self, patron: WorldPatron, kind: NewsKind) -> tuple[Mapping[str, str], bytes]:
        return MemoryConnector(self.library).write_news(patron.patron_id, kind)
