"""Settings become connectors, and a faulty library stops nobody else."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from stand_in_connectors import Reader, StandIn

from discovery_accounts.config.faults import Fault, SettingsError
from discovery_accounts.config.keys import BadValue, Key, ReadContext
from discovery_accounts.config.settings import LibrarySettings, Settings
from discovery_accounts.connectors.api import Capability, Connector
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.registry import GROUP, ConnectorKind, Kinds, Libraries, open_libraries
from discovery_accounts.connectors.transport import Transport


def number(text: str, context: ReadContext) -> int:
    if not text.isdecimal():
        raise BadValue("must be a number")
    return int(text)


def build(library: LibrarySettings, values: Mapping[str, Any], transport: Transport) -> Connector:
    if values["level"] == 13:
        raise ValueError("9Z7-CANARY")
    if values["level"] == 14:
        raise SettingsError([Fault(f"{library.prefix}level", "not that one")])
    if values["level"] == 16:
        return None  # type: ignore[return-value]
    return Liar() if values["level"] == 15 else StandIn()


class Liar:
    """It declares what it can't do."""

    capabilities = frozenset({Capability.READ_PATRON})
    absent: Mapping[Capability, str] = {}

    async def close(self) -> None: ...


GOOD = ConnectorKind("good", (Key("level", number, default="1"),), build)
READER = ConnectorKind("reader", (), lambda library, values, transport: Reader())
NO_KIND = object()


def kinds(**values: str) -> Kinds:
    here = {"good": f"{__name__}:GOOD", "reader": f"{__name__}:READER", **values}
    return Kinds(EntryPoint(name, value, GROUP) for name, value in here.items())


def library(
    name: str, connector: str = "good", url: str = "https://x.example", **options: str
) -> LibrarySettings:
    return LibrarySettings(name, connector, url=url, options=options)


def opened(*libraries: LibrarySettings, kinds: Kinds, **faulty: tuple[Fault, ...]) -> Libraries:
    settings = Settings(libraries=libraries, faulty_libraries=faulty)
    return open_libraries(settings, kinds=kinds)


def problem(libraries: Libraries, name: str) -> str:
    (fault,) = libraries.faults[name]
    return str(fault)


def test_every_library_gets_its_own_connector_and_transport() -> None:
    libraries = opened(library("a"), library("b", "reader"), kinds=kinds())
    assert list(libraries.connectors) == ["a", "b"]
    assert isinstance(libraries.transports["a"], LibraryHttp)
    assert libraries.capabilities("a") == StandIn.capabilities
    assert libraries.capabilities("b") == Reader.capabilities
    assert libraries.capabilities("nowhere") == frozenset()
    assert not libraries.faults


def test_an_unknown_kind_lists_the_known_ones_and_stops_nobody() -> None:
    libraries = opened(library("a", "sip3"), library("b"), kinds=kinds())
    assert problem(libraries, "a").startswith("accounts.library.a.connector: no such connector")
    assert "good, reader" in problem(libraries, "a")
    assert list(libraries.connectors) == ["b"]


def test_faults_of_the_settings_are_carried_over() -> None:
    fault = Fault("accounts.library.c.url", "is missing")
    libraries = opened(library("a"), kinds=kinds(), c=(fault,))
    assert libraries.faults == {"c": (fault,)}
    assert libraries.capabilities("c") == frozenset()


def test_the_kinds_own_keys_are_read_and_their_faults_reported_together() -> None:
    libraries = opened(library("a", level="high", levle="2"), kinds=kinds())
    assert [fault.key for fault in libraries.faults["a"]] == [
        "accounts.library.a.level",
        "accounts.library.a.levle",
    ]


def test_a_builder_that_fails_tells_its_type_and_not_its_text() -> None:
    libraries = opened(library("a", level="13"), library("b"), kinds=kinds())
    assert "ValueError" in problem(libraries, "a")
    assert "CANARY" not in problem(libraries, "a")
    assert list(libraries.connectors) == ["b"]


def test_a_builder_that_makes_no_connector_stops_nobody() -> None:
    libraries = opened(library("a", level="16"), library("b"), kinds=kinds())
    assert "could not be opened" in problem(libraries, "a")
    assert list(libraries.connectors) == ["b"]


def test_a_builder_may_report_faults_of_its_own() -> None:
    assert "not that one" in problem(opened(library("a", level="14"), kinds=kinds()), "a")


def test_a_connector_that_declares_what_it_can_not_do_is_left_out() -> None:
    assert "read_patron" in problem(opened(library("a", level="15"), kinds=kinds()), "a")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("no_such_module_anywhere:KIND", "can't be loaded (ModuleNotFoundError"),
        (f"{__name__}:NOTHING_HERE", "can't be loaded (AttributeError"),
        (f"{__name__}:NO_KIND", "is not a ConnectorKind"),
    ],
)
def test_a_package_that_does_not_load_is_a_fault_of_its_libraries_only(value: str, words: str) -> None:
    libraries = opened(library("a", "other"), library("b"), kinds=kinds(other=value))
    assert words in problem(libraries, "a")
    assert list(libraries.connectors) == ["b"]


def test_two_packages_with_one_name_are_told_apart_by_nobody() -> None:
    twice = Kinds(EntryPoint("good", f"{__name__}:GOOD", GROUP) for _ in range(2))
    assert "more than one" in problem(opened(library("a"), kinds=twice), "a")


def test_a_url_that_is_not_to_be_spoken_to_is_a_fault() -> None:
    libraries = opened(library("a", url="http://x.example"), library("b"), kinds=kinds())
    assert "accounts.library.a." in problem(libraries, "a")
    assert list(libraries.connectors) == ["b"]
