"""The settings of one Koha library: ``accounts.library.NAME.…``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from discovery_accounts.config.keys import Key
from discovery_accounts.config.parsers import boolean, secret, text
from discovery_accounts.config.secret import Secret

KEYS = (
    Key(
        "client_id",
        text,
        required=True,
        example="0f4c7b3e-portal",
        help="Client id of the API key that the library made for a staff patron of its own for the portal.",
    ),
    Key(
        "client_secret",
        secret,
        required=True,
        example="env:LIBRARY_CLIENT_SECRET",
        help="Secret of that API key.",
        secret=True,
    ),
    Key(
        "di_plugin",
        boolean,
        default="no",
        example="yes",
        help="Whether the library has the KohaSuomi discovery plugin: lists of loans then tell titles in"
        " older versions too, and which loans can be renewed.",
    ),
    Key(
        "new_patron_category",
        text,
        example="ADULT",
        help="Code of the patron category of patrons made by the portal. Left out: it makes none.",
    ),
    Key(
        "new_patron_library",
        text,
        example="MAIN",
        help="Code of the library of patrons made by the portal. Left out: it makes none.",
    ),
    Key(
        "identity_attribute",
        text,
        example="HETU",
        help="Code of the patron attribute type that keeps personal identity codes. Left out: the library is"
        " told none.",
    ),
)


@dataclass(frozen=True, slots=True)
class KohaSettings:
    """What the connector needs to know of the library; ``timezone`` is the library's own."""

    client_id: str
    client_secret: Secret
    timezone: ZoneInfo
    di_plugin: bool = False
    new_patron_category: str | None = None
    new_patron_library: str | None = None
    identity_attribute: str | None = None

    @classmethod
    def of(cls, timezone: ZoneInfo, values: Mapping[str, Any]) -> "KohaSettings":
        """From the values read by :data:`KEYS`."""
        return cls(
            values["client_id"],
            values["client_secret"],
            timezone,
            values["di_plugin"],
            values["new_patron_category"],
            values["new_patron_library"],
            values["identity_attribute"],
        )
