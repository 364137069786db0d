"""A connector in a package of its own; it is found by its entry point."""

from collections.abc import Mapping
from typing import Any

from connector_example.client import Client
from connector_example.connector import ExampleConnector
from connector_example.settings import KEYS
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.registry import ConnectorKind
from discovery_accounts.connectors.transport import Transport


def _build(library: LibrarySettings, values: Mapping[str, Any], transport: Transport) -> Connector:
    return ExampleConnector(Client(transport, values["key"]), library.timezone)


KIND = ConnectorKind("example", KEYS, _build)
"""What the entry point names."""
