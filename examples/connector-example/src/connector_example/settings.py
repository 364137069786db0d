"""The keys of this connector: ``accounts.library.NAME.…``, beside those that every library has."""

from discovery_accounts.config.keys import Key
from discovery_accounts.config.parsers import secret

KEYS = (
    Key(
        "key",
        secret,
        required=True,
        secret=True,
        example="env:LIBRARY_KEY",
        help="The key that the library gave the portal.",
    ),
)
