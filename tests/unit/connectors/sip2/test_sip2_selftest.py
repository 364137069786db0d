"""The self-test of a SIP2 library: each step says what it found, and what went wrong."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.fixtures.sip2_server import LOGIN, Sip2Server

from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import LibrarySettings, Settings
from discovery_accounts.connectors.api import CheckCause, CheckName, CheckState, CheckStep, TestCard
from discovery_accounts.connectors.selftest.run import Plan, self_test

HELSINKI = ZoneInfo("Europe/Helsinki")
CARD = TestCard("21270000001", "1234")


def steps_of(server: Sip2Server, card: TestCard = CARD, **changed: Any) -> dict[CheckName, CheckStep]:
    options = {"user": LOGIN[0], "password": LOGIN[1], **changed}
    one = LibrarySettings(
        "town", "sip2", url=f"sip://127.0.0.1:{server.port}", timezone=HELSINKI, options=options
    )
    return {step.name: step for step in self_test(Settings(libraries=(one,)), one, Plan(card)).steps}


@pytest.fixture(autouse=True)
def right_clock(sip2_server, monkeypatch):
    now = datetime.now(HELSINKI)
    monkeypatch.setattr("tests.fixtures.sip2_server.STAMP", now.strftime("%Y%m%d    %H%M%S"))


def test_all_is_well(sip2_server):
    steps = steps_of(sip2_server)
    bad = {name: step for name, step in steps.items() if step.state is CheckState.FAILED}
    assert bad == {}
    assert steps[CheckName.CREDENTIALS].found == "logged in; institution TOWN; SIP2 2.00"
    assert steps[CheckName.TLS].found == "not encrypted, and within this machine"
    for name in (CheckName.ANSWER, CheckName.RIGHTS, CheckName.CLOCK, CheckName.TEST_PIN, CheckName.LOANS):
        assert steps[name].state is CheckState.PASSED, steps[name]
    assert sum(b"|AD1234|" in raw for _, raw in sip2_server.heard) == 1


def test_what_is_wrong_has_its_cause(sip2_server, monkeypatch):
    assert steps_of(sip2_server, password="wrong")[CheckName.CREDENTIALS].cause is CheckCause.KEY_REFUSED
    wrong_pin = TestCard("21270000001", "9999")
    assert steps_of(sip2_server, wrong_pin)[CheckName.TEST_PIN].cause is CheckCause.TEST_CARD_REFUSED
    sip2_server.habits.supported = "YYYYYYYYYYYYYYNY"
    rights = steps_of(sip2_server)[CheckName.RIGHTS]
    assert (rights.cause, "Renew" in rights.found) == (CheckCause.RIGHTS_MISSING, True)
    sip2_server.habits.fault = "short_lists"
    assert steps_of(sip2_server)[CheckName.PAGING].cause is CheckCause.LIST_INCOMPLETE
    sip2_server.habits.fault = None
    wrong = datetime.now(HELSINKI) - timedelta(hours=1)
    monkeypatch.setattr("tests.fixtures.sip2_server.STAMP", wrong.strftime("%Y%m%d    %H%M%S"))
    assert steps_of(sip2_server)[CheckName.CLOCK].cause is CheckCause.CLOCK_DIFFERS


def test_no_step_tells_a_secret(sip2_server):
    for options in ({}, {"password": "wrong"}):
        told = repr(steps_of(sip2_server, **options))
        for secret in (LOGIN[1], CARD.card_number, "1234|", "Lovelace"):
            assert secret not in told


def test_the_library_and_who_checks_its_pins_are_tested_together(alma, sip2_server):
    desk = LibrarySettings(
        "desk",
        "sip2",
        url=f"sip://127.0.0.1:{sip2_server.port}",
        options={"user": LOGIN[0], "password": LOGIN[1]},
        test_pin=Secret("unused"),
    )
    patron = next(one for one in alma.patrons if one.kind == "external")
    sip2_server.people[0].card = patron.card_number
    town = LibrarySettings(
        "town", "alma", url=alma.url, verify="sip2:desk", options={"api_key": alma.api_key}, timeout=5.0
    )
    plan = Plan(TestCard(patron.card_number, "1234"))
    for settings in (Settings(libraries=(town, desk)), Settings(libraries=(town,), verifiers=(desk,))):
        steps = {step.name: step for step in self_test(settings, town, plan).steps}
        assert steps[CheckName.TEST_PIN].state is CheckState.PASSED
        assert steps[CheckName.LOANS].state is CheckState.PASSED
