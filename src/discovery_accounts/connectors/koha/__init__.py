"""Koha, by its own REST API; see README.md in this folder."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.koha.connector import KohaConnector
from discovery_accounts.connectors.koha.settings import KEYS, KohaSettings
from discovery_accounts.connectors.registry import ConnectorKind
from discovery_accounts.connectors.transport import Transport


def _build(library: LibrarySettings, values: Mapping[str, Any], transport: Transport) -> Connector:
    return KohaConnector(KohaSettings.of(library.timezone, values, library.currency), transport)


KIND = ConnectorKind("koha", KEYS, _build)
"""What the registry knows of Koha."""
