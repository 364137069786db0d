"""The settings of one Alma institution: ``accounts.library.NAME.…``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from discovery_accounts.config.keys import Key
from discovery_accounts.config.parsers import choice, integer, secret, some_of, text, words
from discovery_accounts.config.secret import Secret
from discovery_accounts.connectors.api import ContactField

PRIMARY_ID = "primary_id"
ANY_IDENTIFIER = "all_unique"
BARCODE = "BARCODE"
CANCEL_REASON = "CancelledAtPatronRequest"

# What the portal can write into a user at all. A country is a code that nobody types.
CHANGEABLE = (
    ContactField.EMAIL,
    ContactField.PHONE,
    ContactField.SMS_NUMBER,
    ContactField.STREET,
    ContactField.POSTAL_CODE,
    ContactField.CITY,
    ContactField.LANGUAGE,
)
USUALLY_CHANGED = (ContactField.EMAIL, ContactField.PHONE, ContactField.SMS_NUMBER)


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
    Key(
        "pickup_libraries",
        words,
        default="",
        example="MAIN EAST",
        help="Where holds can be fetched: codes of libraries, in the order to show them. Left out: every library.",
    ),
    Key(
        "cancel_reason",
        text,
        default=CANCEL_REASON,
        example=CANCEL_REASON,
        help="Why a hold was cancelled, as Alma is told: a code of the table RequestCancellationReasons.",
    ),
    Key(
        "editable",
        some_of(*CHANGEABLE),
        default=" ".join(USUALLY_CHANGED),
        example="email phone sms_number street postal_code city language",
        help="What people may change of their own data at the library, parted by spaces. Empty: nothing.",
    ),
    Key(
        "pin_field",
        choice("password", "pin_number", "both"),
        default="password",
        example="password",
        help="What a new PIN is written to: the password, which the portal checks, the PIN number of self-check"
        " machines, or both.",
    ),
    Key(
        "card_renewal_months",
        integer(1, 120),
        example="36",
        help="For how many months people can renew their membership by themselves. Left out: they can't.",
    ),
    Key(
        "card_renewal_early_days",
        integer(0, 3650),
        default="60",
        example="60",
        help="How many days before its end a membership can be renewed.",
    ),
    Key(
        "webhook_secret",
        secret,
        example="env:LIBRARY_WEBHOOK_SECRET",
        help="Secret of the webhook profile in Alma. Left out: no webhook is believed.",
        secret=True,
    ),
)


@dataclass(frozen=True, slots=True)
class AlmaSettings:
    """What the connector needs to know of the institution; ``timezone`` is the library's own, ``currency`` the
    one of fees where Alma does not name it."""

    api_key: Secret
    timezone: ZoneInfo
    card_id_type: str = BARCODE
    permanent_id: str = PRIMARY_ID
    new_user_group: str | None = None
    new_account_type: str | None = None
    new_external_id: str | None = None
    new_record_type: str = "PUBLIC"
    identity_code_type: str | None = None
    pickup_libraries: tuple[str, ...] = ()
    cancel_reason: str = CANCEL_REASON
    editable: tuple[str, ...] = USUALLY_CHANGED
    pin_field: str = "password"
    card_renewal_months: int | None = None
    card_renewal_early_days: int = 60
    webhook_secret: Secret | None = None
    currency: str = "EUR"

    @classmethod
    def of(cls, timezone: ZoneInfo, values: Mapping[str, Any], currency: str = "EUR") -> "AlmaSettings":
        """From the values read by :data:`KEYS`."""
        return cls(timezone=timezone, currency=currency, **values)

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
