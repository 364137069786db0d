"""Sign-in at a university or another organisation by SAML 2.0 (rules 4.2)."""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.kinds import LoginKind, LoginTools
from discovery_accounts.login.saml.faults import faults
from discovery_accounts.login.saml.login import SamlLogin
from discovery_accounts.login.saml.settings import KEYS, SamlSettings


def _open(login: LoginSettings, values: Mapping[str, Any], tools: LoginTools) -> SamlLogin:
    try:
        return SamlLogin(login, SamlSettings.of(values), tools)
    except OSError as error:
        raise ValueError(f"{login.prefix}certificate can't be read: {error.strerror}") from None


KIND = LoginKind("saml", KEYS, open=_open, check=faults)
