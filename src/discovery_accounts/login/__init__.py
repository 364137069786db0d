"""Ways of proving who one is, one folder each; all end in a :class:`~discovery_accounts.login.claim.Claim`."""
