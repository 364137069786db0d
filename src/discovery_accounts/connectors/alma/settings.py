"""The settings of one Alma institution: ``accounts.library.NAME.…``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from discovery_accounts.config.keys import Key
from discovery_accounts.config.parsers import secret, text
from discovery_accounts.config.secret import Secret

PRIMARY_ID = "primary_id"
ANY_IDENTIFIER = "all_unique"
BARCODE = "BARCODE"

KEYS = (
    Key(
        "api_key",
        secret,
        required=True,
        example="env:LIBRARY_API_KEY",
        help="API key of the institution with the area Users, read and write.",
        secret=True,
    ),
    Key(
        "card_id_type",
        text,
        default=BARCODE,
        example=BARCODE,
        help="Which identifier people sign in with: a code of the table User Identifier Type, or"
        " all_unique for any of them.",
    ),
    Key(
        "permanent_id",
        text,
        default=PRIMARY_ID,
        example="INST_ID",
        help="What stays the same for a person: primary_id, or the code of an identifier type where"
        " primary ids are changed.",
    ),
)


@dataclass(frozen=True, slots=True)
class AlmaSettings:
    """What the connector needs to know of the institution; ``timezone`` is the library's own."""

    api_key: Secret
    timezone: ZoneInfo
    card_id_type: str = BARCODE
    permanent_id: str = PRIMARY_ID

    @classmethod
    def of(cls, timezone: ZoneInfo, values: Mapping[str, Any]) -> "AlmaSettings":
        """From the values read by :data:`KEYS`."""
        return cls(values["api_key"], timezone, values["card_id_type"], values["permanent_id"])

    @property
    def number_type(self) -> str:
        """The type of identifier that is on the card."""
        return BARCODE if self.card_id_type == ANY_IDENTIFIER else self.card_id_type
