"""The parts of the self-test that no pretend library shows: clocks, rights, short lists, connectors of others."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from discovery_accounts.config.settings import LibrarySettings, Settings
from discovery_accounts.connectors.api import (
    Capability,
    CheckCause,
    CheckName,
    CheckState,
    CheckStep,
    Connector,
    PatronRecord,
    Refused,
    TestCard,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.registry import Libraries
from discovery_accounts.connectors.selftest import run as running
from discovery_accounts.connectors.selftest.advice import ADVICE, STATES, TITLES, said
from discovery_accounts.connectors.selftest.place import place_of
from discovery_accounts.connectors.selftest.run import Plan, self_test
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport
from discovery_accounts.domain.standing import Standing

Answer = Callable[[HttpRequest], HttpAnswer]


@dataclass
class Recorded:
    """A transport that answers as a test says."""

    answer: Answer
    asked: list[str] = field(default_factory=list)

    async def send(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(f"{request.method} {request.path}")
        return self.answer(request)


@pytest.fixture(autouse=True)
def port(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody listens, so that the steps before the answer pass."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(running, "WITHIN", 5.0)
        yield listener.getsockname()[1]


def json_answer(body: str, status: int = 200, **headers: str) -> HttpAnswer:
    told = {
        "content-type": "application/json",
        **{key.replace("_", "-"): text for key, text in headers.items()},
    }
    return HttpAnswer(status, told, body.encode())


def koha(
    port: int, answer: Answer, plan: Plan | None = None
) -> tuple[Mapping[CheckName, CheckStep], Recorded]:
    recorded = Recorded(answer)
    options = {"client_id": "a", "client_secret": "b"}
    one = LibrarySettings("lumme", "koha", url=f"http://127.0.0.1:{port}/api", options=options)
    found = self_test(
        Settings(libraries=(one,)), one, plan or Plan(), transport_for=lambda _library: recorded
    )
    return {step.name: step for step in found.steps}, recorded


TOKEN = '{"access_token": "t", "expires_in": 3600}'


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(0, CheckState.PASSED), (50, CheckState.PASSED), (90, CheckState.WARNED), (-4000, CheckState.WARNED)],
)
def test_a_clock_that_differs_is_told_with_how_much(port: int, seconds: int, state: CheckState) -> None:
    def answer(_request: HttpRequest) -> HttpAnswer:
        return json_answer(
            TOKEN, date=format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
        )

    clock = koha(port, answer)[0][CheckName.CLOCK]
    assert clock.state is state
    if state is CheckState.WARNED:
        assert clock.cause is CheckCause.CLOCK_DIFFERS
        assert ("ahead of ours" if seconds > 0 else "behind ours") in clock.found


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_library_that_tells_no_time_is_not_blamed_for_it(port: int, date: str) -> None:
    found = koha(port, lambda _request: json_answer(TOKEN, date=date))[0]
    assert found[CheckName.CLOCK].state is CheckState.SKIPPED


def test_rights_that_are_missing_are_told_by_the_vendors_names(port: int) -> None:
    def answer(request: HttpRequest) -> HttpAnswer:
        if "token" in request.path:
            return json_answer(TOKEN)
        if "password" in request.path:
            return json_answer('{"error": "Bad request."}', 400)
        denied = '{"error": "No.", "required_permissions": {"circulate": "circulate_remaining_permissions"}}'
        return json_answer(denied, 403) if "checkouts" in request.path else json_answer("[]")

    found, recorded = koha(port, answer)
    rights = found[CheckName.RIGHTS]
    assert rights.cause is CheckCause.RIGHTS_MISSING
    assert "circulate:circulate_remaining_permissions" in rights.found
    assert "list_borrowers" not in rights.found
    assert found[CheckName.CREDENTIALS].state is CheckState.PASSED
    assert not any("renew" in call or "PUT" in call or "DELETE" in call for call in recorded.asked)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (HttpAnswer(404, {"content-type": "text/html"}, b"<h1>Not found</h1>"), CheckCause.NOT_OUR_SYSTEM),
        (
            HttpAnswer(403, {"content-type": "text/html; charset=utf-8"}, b"<h1>No</h1>"),
            CheckCause.NOT_OUR_SYSTEM,
        ),
        (json_answer('{"error": "unauthorized_client"}', 403), CheckCause.KEY_REFUSED),
        (json_answer('{"token": 1}'), CheckCause.BROKEN_ANSWER),
        (HttpAnswer(200, {}, b""), CheckCause.BROKEN_ANSWER),
    ],
)
def test_what_answers_is_told_apart(port: int, answer: HttpAnswer, cause: CheckCause) -> None:
    found = koha(port, lambda _request: answer)[0]
    assert [step.cause for step in found.values() if step.cause] == [cause]


@dataclass
class Foreign:
    """A connector of somebody else's making: finds patrons, and does no more than it must."""

    found: tuple[PatronRecord, ...] | Exception
    capabilities: frozenset[Capability] = frozenset({Capability.FIND_PATRONS})
    match_fields: tuple[str, ...] = ()
    closed: bool = False

    @property
    def absent(self) -> Mapping[Capability, str]:
        return {name: "not made" for name in Capability if name not in self.capabilities}

    async def find_patrons(self, _field: str, _value: str) -> tuple[PatronRecord, ...]:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    async def close(self) -> None:
        self.closed = True


