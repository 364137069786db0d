"""Whatever ails a library, its self-test names the right cause, at the right step, in time."""

import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from discovery_accounts.config.settings import LibrarySettings, Settings
from discovery_accounts.connectors.api import CheckCause, CheckName, CheckState, CheckStep, Rejected, TestCard
from discovery_accounts.connectors.selftest import network
from discovery_accounts.connectors.selftest.run import Found, Plan, self_test
from discovery_accounts.connectors.selftest.steps import WITHIN
from discovery_accounts.simulator.faults import FAULTS
from discovery_accounts.simulator.records import LibraryKind
from discovery_accounts.simulator.server import SimulatedLibrary

TIMEOUT = 0.6


@pytest.fixture(params=["koha", "alma"])
def library(request: pytest.FixtureRequest) -> Iterator[SimulatedLibrary]:
    kind: LibraryKind = request.param
    with SimulatedLibrary(kind, patrons=8) as one:
        yield one


def settings_of(library: SimulatedLibrary, **other: object) -> LibrarySettings:
    if library.kind == "koha":
        options = {"client_id": library.client_id, "client_secret": library.client_secret}
        found = LibrarySettings("lumme", "koha", url=f"{library.url}/api", options=options, timeout=TIMEOUT)
    else:
        options = {"api_key": library.api_key}
        found = LibrarySettings("helka", "alma", url=library.url, options=options, timeout=TIMEOUT)
    return replace(found, **other)  # type: ignore[arg-type]


def card_of(library: SimulatedLibrary, kind: str = "good", pin: str | None = None) -> TestCard:
    patron = next(one for one in library.patrons if one.kind == kind)
    return TestCard(patron.card_number, patron.pin if pin is None else pin)


def run_on(one: LibrarySettings, plan: Plan) -> Found:
    return self_test(Settings(libraries=(one,)), one, plan)


def by_name(found: Found) -> Mapping[CheckName, CheckStep]:
    assert [step.name for step in found.steps] == list(CheckName)
    return {step.name: step for step in found.steps}


def first_trouble(found: Found) -> tuple[CheckName, CheckCause | None] | None:
    troubles = [step for step in found.steps if step.state in (CheckState.FAILED, CheckState.WARNED)]
    return (troubles[0].name, troubles[0].cause) if troubles else None


def test_a_sound_library_passes_every_step_to_the_last_page_of_loans(library: SimulatedLibrary) -> None:
    found = by_name(run_on(settings_of(library), Plan(card_of(library, "many_loans"))))
    skipped = {name for name, step in found.items() if step.state is CheckState.SKIPPED}
    assert skipped == {CheckName.TLS}  # within this machine
    assert all(found[name].state is CheckState.PASSED for name in found if name not in skipped)
    assert found[CheckName.LOANS].found == "230 listed"
    assert "230 announced and listed, in " in found[CheckName.PAGING].found
    assert library.count("POST", "renew") == 0


@pytest.mark.parametrize(
    ("fault", "step", "cause"),
    [
        ("hang", CheckName.ANSWER, CheckCause.NO_ANSWER_IN_TIME),
        ("slow_drip", CheckName.ANSWER, CheckCause.NO_ANSWER_IN_TIME),
        ("error_500", CheckName.ANSWER, CheckCause.SERVER_FAILURE),
        ("error_503", CheckName.ANSWER, CheckCause.IN_MAINTENANCE),
        ("too_many", CheckName.ANSWER, CheckCause.TOO_MANY_CALLS),
        ("cut_connection", CheckName.ANSWER, CheckCause.CONNECTION_BROKE),
        ("garbage", CheckName.ANSWER, CheckCause.BROKEN_ANSWER),
        ("html", CheckName.ANSWER, CheckCause.NOT_OUR_SYSTEM),
        ("other_patron", CheckName.TEST_PATRON, CheckCause.WRONG_PATRON),
        ("wrong_key", CheckName.CREDENTIALS, CheckCause.KEY_REFUSED),
        ("daily_threshold", CheckName.ANSWER, CheckCause.DAILY_LIMIT),
        ("expired_token", None, None),  # another token heals it
    ],
)
def test_each_fault_is_told_by_its_cause(
    library: SimulatedLibrary, fault: str, step: CheckName | None, cause: CheckCause | None
) -> None:
    only = {"expired_token": "koha", "daily_threshold": "alma"}
    if only.get(fault, library.kind) != library.kind:
        with pytest.raises(ValueError, match="no fault"):
            library.set_fault(fault)
        return
    library.set_fault(fault)
    timeout = 3.0 if fault == "too_many" else TIMEOUT  # waits out a second before it gives up
    started = time.monotonic()
    found = run_on(settings_of(library, timeout=timeout), Plan(card_of(library)))
    assert time.monotonic() - started < 2 * timeout + 2
    assert first_trouble(found) == (None if step is None else (step, cause))
    if step is not None:
        failed = by_name(found)[step]
        assert failed.state is CheckState.FAILED
        assert found.pin is None
        assert by_name(found)[CheckName.LOANS].state is CheckState.SKIPPED


