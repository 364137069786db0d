"""The example keeps the contract of connectors."""

from collections.abc import Iterator

import pytest

from discovery_accounts.config.reader import read_settings
from discovery_accounts.connectors.registry import open_libraries
from discovery_accounts.testing.connector_contract import ConnectorContract
from discovery_accounts.testing.connector_world import ConnectorWorld
from world import TinyWorld


class TestExample(ConnectorContract):
    """Every test of the contract that the connector has a capability for."""

    @pytest.fixture
    def world(self) -> Iterator[ConnectorWorld]:
        with TinyWorld() as world:
            yield world


SETTINGS = {
    "accounts.stage": "development",
    "accounts.libraries": "tiny",
    "accounts.library.tiny.connector": "example",
    "accounts.library.tiny.url": "https://tiny.example",
}


def test_the_connector_is_found_by_its_name() -> None:
    settings = read_settings({**SETTINGS, "accounts.library.tiny.key": "secret"}, {})
    libraries = open_libraries(settings)
    assert not libraries.faults
    assert list(libraries.connectors) == ["tiny"]


def test_a_key_that_is_missing_is_a_fault_in_words() -> None:
    libraries = open_libraries(read_settings(SETTINGS, {}))
    (fault,) = libraries.faults["tiny"]
    assert str(fault).startswith("accounts.library.tiny.key: is missing")
