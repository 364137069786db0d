"""How long patrons stay: what their cards are used for, memberships, notices, removal, and what a policy would do."""
