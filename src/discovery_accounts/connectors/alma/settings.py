"""The settings of one Alma institution: ``accounts.library.NAME.…``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from discovery_accounts.config.keys import Key
from discovery_accounts.config.parsers import choice, secret, text
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
    Key(
        "new_user_group",
        text,
        example="ADULT",
        help="User group of users made by the portal: a code of the table User Groups. Left out: it makes none.",
    ),
    Key(
        "new_account_type",
        choice("internal", "external"),
        example="internal",
        help="Account type of users made by the portal. Left out: it makes none.",
    ),
    Key(
        "new_external_id",
        text,
        example="SIS",
        help="Code of the profile of the student information system for external users made by the portal.",
    ),
    Key(
        "new_record_type",
        text,
        default="PUBLIC",
        example="PUBLIC",
        help="Record type of users made by the portal.",
    ),
    Key(
        "identity_code_type",
        text,
        example="NATIONAL_ID",
        help="Identifier type that keeps personal identity codes. Left out: the library is told none.",
    ),
)


@dataclass(frozen=True, slots=True)
class AlmaSettings:
    """What the connector needs to know of the institution; ``timezone`` is the library's own."""

    api_key: Secret
    timezone: ZoneInfo
    card_id_type: str = BARCODE
    permanent_id: str = PRIMARY_ID
    new_user_group: str | None = None
    new_account_type: str | None = None
    new_external_id: str | None = None
    new_record_type: str = "PUBLIC"
    identity_code_type: str | None = None

    @classmethod
    def of(cls, timezone: ZoneInfo, values: Mapping[str, Any]) -> "AlmaSettings":
        """From the values read by :data:`KEYS`."""
        return cls(timezone=timezone, **values)

    @property
    def number_type(self) -> str:
        """The type of identifier that is on the card."""
        return BARCODE if self.card_id_type == ANY_IDENTIFIER else self.card_id_type

    @property
    def missing_for_new(self) -> tuple[str, ...]:
        """The keys without which no user can be made."""
        wanted = ["new_user_group", "new_account_type"]
        if self.new_account_type == "external":
            wanted.append("new_external_id")
        return tuple(name for name in wanted if getattr(self, name) is None)
