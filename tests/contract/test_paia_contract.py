"""The PAIA connector keeps the contract, with a token for each patron and with one for everybody."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from tests.contract.simulated_world import REFERENCE, WORK, Noting, SimulatedWorld

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Capability, Connector, HoldTarget, PatronRecord
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.paia import KIND
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest
from discovery_accounts.simulator.paia.records import EDITION, PLACE
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.testing.connector_contract import ConnectorContract
from discovery_accounts.testing.connector_world import PatronKind, SeenCall, Trouble

NO_METHOD = "PAIA has no method for it"
PLACES = f"{PLACE}MAIN = Main Library; {PLACE}EAST = Eastern Library"
ACTS = ("/request", "/renew", "/cancel", "/change")
QUESTION = "#question"


class PaiaWorld(SimulatedWorld):
    """The simulated library behind a PAIA server."""

    options: ClassVar[dict[str, str]] = {"pickup_locations": PLACES}

    @property
    def cannot(self) -> Mapping[str, str]:
        methods = (
            "write_news",
            "give_shared_id",
            "set_email",
            "send_notice",
            "make_guarantor",
            "let_card_end",
        )
        return dict.fromkeys((*methods, "give_past_loans"), NO_METHOD)

    def connect(self) -> Connector:
        key = {"client_id": self.library.client_id, "client_secret": self.library.client_secret}
        values, faults = read_keys(
            KIND.keys,
            key | self.options | dict(self._options),
            "accounts.library.sim.",
            ReadContext("development", {}),
        )
        assert not faults
        settings = LibrarySettings(
            "sim",
            KIND.name,
            url=self.library.url,
            timezone=ZoneInfo("Europe/Helsinki"),
            timeout=self._timeout,
        )
        return KIND.build(settings, values, Noting(self, settings))

    async def pass_on(self, call: SeenCall, request: HttpRequest, inner: LibraryHttp) -> HttpAnswer:
        """A call for several documents is noted once for each; a request that confirms nothing is a question."""
        documents = request.json["doc"] if isinstance(request.json, dict) else [{}]
        if any(one.get("confirm") == {} for one in documents):
            call = SeenCall(call.method, call.target + QUESTION)
        if call.target.endswith("/renew"):
            self._noted += [call] * (len(documents) - 1)
        return await super().pass_on(call, request, inner)

    def is_renewal(self, call: SeenCall) -> bool:
        return call.target.endswith("/renew")

    def is_change(self, call: SeenCall) -> bool:
        return False

    def is_act(self, call: SeenCall) -> bool:
        return call.method == "POST" and call.target.endswith(ACTS)

    def holdable(self, patron) -> HoldTarget:
        return HoldTarget(f"{EDITION}{WORK}")

    def not_holdable(self, patron) -> HoldTarget:
        return HoldTarget(f"{EDITION}{REFERENCE}")


class TestPaia(ConnectorContract):
    @pytest.fixture
    def world(self):
        with SimulatedLibrary("koha", patrons=12, paia="patron") as library:
            yield PaiaWorld(library, {})

    def test_the_record_has_the_number_that_is_valid_now(self, world):
        """PAIA tells no card number: the one that the house keeps is the one that was typed."""
        patron = world.patron(PatronKind.GOOD)
        record = self.ask(world, lambda connector: connector.read_patron(patron.patron_id))
        assert isinstance(record, PatronRecord)
        assert record.card_number is None

    def test_call_counts(self, world):
        good = world.patron(PatronKind.GOOD)

        def calls_of(question):
            world.library.clear_calls()
            self.ask(world, question)
            paths = [call.path.rpartition("/")[2] for call in world.library.calls]
            return sorted(paths)

        me = good.patron_id
        assert calls_of(lambda c: c.verify_patron(good.card_number, good.pin)) == ["login"]
        assert calls_of(lambda c: c.verify_patron(good.card_number, "no")) == ["login"]
        assert calls_of(lambda c: c.list_fees(me)) == ["fees", "login"]

        async def home_page(connector):
            await asyncio.gather(
                connector.list_loans(me),
                connector.list_holds(me),
                connector.list_fees(me),
                connector.read_patron(me),
            )

        async def twice(connector):
            await home_page(connector)
            world.library.clear_calls()
            await home_page(connector)

        assert calls_of(home_page) == [me, "fees", "items", "login"]
        assert calls_of(twice) == [me, "fees", "items"]


class EverybodyWorld(PaiaWorld):
    """Where one token opens every door, and the server asks where holds are to be fetched."""

    options: ClassVar[dict[str, str]] = {"token_for": "everybody", "asks_pickup": "yes"}

    @property
    def cannot(self) -> Mapping[str, str]:
        nameless = "no answer of PAIA core says about whom it is"
        reading = (
            Capability.LIST_LOANS,
            Capability.LIST_HOLDS,
            Capability.LIST_FEES,
            Capability.READ_PROFILE,
        )
        mixed = [f"{Trouble.MIXES_PATRONS_UP}:{one}" for one in (*reading, Capability.CANCEL_HOLDS)]
        return {**super().cannot, **dict.fromkeys((*mixed, Trouble.MIXES_PATRONS_UP), nameless)}


class TestPaiaWithOneToken(ConnectorContract):
    @pytest.fixture
    def world(self):
        with SimulatedLibrary("koha", patrons=12, paia="everybody") as library:
            yield EverybodyWorld(library, {})

    test_the_record_has_the_number_that_is_valid_now = (
        TestPaia.test_the_record_has_the_number_that_is_valid_now
    )
