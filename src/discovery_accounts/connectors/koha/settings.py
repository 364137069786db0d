"""The settings of one Koha library: ``accounts.library.NAME.…``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from discovery_accounts.config.keys import Key
from discovery_accounts.config.parsers import boolean, integer, number, secret, some_of, text
from discovery_accounts.config.secret import Secret
from discovery_accounts.connectors.api import ContactField

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
        " older versions too, and which loans can be renewed. With it people choose their messages and see"
        " their family, and what they change of their data waits for staff, all but e-mail and SMS number.",
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
    Key(
        "editable",
        some_of(*ContactField),
        default="email phone sms_number",
        example="email phone sms_number street postal_code city",
        help="What people may change of their own data at the library, parted by spaces: email, phone,"
        " sms_number, street, postal_code, city, country, language, pickup_alias (with pickup_alias = yes)"
        " and self_service_blocked (with self_service_block_attribute).",
    ),
    Key(
        "pickup_alias",
        boolean,
        default="no",
        example="yes",
        help="Whether the field “other name” of patrons is what the shelf of holds shows in place of the name.",
    ),
    Key(
        "self_service_block_attribute",
        text,
        example="SSBAR",
        help="Code of the patron attribute type, of values 1 and 0, that keeps a card out of unstaffed"
        " libraries. Left out: nothing is said of that.",
    ),
    Key(
        "pin_min_length",
        integer(3, 72),
        default="3",
        example="4",
        help="The value of Koha’s minPasswordLength, told to people before they choose a PIN. Koha itself"
        " decides.",
    ),
    Key(
        "card_self_renewal",
        boolean,
        default="no",
        example="yes",
        help="Whether people renew the time of their cards: for a Koha that has self-renewal, with"
        " RESTPublicAPI and RESTBasicAuth switched on. They are asked for their PIN.",
    ),
    Key(
        "cancellation_requests",
        boolean,
        default="yes",
        example="no",
        help="Whether patrons may ask for a hold that is ready to be cancelled; staff find the request in Koha."
        " no: it stays on the shelf until it is fetched or its time is over.",
    ),
    Key(
        "fees_block_above",
        number(),
        example="5.00",
        help="Who owes more than this is shown as blocked: the value of Koha's noissuescharge. Left out:"
        " nobody is because of fees.",
    ),
    Key(
        "overdues_block",
        boolean,
        default="no",
        example="yes",
        help="Whether overdue loans block a patron: yes where Koha's OverduesBlockCirc is block.",
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
    editable: tuple[str, ...] = ("email", "phone", "sms_number")
    pickup_alias: bool = False
    self_service_block_attribute: str | None = None
    pin_min_length: int = 3
    card_self_renewal: bool = False
    currency: str = "EUR"
    cancellation_requests: bool = True
    fees_block_above: float | None = None
    overdues_block: bool = False

    @classmethod
    def of(cls, timezone: ZoneInfo, values: Mapping[str, Any], currency: str = "EUR") -> "KohaSettings":
        """From the values read by :data:`KEYS`, and the library's currency."""
        return cls(
            values["client_id"],
            values["client_secret"],
            timezone,
            values["di_plugin"],
            values["new_patron_category"],
            values["new_patron_library"],
            values["identity_attribute"],
            editable=values["editable"],
            pickup_alias=values["pickup_alias"],
            self_service_block_attribute=values["self_service_block_attribute"],
            pin_min_length=values["pin_min_length"],
            card_self_renewal=values["card_self_renewal"],
            currency=currency,
            cancellation_requests=values["cancellation_requests"],
            fees_block_above=values["fees_block_above"],
            overdues_block=values["overdues_block"],
        )
