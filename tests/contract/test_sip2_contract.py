"""The SIP2 connector keeps the contract, by a permanent id of the server's own and by card numbers."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import pytest
from tests.fixtures.sip2 import connector_to
from tests.fixtures.sip2_server import Person, Sip2Server

from discovery_accounts.connectors.api import Connector, HoldTarget
from discovery_accounts.connectors.sip2.pool import FRESH
from discovery_accounts.testing.connector_contract import ConnectorContract
from discovery_accounts.testing.connector_world import PatronKind, SeenCall, Trouble, WorldPatron

NO_WORD = "SIP2 has no word for it"
KINDS = {
    PatronKind.GOOD: "9001",
    PatronKind.ANOTHER: "9002",
    PatronKind.NO_LOANS: "9003",
    PatronKind.MANY_LOANS: "9004",
    PatronKind.BLOCKED: "9005",
    PatronKind.EXPIRED: "9006",
}
FAULTS = {
    Trouble.HANGS: "hang",
    Trouble.CUTS_CONNECTIONS: "cut",
    Trouble.FAILS: "off_line",
    Trouble.SENDS_GARBAGE: "garbage",
    Trouble.SENDS_A_WEB_PAGE: "web_page",
    Trouble.REFUSES_OUR_KEY: "wrong_login",
    Trouble.MIXES_PATRONS_UP: "other_patron",
}
ACTS = ("15", "29")


class Sip2World:
    """The server of the tests as a world."""

    number_in_addresses = False  # what is noted of a call has none
    cannot: Mapping[str, str] = {
        Trouble.IN_MAINTENANCE: "a server that is off line does not say why",
        Trouble.ASKS_TO_WAIT: NO_WORD,
        "give_shared_id": NO_WORD,
        "set_email": "nobody is found by it",
        "give_past_loans": NO_WORD,
        "new_pin": NO_WORD,
        "short_pin": NO_WORD,
        "send_notice": NO_WORD,
        "make_guarantor": NO_WORD,
        "let_card_end": NO_WORD,
        "write_news": NO_WORD,
    }
    options: ClassVar[dict[str, str]] = {
        "patron_id_field": "XI",
        "pickup_locations": "MAIN = Main library; EAST = East branch",
    }

    def __init__(self, server: Sip2Server) -> None:
        self.server = server
        self._timeout = 5.0

    def connect(self) -> Connector:
        return connector_to(self.server.port, self.options, timeout=self._timeout)

    async def disconnect(self) -> None:
        pass

    def patron(self, kind: PatronKind) -> WorldPatron:
        return self._known(self._person(KINDS[kind]))

    def change_pin(self, patron: WorldPatron, new_pin: str) -> None:
        self._person(patron.patron_id).pin = new_pin

    def renew_card(self, patron: WorldPatron) -> str:
        self._person(patron.patron_id).card = "21279999999"
        return "21279999999"

    def delete(self, patron: WorldPatron) -> None:
        self.server.people.remove(self._person(patron.patron_id))

    def owe(self, patron: WorldPatron) -> None:
        self._person(patron.patron_id).fines.append(("Late return", "12.50"))

    def pay(self, patron: WorldPatron) -> None:
        self._person(patron.patron_id).fines.clear()

    def make(self, trouble: Trouble) -> None:
        self.make_of(trouble, ())

    def make_acts(self, trouble: Trouble) -> None:
        self.make_of(Trouble.CUTS_CONNECTIONS if trouble is Trouble.FAILS else trouble, ACTS)

    def make_of(self, trouble: Trouble, only: tuple[str, ...]) -> None:
        if trouble is Trouble.HANGS:
            self._timeout = 0.3
        self.server.habits.fault, self.server.habits.only = FAULTS[trouble], only

    def mend(self) -> None:
        self.server.habits.fault, self.server.habits.only = None, ()

    def seen(self) -> Sequence[SeenCall]:
        return tuple(SeenCall(kind, "") for kind, _ in self.server.heard)

    def is_renewal(self, call: SeenCall) -> bool:
        return call.method == "29"

    def is_change(self, call: SeenCall) -> bool:
        return False

    def is_act(self, call: SeenCall) -> bool:
        return call.method in ACTS

    def give_hold(self, patron: WorldPatron) -> str:
        person = self._person(patron.patron_id)
        code = f"30014{person.number[-1]}"
        person.waiting.append(code)
        return code

    def give_ready_hold(self, patron: WorldPatron) -> str:
        self._person(patron.patron_id).ready.append("300151")
        return "300151"

    def holdable(self, patron: WorldPatron) -> HoldTarget:
        return HoldTarget("7155", "300155")

    def not_holdable(self, patron: WorldPatron) -> HoldTarget:
        return HoldTarget("7150", "300150")

    def _person(self, number: str) -> Person:
        person = self.server.person(number)
        assert person is not None
        return person

    def _known(self, person: Person) -> WorldPatron:
        return WorldPatron(person.number, person.card, person.pin, len(person.loans))


class CardNumberWorld(Sip2World):
    """Where the card number is all the id there is."""

    cannot: Mapping[str, str] = {
        **Sip2World.cannot,
        "renew_card": "without an id of its own a server takes a renewed card for another patron",
    }
    options: ClassVar[dict[str, str]] = {**Sip2World.options, "patron_id_field": ""}

    def _known(self, person: Person) -> WorldPatron:
        return WorldPatron(person.card, person.card, person.pin, len(person.loans))


class TestSip2(ConnectorContract):
    @pytest.fixture
    def world(self, sip2_server: Sip2Server) -> Iterator[Sip2World]:
        return Sip2World(sip2_server)

    def test_call_counts(self, world):
        many = world.patron(PatronKind.MANY_LOANS)

        def calls_of(question):
            before = len(world.server.heard)
            self.ask(world, question)
            logins = 2 * world.server.opened
            return len(world.server.heard) - before, logins

        assert calls_of(lambda c: c.verify_patron(many.card_number, many.pin)) == (3, 2)
        assert calls_of(lambda c: c.verify_patron(many.card_number, "no")) == (3, 4)
        assert calls_of(lambda c: c.read_patron(many.patron_id)) == (3, 6)
        world.server.opened, world.server.habits.line = 0, "{item} {due}"
        world.options = world.options | {"item_pattern": r"(?P<item>\d+) (?P<due>.+)"}
        # a connection with its login, two pages of lines, and the titles of the first twenty
        seen, logins = calls_of(lambda c: c.list_loans(many.patron_id))
        assert seen - logins == 2 + 20

    def test_an_act_does_not_leave_on_a_connection_that_was_closed_meanwhile(self, world):
        patron = world.patron(PatronKind.GOOD)

        async def twice(connector):
            await connector.read_patron(patron.patron_id)
            await asyncio.sleep(FRESH + 0.1)
            world.server.hang_up()
            return await connector.verify_patron(patron.card_number, patron.pin)

        assert self.ask(world, twice).patron_id == patron.patron_id
        assert world.server.opened == 2


class TestSip2ByCardNumber(ConnectorContract):
    @pytest.fixture
    def world(self, sip2_server: Sip2Server) -> Iterator[Sip2World]:
        return CardNumberWorld(sip2_server)
