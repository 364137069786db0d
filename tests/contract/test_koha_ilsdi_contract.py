"""A Koha reached by ILS-DI keeps the contract, as far as ILS-DI has services for it."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import pytest
from tests.contract.simulated_world import MIXED, Noting, SimulatedWorld

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import (
    Connector,
    HoldTarget,
    NewHold,
    NotHoldable,
    Refused,
    Rejected,
)
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.koha.ilsdi import KIND
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest
from discovery_accounts.domain.holds import HoldReason
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.testing.connector_contract import ConnectorContract
from discovery_accounts.testing.connector_world import PatronKind, SeenCall

PLACES = "MAIN=Main Library, EAST=Eastern Library"


class IlsDiWorld(SimulatedWorld):
    """The simulated Koha, asked by its older door."""

    def connect(self) -> Connector:
        values, faults = read_keys(
            KIND.keys,
            {"pickup_locations": PLACES} | dict(self._options),
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

    @property
    def cannot(self) -> Mapping[str, str]:
        return {**super().cannot, f"{MIXED}:place_hold": "what ILS-DI answers to this names nobody"}

    async def pass_on(self, call: SeenCall, request: HttpRequest, inner: LibraryHttp) -> HttpAnswer:
        """What is noted names the service, also where it goes in the body."""
        service = (request.form or request.params)["service"]
        return await super().pass_on(SeenCall(call.method, f"{call.target}#{service}"), request, inner)

    def is_renewal(self, call: SeenCall) -> bool:
        return call.target.endswith("#RenewLoan")

    def is_act(self, call: SeenCall) -> bool:
        return call.method == "POST" and not call.target.endswith("#AuthenticatePatron")


class TestKohaByIlsDi(ConnectorContract):
    @pytest.fixture
    def world(self):
        with SimulatedLibrary("koha", patrons=12) as library:
            yield IlsDiWorld(library, {})

    def test_call_counts(self, world):
        good = world.patron(PatronKind.GOOD)

        def calls_of(question):
            world.library.clear_calls()
            self.ask(world, question)
            return world.library.count()

        assert calls_of(lambda c: c.verify_patron(good.card_number, good.pin)) == 1
        assert calls_of(lambda c: c.read_patron(good.patron_id)) == 1
        assert calls_of(lambda c: c.list_loans(good.patron_id)) == 1
        assert calls_of(lambda c: c.list_holds(good.patron_id)) == 1
        assert calls_of(lambda c: c.list_fees(good.patron_id)) == 1

    def test_s6_a_pin_goes_in_the_body_alone(self, world):
        good = world.patron(PatronKind.GOOD)
        assert self.ask(world, lambda c: c.verify_patron(good.card_number, "9Z7-CANARY")) == Rejected()
        assert all("CANARY" not in call.path for call in world.library.calls)
        assert [call.method for call in world.library.calls] == ["POST"]

    def test_where_no_places_are_set_no_holds_are_placed(self, world):
        world._options = {"pickup_locations": ""}

        async def absent(connector):
            return connector.absent["place_holds"]

        assert self.ask(world, absent) == "pickup_locations is not set"

    def test_a_place_that_is_not_set_is_refused_without_a_call(self, world):
        good = world.patron(PatronKind.GOOD)
        hold = NewHold(HoldTarget("303"), "STACKS")
        answer = self.ask(world, lambda c: c.place_hold(good.patron_id, hold))
        assert answer == NotHoldable(HoldReason.PICKUP_NOT_ALLOWED)
        assert not world.library.calls

    def test_a_server_that_does_not_know_our_address_refuses_us(self, world):
        world.library.set_fault("wrong_key")
        answer = self.outcome(world, lambda c: c.read_patron("101"))
        assert isinstance(answer, Refused)
        assert "AuthorizedIPs" in str(answer)
