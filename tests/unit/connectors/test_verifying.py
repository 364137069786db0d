"""PINs that another library checks: who is found, who is not, and what stays as it was."""

import asyncio
from typing import Any

import pytest
from tests.fixtures.sip2_server import LOGIN, Person

from discovery_accounts.config.reader import read_settings
from discovery_accounts.connectors.api import (
    Capability,
    ChecksItself,
    LoginBlocked,
    PatronRef,
    Rejected,
    Unreachable,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.connectors.registry import PROTOCOLS, Libraries, open_libraries
from discovery_accounts.connectors.session import close_session
from discovery_accounts.simulator.server import SimulatedPatron


@pytest.fixture
def settings_of(alma, sip2_server):
    """`settings_of(library__town__verify="sip2:desk", …)`: Alma, and beside it the SIP2 server in no list."""

    def make(**overrides: str | None) -> Any:
        texts: dict[str, str | None] = {
            "libraries": "town",
            "library__town__connector": "alma",
            "library__town__url": alma.url,
            "library__town__api_key": alma.api_key,
            "library__town__verify": "sip2:desk",
            "library__desk__connector": "sip2",
            "library__desk__url": f"sip://127.0.0.1:{sip2_server.port}",
            "library__desk__user": LOGIN[0],
            "library__desk__password": LOGIN[1],
            **overrides,
        }
        return read_settings(
            {f"accounts.{key.replace('__', '.')}": text for key, text in texts.items() if text is not None},
            {},
        )

    return make


@pytest.fixture
def ada(alma, sip2_server) -> SimulatedPatron:
    """Somebody whose password Alma does not keep, with a PIN at the desk."""
    found: SimulatedPatron = next(one for one in alma.patrons if one.kind == "external")
    sip2_server.people.append(Person("1", found.card_number, "desk-pin"))
    return found


def ask(libraries: Libraries, question: Any) -> Any:
    async def alone() -> Any:
        try:
            return await question(libraries.connectors["town"])
        finally:
            await libraries.close()
            await close_session()

    return asyncio.run(alone())


def test_whose_pin_it_was_is_found_at_the_library_itself(settings_of, ada, sip2_server):
    libraries = open_libraries(settings_of())
    verdict = ask(libraries, lambda c: c.verify_patron(ada.card_number, "desk-pin"))
    assert verdict == Verified(ada.patron_id, ada.card_number)
    stored = PatronRef(ada.patron_id, ada.card_number)
    assert ask(open_libraries(settings_of()), lambda c: c.check_pin(stored, "desk-pin")) == verdict
    assert sip2_server.count("63") == 2


def test_a_wrong_pin_there_is_wrong_here_and_the_library_is_not_asked(settings_of, ada, alma):
    alma.clear_calls()
    for pin in ("9999", ada.pin):
        verdict = ask(open_libraries(settings_of()), lambda c, pin=pin: c.verify_patron(ada.card_number, pin))
        assert verdict == Rejected()
    assert alma.count() == 0


def test_a_right_pin_of_nobody_whom_the_library_knows_is_refused(settings_of, sip2_server):
    sip2_server.people.append(Person("2", "5550001", "desk-pin"))
    libraries = open_libraries(settings_of())
    assert ask(libraries, lambda c: c.verify_patron("5550001", "desk-pin")) == Rejected()


def test_p9_a_number_that_is_somebody_elses_now_is_never_ones_own(settings_of, ada):
    libraries = open_libraries(settings_of())
    with pytest.raises(WrongPatron):
        ask(libraries, lambda c: c.check_pin(PatronRef("somebody else", ada.card_number), "desk-pin"))


def test_p6_a_checker_that_is_down_is_no_wrong_pin_and_reading_goes_on(settings_of, ada, sip2_server):
    settings = settings_of()
    sip2_server.habits.fault = "cut"
    with pytest.raises(Unreachable):
        ask(open_libraries(settings), lambda c: c.verify_patron(ada.card_number, "desk-pin"))
    record = ask(open_libraries(settings), lambda c: c.read_patron(ada.patron_id))
    assert record.patron_id == ada.patron_id


def test_what_it_declares_it_can_do_and_pins_it_can_not_change(settings_of):
    libraries = open_libraries(settings_of())
    plain = open_libraries(settings_of(library__town__verify=None, library__desk__connector=None,
        library__desk__url=None, library__desk__user=None, library__desk__password=None))  # fmt: skip
    one, other = libraries.connectors["town"], plain.connectors["town"]
    pins = {Capability.CHANGE_PIN, Capability.RECOVER_PIN}
    assert one.capabilities == (other.capabilities | {Capability.VERIFY_PATRON}) - pins
    assert set(one.absent) == set(Capability) - one.capabilities
    assert all("desk" in one.absent[pin] for pin in pins)
    for capability, protocol in PROTOCOLS.items():
        assert capability not in one.capabilities or isinstance(one, protocol)
    assert one.checks_pin_by_number is True
    assert one.match_fields == other.match_fields
    assert isinstance(one, ChecksItself)
    assert "PINs (desk): logged in" in ask(libraries, lambda c: c.check_credentials())


def test_who_only_checks_pins_is_shown_to_nobody(settings_of):
    settings = settings_of()
    assert [one.name for one in settings.libraries] == ["town"]
    gateway = Gateway(open_libraries(settings))
    assert set(gateway.states()) == {"town"}
    assert gateway.capabilities("desk") == frozenset()
    gateway.close()


def test_a_listed_library_may_check_pins_for_another(settings_of, ada):
    settings = settings_of(libraries="town desk")
    assert settings.verifiers == ()
    libraries = open_libraries(settings)
    assert set(libraries.connectors) == {"town", "desk"}
    assert isinstance(ask(libraries, lambda c: c.verify_patron(ada.card_number, "desk-pin")), Verified)


def test_a_refusal_that_is_none_of_a_pin_is_passed_on(settings_of, monkeypatch):
    libraries = open_libraries(settings_of())

    async def locked(*_: object) -> LoginBlocked:
        return LoginBlocked("locked")

    monkeypatch.setattr(libraries.connectors["town"].sides.checker, "verify_patron", locked)
    assert ask(libraries, lambda c: c.verify_patron("1", "2")) == LoginBlocked("locked")


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (
            {"library__town__verify": "sip2:dsek"},
            "names dsek, but there is no accounts.library.dsek.connector",
        ),
        ({"library__town__verify": "sip2:town"}, "names the library itself"),
        ({"library__town__verify": "koha:desk"}, "says koha, but accounts.library.desk.connector is another"),
        ({"library__town__verify": "sip2"}, "must be the kind of a connector, a colon"),
        ({"library__desk__timezone": "Mars"}, "names desk, whose settings are faulty"),
        ({"library__desk__url": "sip://sip2.town.example:6001"}, "names desk, whose settings are faulty"),
        ({"library__desk__user": None}, "which can't be opened"),
        ({"library__desk__dialect": "klingon"}, "which can't be opened"),
        ({"libraries": "town desk", "library__desk__verify": "alma:town"}, "which has its own PINs checked"),
        (
            {"libraries": "town desk", "library__desk__timezone": "Mars"},
            "names desk, whose settings are faulty",
        ),
    ],
)
def test_a_fault_of_the_checker_is_a_fault_of_who_needs_it_in_plain_words(settings_of, overrides, told):
    if "libraries" not in overrides and overrides.get("library__town__verify", "koha:desk") != "koha:desk":
        # nobody wants the desk then, and its keys would be stray ones
        overrides |= {f"library__desk__{name}": None for name in ("connector", "url", "user", "password")}
    settings = settings_of(**overrides)
    libraries = open_libraries(settings)
    assert "town" not in libraries.connectors
    found = [str(fault) for fault in libraries.faults["town"]]
    assert any("accounts.library.town.verify" in one and told in one for one in found), found
    assert LOGIN[1] not in str(found)


def test_a_faulty_library_stops_nobody_else_by_its_checker(settings_of):
    for faulty in ({"library__town__timezone": "Mars"}, {"library__town__verify": "Sip2:desk"}):
        settings = settings_of(libraries="town memory", library__memory__connector="memory", **faulty)
        libraries = open_libraries(settings)
        assert (set(libraries.connectors), set(libraries.faults)) == ({"memory"}, {"town"})


def test_a_library_that_finds_nobody_by_number_can_not_have_its_pins_checked_elsewhere(
    settings_of, sip2_server
):
    settings = settings_of(
        library__town__connector="sip2",
        library__town__url=f"sip://127.0.0.1:{sip2_server.port}",
        library__town__api_key=None,
    )
    (fault,) = open_libraries(settings).faults["town"]
    assert "finds its patrons by card number" in fault.problem
