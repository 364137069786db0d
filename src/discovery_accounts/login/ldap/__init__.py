"""The directory of an organisation, by LDAP; see README.md in this folder."""

import logging
from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.kinds import LoginKind, LoginTools
from discovery_accounts.login.ldap.settings import KEYS, LdapSettings, faults
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)


def _open(login: LoginSettings, values: Mapping[str, Any], tools: LoginTools) -> object:
    # ldap3 takes a tenth of a second to import; only who has such a login pays for it
    from discovery_accounts.login.ldap.login import LdapLogin

    settings = LdapSettings.of(values)
    for server in settings.servers:
        if not settings.encrypted(server):
            event(log, "login.unencrypted", level=logging.WARNING, login=login.name, server=str(server))
    return LdapLogin(login.name, settings, tools.now)


KIND = LoginKind("ldap", KEYS, open=_open, check=faults)
"""What the registry of logins knows of LDAP."""
