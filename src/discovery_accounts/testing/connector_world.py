"""What the contract suite needs to know and to do at a library: its people, and what happens to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from discovery_accounts.connectors.api import Connector, HoldTarget, NewsKind, PatronRef


class PatronKind(StrEnum):
    """The people a world has. ``ANOTHER`` has loans and is nobody of the others."""

    GOOD = "good"
    ANOTHER = "another"
    NO_LOANS = "no_loans"
    MANY_LOANS = "many_loans"
    BLOCKED = "blocked"
    EXPIRED = "expired"


class Trouble(StrEnum):
    """What may be wrong with a library, or on the way to it."""

    HANGS = "hangs"
    CUTS_CONNECTIONS = "cuts_connections"
    FAILS = "fails"
    IN_MAINTENANCE = "in_maintenance"
    SENDS_GARBAGE = "sends_garbage"
    SENDS_A_WEB_PAGE = "sends_a_web_page"
    REFUSES_OUR_KEY = "refuses_our_key"
    ASKS_TO_WAIT = "asks_to_wait"
    MIXES_PATRONS_UP = "mixes_patrons_up"


@dataclass(frozen=True, slots=True)
class WorldPatron:
    """Somebody at the library. ``loans`` is how many they have; the ids are what the library says."""

    patron_id: str
    card_number: str = field(repr=False)
    pin: str = field(repr=False)
    loans: int = 0

    @property
    def ref(self) -> PatronRef:
        """The patron as the house keeps them."""
        return PatronRef(self.patron_id, self.card_number)


@dataclass(frozen=True, slots=True)
class SeenCall:
    """A call that reached the library; ``target`` is path and query as they were on the wire."""

    method: str
    target: str


class ConnectorWorld(Protocol):
    """A library, pretended or set up for tests, that starts anew for every test.

    ``cannot`` names the methods below that this world has not got, and the troubles it can't make,
    each with a reason; the tests that need them are skipped by that reason. A trouble that one
    capability or act alone can't meet is named ``trouble:capability`` or ``trouble:act`` (by the names in
    ``contract_act_table``), a kind of patron that it treats like others ``kind:capability``.
    """

    @property
    def cannot(self) -> Mapping[str, str]: ...

    @property
    def number_in_addresses(self) -> bool:
        """Whether the library's own protocol has card numbers in addresses. PINs never are."""
        ...

    def connect(self) -> Connector:
        """A new connector; called, and used, inside a running event loop."""
        ...

    async def disconnect(self) -> None:
        """Ends what ``connect`` opened beside the connector, in the same event loop."""
        ...

    def patron(self, kind: PatronKind) -> WorldPatron:
        """Somebody of that kind, as things stand now."""
        ...

    def change_pin(self, patron: WorldPatron, new_pin: str) -> None:
        """The person changes the PIN at the library."""
        ...

    def renew_card(self, patron: WorldPatron) -> str:
        """The person gets a card with another number, which is returned."""
        ...

    def delete(self, patron: WorldPatron) -> None:
        """The library removes the record."""
        ...

    def give_shared_id(self, patron: WorldPatron, value: str) -> tuple[str, str]:
        """The person gets that value in a field that providers share, even if somebody else has it;
        the field, by its name in ``match_fields``, and the value."""
        ...

    def set_email(self, patron: WorldPatron, email: str) -> None:
        """The person gets another address on file."""
        ...

    def owe(self, patron: WorldPatron) -> None:
        """The person owes the library some money."""
        ...

    def make(self, trouble: Trouble) -> None:
        """From now on every call meets that trouble."""
        ...

    def mend(self) -> None:
        """Ends every trouble."""
        ...

    def seen(self) -> Sequence[SeenCall]:
        """Every call so far."""
        ...

    def is_renewal(self, call: SeenCall) -> bool:
        """Whether the call asks the library to renew a loan."""
        ...

    def is_change(self, call: SeenCall) -> bool:
        """Whether the call makes, changes or removes a patron."""
        ...

    def is_act(self, call: SeenCall) -> bool:
        """Whether the call asks the library to change anything. To check a PIN or to fetch a token is no
        change."""
        ...

    def make_acts(self, trouble: Trouble) -> None:
        """From now on every act meets that trouble, and no other call does."""
        ...

    def give_hold(self, patron: WorldPatron) -> str:
        """The person has one hold more, which waits; its id."""
        ...

    def give_ready_hold(self, patron: WorldPatron) -> str:
        """The person has one hold more, which is ready to be fetched; its id."""
        ...

    def holdable(self, patron: WorldPatron) -> HoldTarget:
        """What this person may hold now."""
        ...

    def not_holdable(self, patron: WorldPatron) -> HoldTarget:
        """What the library has and this person may not hold."""
        ...

    def pay(self, patron: WorldPatron) -> None:
        """The person pays everything they owe."""
        ...

    def give_past_loans(self, patron: WorldPatron, count: int) -> None:
        """So many loans more that the person has returned, and the library remembers."""
        ...

    @property
    def new_pin(self) -> str:
        """A PIN that the library takes of anybody, long enough to be found wherever it was left."""
        ...

    @property
    def short_pin(self) -> str:
        """A PIN that the library takes of nobody, because it is too short."""
        ...

    def send_notice(self, patron: WorldPatron, subject: str) -> None:
        """The library writes to the person."""
        ...

    def make_guarantor(self, guarantor: WorldPatron, patron: WorldPatron) -> None:
        """From now on the first answers for the second."""
        ...

    def let_card_end(self, patron: WorldPatron) -> None:
        """The time of the card ends so soon that it may be renewed."""
        ...

    def write_news(self, patron: WorldPatron, kind: NewsKind) -> tuple[Mapping[str, str], bytes]:
        """What the library sends, genuinely signed, when that changed: headers (names in lower case), body."""
        ...
