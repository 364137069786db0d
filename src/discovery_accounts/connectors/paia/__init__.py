"""Any library system that speaks PAIA, the Patrons Account Information API; see README.md in this folder."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.paia.connector import PaiaConnector
from discovery_accounts.connectors.paia.settings import KEYS, PaiaSettings
from discovery_accounts.connectors.registry import ConnectorKind
from discovery_accounts.connectors.transport import Transport


def _build(library: LibrarySettings, values: Mapping[str, Any], transport: Transport) -> Connector:
    return PaiaConnector(PaiaSettings.of(library, values), transport)


KIND = ConnectorKind("paia", KEYS, _build)
"""What the registry knows of PAIA."""