def test_no_fault_of_the_simulators_is_forgotten() -> None:
    marks = test_each_fault_is_told_by_its_cause.pytestmark  # type: ignore[attr-defined]
    assert {row[0] for mark in marks for row in mark.args[1]} == set(FAULTS)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("hang", CheckCause.NO_ANSWER_IN_TIME),
        ("error_503", CheckCause.IN_MAINTENANCE),
        ("garbage", CheckCause.BROKEN_ANSWER),
        ("other_patron", CheckCause.WRONG_PATRON),
    ],
)
def test_trouble_with_loans_alone_leaves_the_steps_before_it_well(
    library: SimulatedLibrary, fault: str, cause: CheckCause
) -> None:
    library.set_fault(fault, path_contains="/101/checkouts" if library.kind == "koha" else "/loans")
    found = run_on(settings_of(library), Plan(card_of(library)))
    assert first_trouble(found) == (CheckName.LOANS, cause)
    assert by_name(found)[CheckName.TEST_PIN].state is CheckState.PASSED
    assert by_name(found)[CheckName.PAGING].found == "because this failed before: loans"


def test_a_closed_port_is_told_from_a_silent_one(library: SimulatedLibrary) -> None:
    one = settings_of(library)
    library.stop()
    found = by_name(run_on(one, Plan(card_of(library))))
    assert found[CheckName.TCP].cause is CheckCause.CONNECTION_REFUSED
    assert found[CheckName.ANSWER].state is CheckState.SKIPPED


def test_an_unknown_name_is_told_with_the_name(library: SimulatedLibrary) -> None:
    one = settings_of(library, url="https://koha.nowhere.invalid/api")
    found = by_name(run_on(one, Plan()))
    assert found[CheckName.DNS].cause is CheckCause.NAME_NOT_FOUND
    assert "koha.nowhere.invalid" in found[CheckName.DNS].found
    assert {step.state for step in list(found.values())[2:]} == {CheckState.SKIPPED}


def test_a_port_that_takes_no_more_connections_runs_into_the_time(library: SimulatedLibrary) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        try:
            for line in waiting:
                line.setblocking(False)
                line.connect_ex(("127.0.0.1", port))
            found = by_name(run_on(settings_of(library, url=f"http://127.0.0.1:{port}"), Plan()))
        finally:
            for line in waiting:
                line.close()
    assert found[CheckName.TCP].cause is CheckCause.NO_CONNECTION_IN_TIME


def test_a_faulty_setting_is_told_by_its_key_and_nothing_is_asked(library: SimulatedLibrary) -> None:
    found = by_name(run_on(settings_of(library, options={}), Plan(card_of(library))))
    assert found[CheckName.SETTINGS].cause is CheckCause.SETTINGS_FAULTY
    assert "is missing" in found[CheckName.SETTINGS].found
    assert library.count() == 0


def test_an_unencrypted_line_to_elsewhere_is_a_warning(
    library: SimulatedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "is_loopback", lambda _host: False)
    found = by_name(run_on(settings_of(library, insecure=True), Plan()))
    assert found[CheckName.TLS].cause is CheckCause.PLAIN_CONNECTION
    assert found[CheckName.CREDENTIALS].state is CheckState.PASSED


@pytest.mark.parametrize(
    ("kind", "pin", "step", "cause"),
    [
        ("good", "0000", CheckName.TEST_PIN, CheckCause.TEST_CARD_REFUSED),
        ("blocked", None, CheckName.TEST_PATRON, CheckCause.TEST_CARD_BLOCKED),
        ("expired", None, CheckName.TEST_PATRON, CheckCause.TEST_CARD_BLOCKED),
    ],
)
def test_what_is_wrong_with_the_test_card_is_told(
    library: SimulatedLibrary, kind: str, pin: str | None, step: CheckName, cause: CheckCause
) -> None:
    found = run_on(settings_of(library), Plan(card_of(library, kind, pin)))
    assert first_trouble(found) == (step, cause)
    assert by_name(found)[CheckName.LOANS].state is CheckState.PASSED


def test_a_test_card_that_nobody_has_is_told_and_its_pin_never_sent(library: SimulatedLibrary) -> None:
    found = run_on(settings_of(library), Plan(TestCard("9999999", "4711")))
    assert first_trouble(found) == (CheckName.TEST_PATRON, CheckCause.TEST_CARD_UNKNOWN)
    assert found.pin is None


def test_the_pin_is_sent_once_and_a_refusal_is_reported(library: SimulatedLibrary) -> None:
    found = run_on(settings_of(library), Plan(card_of(library, pin="0000")))
    assert isinstance(found.pin, Rejected)
    # Koha's right to check PINs is asked for with a name that nobody has.
    assert sum(call.refused_pin for call in library.calls if call.patron_id) == 1


def test_without_a_test_card_the_test_ends_at_the_key_and_reads_nobody(library: SimulatedLibrary) -> None:
    found = by_name(run_on(settings_of(library), Plan()))
    assert found[CheckName.CREDENTIALS].state is CheckState.PASSED
    last = [CheckName.TEST_PATRON, CheckName.TEST_PIN, CheckName.LOANS, CheckName.PAGING]
    assert {found[name].state for name in last} == {CheckState.SKIPPED}
    assert [call.patron_id for call in library.calls if call.patron_id] == []


def test_all_of_it_is_told_while_it_goes_on(library: SimulatedLibrary) -> None:
    heard: list[CheckStep] = []
    one = settings_of(library)
    found = self_test(Settings(libraries=(one,)), one, Plan(card_of(library)), tell=heard.append)
    assert tuple(heard) == found.steps


def test_neither_number_nor_pin_is_in_what_was_found(library: SimulatedLibrary) -> None:
    for pin in (None, "9Z7-CANARY"):
        card = card_of(library, pin=pin)
        found = run_on(settings_of(library), Plan(card))
        assert card.card_number not in repr(found.steps)
        assert str(card.pin) not in repr(found)
        assert str(card.pin) not in repr(Plan(card))
    assert WITHIN <= 30
