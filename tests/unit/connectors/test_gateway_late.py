"""PIN checks that outlive their page: a refusal is never forgotten."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Hashable
from queue import Queue

import pytest
from stand_in_connectors import StandIn, libraries

from discovery_accounts.connectors.api import (
    LibraryError,
    PatronRef,
    Rejected,
    TimedOut,
    Unreachable,
    Verification,
    Verified,
)
from discovery_accounts.connectors.gateway import CardRequest, Gateway

Told = Queue[tuple[Hashable, Verification | LibraryError, str]]


def card(pin: str = "0000") -> CardRequest:
    return CardRequest("my card", "lumme", PatronRef("57", "A1"), pin)


def slow(**fails: Exception) -> StandIn:
    return StandIn(waits={"check_pin": 0.2, "verify_patron": 0.2}, fails=fails)


def read(gateway: Gateway, told: Told, pin: str = "0000", deadline: float = 0.05) -> None:
    def late(key: Hashable, outcome: Verification | LibraryError) -> None:
        told.put((key, outcome, threading.current_thread().name))

    answer = gateway.read_cards([card(pin)], deadline=deadline, late=late)["my card"]
    if deadline < 0.2:
        assert isinstance(answer.pin, TimedOut)
        assert isinstance(answer.loans, tuple)


@pytest.mark.parametrize(("pin", "verdict"), [("0000", Rejected()), ("1234", Verified("57", "A1"))])
def test_a_check_under_way_at_the_deadline_is_told_late_in_a_worker(pin: str, verdict: Verification) -> None:
    told: Told = Queue()
    connector = slow()
    started = time.monotonic()
    read(Gateway(libraries(lumme=connector)), told, pin)
    assert time.monotonic() - started < 0.15
    key, outcome, thread = told.get(timeout=1)
    assert (key, outcome) == ("my card", verdict)
    assert thread.startswith("library-worker")
    assert "check_pin" not in connector.cancelled


def test_a_late_failure_is_told_too() -> None:
    told: Told = Queue()
    read(Gateway(libraries(lumme=slow(check_pin=Unreachable()))), told)
    assert isinstance(told.get(timeout=1)[1], Unreachable)


def test_a_check_in_time_is_not_told_again() -> None:
    told: Told = Queue()
    gateway = Gateway(libraries(lumme=slow()))
    read(gateway, told, deadline=1)
    gateway.close()
    assert told.empty()


def test_closing_waits_for_late_checks_and_tells_them() -> None:
    told: Told = Queue()
    gateway = Gateway(libraries(lumme=slow()))
    read(gateway, told)
    gateway.close()
    assert told.get_nowait()[1] == Rejected()


def test_a_check_that_outlasts_the_closing_is_told_as_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery_accounts.connectors.gateway.SETTLING", 0.1)
    told: Told = Queue()
    gateway = Gateway(libraries(lumme=StandIn(waits={"check_pin": 9})))
    read(gateway, told)
    gateway.close()
    assert isinstance(told.get_nowait()[1], TimedOut)


SCRIPT = """
from stand_in_connectors import StandIn, libraries
from discovery_accounts.connectors.api import PatronRef
from discovery_accounts.connectors.gateway import CardRequest, Gateway

gateway = Gateway(libraries(lumme=StandIn(waits={"check_pin": 9})))
late = lambda key, outcome: print(key, "is", outcome.code)
gateway.read_cards([CardRequest("my card", "lumme", PatronRef("57", "A1"), "0000")], deadline=0.05, late=late)
"""


def test_a_process_that_ends_under_a_check_tells_it_as_unknown() -> None:
    here = os.path.dirname(__file__)  # noqa: PTH120 - text for the environment
    path = os.pathsep.join([here, *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.stdout == "my card is timed_out\n"
    assert "Traceback" not in done.stderr


def test_a_listener_that_fails_is_logged_by_type_and_hurts_nobody(caplog: pytest.LogCaptureFixture) -> None:
    gateway = Gateway(libraries(lumme=slow()))

    def late(key: Hashable, outcome: Verification | LibraryError) -> None:
        raise ValueError("9Z7-CANARY")

    gateway.read_cards([card()], deadline=0.05, late=late)
    gateway.close()
    assert "late_report_failed kind=ValueError" in caplog.text
    assert "CANARY" not in caplog.text


def test_a_sign_in_under_way_at_the_deadline_is_told_late_when_asked_for() -> None:
    told: Queue[Verification | LibraryError] = Queue()
    connector = slow()
    with pytest.raises(TimedOut):
        Gateway(libraries(lumme=connector)).sign_in("lumme", "A1", "0000", deadline=0.05, late=told.put)
    assert told.get(timeout=1) == Rejected()
    assert connector.cancelled == []


def test_a_sign_in_nobody_listens_for_is_cancelled_at_the_deadline() -> None:
    connector = slow()
    with pytest.raises(TimedOut):
        Gateway(libraries(lumme=connector)).sign_in("lumme", "A1", "0000", deadline=0.05)
    time.sleep(0.02)
    assert connector.cancelled == ["verify_patron"]
