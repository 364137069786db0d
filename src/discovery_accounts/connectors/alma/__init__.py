"""Ex Libris Alma, by its Users API; see README.md in this folder."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.alma.connector import AlmaConnector
from discovery_accounts.connectors.alma.settings import KEYS, AlmaSettings
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.registry import ConnectorKind
from discovery_accounts.connectors.transport import Transport


def _build(library: LibrarySettings, values: Mapping[str, Any], transport: Transport) -> Connector:
    return AlmaConnector(AlmaSettings.of(library.timezone, values, library.currency), transport)


KIND = ConnectorKind("alma", KEYS, _build)
"""What the registry knows of Alma."""
