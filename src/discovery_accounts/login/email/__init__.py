"""Sign-in by a code to the address on file at the library (rules 4.3); carried out by services."""

from discovery_accounts.config import parsers
from discovery_accounts.config.keys import Key
from discovery_accounts.login.kinds import LoginKind

KIND = LoginKind(
    "email",
    keys=(
        Key(
            "open",
            parsers.boolean,
            default="no",
            example="no",
            help="Whether an address that no library has on file may get an account.",
            unavailable="an account belongs to a patron of a library",
        ),
    ),
)