def foreign(
    monkeypatch: pytest.MonkeyPatch, connector: Connector, plan: Plan
) -> Mapping[CheckName, CheckStep]:
    def opened(_settings: Settings, _transport_for: Callable[[LibrarySettings], Transport]) -> Any:
        return Libraries({"x": connector})

    monkeypatch.setattr(running, "open_libraries", opened)
    one = LibrarySettings("x", "foreign")
    return {step.name: step for step in self_test(Settings(libraries=(one,)), one, plan).steps}


def record(number: str | None = "4711") -> PatronRecord:
    return PatronRecord("1", number, Standing.GOOD)


def test_a_connector_that_can_little_is_tested_by_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    connector = Foreign((record(),))
    found = foreign(monkeypatch, connector, Plan(TestCard("4711", "1234")))
    passed = {name for name, step in found.items() if step.state is CheckState.PASSED}
    assert passed == {CheckName.SETTINGS, CheckName.ANSWER, CheckName.CREDENTIALS, CheckName.TEST_PATRON}
    assert not any(step.cause for step in found.values())
    assert found[CheckName.DNS].found == "this library is not reached over a network"
    assert connector.closed


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ((record("4712"),), CheckCause.WRONG_PATRON),
        ((record(), record()), CheckCause.WRONG_PATRON),
        ((), CheckCause.TEST_CARD_UNKNOWN),
        (ZeroDivisionError("card 4711"), CheckCause.CONNECTOR_BUG),
        (UnexpectedAnswer("odd"), CheckCause.BROKEN_ANSWER),
        (Refused("no", rights=("a:b",)), CheckCause.RIGHTS_MISSING),
    ],
)
def test_what_a_connector_finds_or_does_wrong_is_told(
    monkeypatch: pytest.MonkeyPatch, answer: Any, cause: CheckCause
) -> None:
    connector = Foreign(answer)
    found = foreign(monkeypatch, connector, Plan(TestCard("4711")))
    assert cause in {step.cause for step in found.values()}
    assert "4711" not in repr(found)
    assert connector.closed


def test_every_step_state_and_cause_has_words() -> None:
    assert set(TITLES) == set(CheckName)
    assert set(STATES) == set(CheckState)
    assert set(ADVICE) == set(CheckCause)
    for cause in CheckCause:
        told = ADVICE[cause]
        assert all((told.meaning, told.causes, told.do, told.ask))
        assert "Common causes: " in said(cause)[0]
        assert said(cause)[1].startswith("Do: ")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://koha.example/api", "koha.example:443"),
        ("http://127.0.0.1:8101/api", "127.0.0.1:8101"),
        ("sip://sip.example", "sip.example:6001"),
        ("sips://[2001:db8::1]:6443", "[2001:db8::1]:6443"),
        ("", "None"),
        ("memory:", "None"),
    ],
)
def test_where_a_library_is_reached(url: str, place: str) -> None:
    assert str(place_of(url)) == place
