"""A whole pretend library inside the process, for development and tests; see README.md in this folder."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.memory.connector import MemoryConnector
from discovery_accounts.connectors.memory.library import MemoryLibrary
from discovery_accounts.connectors.memory.settings import KEYS, MemorySettings
from discovery_accounts.connectors.registry import ConnectorKind
from discovery_accounts.connectors.transport import Transport


def _build(library: LibrarySettings, values: Mapping[str, Any], _transport: Transport) -> Connector:
    return MemoryConnector(MemoryLibrary(library.timezone, library.currency, MemorySettings.of(values)))


KIND = ConnectorKind("memory", KEYS, _build, pretends=True)
"""What the registry knows of it: nothing in it is real, so it is opened in development only."""
