from discovery_accounts.login.kinds import LoginKind

KIND = LoginKind("ldap")
