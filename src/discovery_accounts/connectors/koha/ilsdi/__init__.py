"""Koha by ILS-DI, for servers too old for the REST API; see README.md in this folder."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.koha.ilsdi.connector import IlsDiConnector
from discovery_accounts.connectors.koha.ilsdi.settings import KEYS, IlsDiSettings
from discovery_accounts.connectors.registry import ConnectorKind
from discovery_accounts.connectors.transport import Transport


def _build(library: LibrarySettings, values: Mapping[str, Any], transport: Transport) -> Connector:
    settings = IlsDiSettings(library.timezone, library.currency, values["pickup_locations"])
    return IlsDiConnector(settings, transport)


KIND = ConnectorKind("koha-ilsdi", KEYS, _build)
"""What the registry knows of it."""
