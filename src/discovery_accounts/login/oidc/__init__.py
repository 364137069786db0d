"""OpenID Connect: a provider such as a national identity service or a university; see README.md."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.kinds import LoginKind, LoginTools
from discovery_accounts.login.oidc.settings import KEYS, OidcSettings, check


def _open(_login: LoginSettings, values: Mapping[str, Any], tools: LoginTools) -> object:
    # Here, for loading what speaks OpenID takes a quarter of a second, and the kinds are loaded by everything
    from discovery_accounts.login.oidc.provider import OidcLogin

    return OidcLogin(OidcSettings.of(values), tools)


KIND = LoginKind("oidc", KEYS, open=_open, check=check)
"""What the table of logins knows of OpenID Connect."""
