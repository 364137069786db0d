"""Any library system, by the protocol of self-service machines (SIP2); see README.md in this folder."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.registry import ConnectorKind
from discovery_accounts.connectors.sip2.connector import Sip2Connector
from discovery_accounts.connectors.sip2.settings import KEYS, SCHEMES, Sip2Settings
from discovery_accounts.connectors.transport import Transport


def _build(library: LibrarySettings, values: Mapping[str, Any], _transport: Transport) -> Connector:
    return Sip2Connector(library, Sip2Settings.of(library, values))


KIND = ConnectorKind("sip2", KEYS, _build, schemes=SCHEMES)
"""What the registry knows of SIP2."""
