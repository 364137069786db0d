"""Sign-in at a university or another organisation by SAML 2.0 (rules 4.2)."""

from discovery_accounts.login.kinds import LoginKind
from discovery_accounts.login.saml.settings import KEYS

KIND = LoginKind("saml", KEYS)
