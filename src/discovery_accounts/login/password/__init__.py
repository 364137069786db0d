"""Passwords kept by us, for staff (rules 4.4): hashing, what a new one must be, and the second factors.

Who has which password is in ``services``; nothing here knows a table.
"""

from collections.abc import Mapping
from typing import Any

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.kinds import LoginKind, LoginTools
from discovery_accounts.login.password.hashing import Passwords


def _open(_login: LoginSettings, _values: Mapping[str, Any], _tools: LoginTools) -> Passwords:
    return Passwords()


KIND = LoginKind("password", open=_open)
