"""The settings of one SIP2 library: ``accounts.library.NAME.…``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from discovery_accounts.config.faults import Fault, SettingsError
from discovery_accounts.config.keys import BadValue, Key, ReadContext
from discovery_accounts.config.parsers import boolean, choice, integer, secret, text
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import PickupLocation
from discovery_accounts.connectors.sip2.dialects import DIALECTS, ENCODINGS, Dialect
from discovery_accounts.connectors.sip2.fields import PATRON
from discovery_accounts.connectors.sip2.message import can_be_sent

SCHEMES = ("sips", "sip")
_FIELD = re.compile(r"[A-Z][A-Z0-9]")


def _value(given: str, context: ReadContext) -> str:
    """A text that can be sent."""
    if not can_be_sent(text(given, context), "utf-8"):
        raise BadValue("must not hold | or control characters, nor be longer than 255")
    return given


def _field(given: str, _context: ReadContext) -> str:
    if not _FIELD.fullmatch(given):
        raise BadValue("must be the two letters of a field")
    return given


def _listed(given: str, context: ReadContext) -> re.Pattern[str]:
    try:
        found = re.compile(text(given, context))
    except (re.error, RecursionError, OverflowError):  # their text repeats the pattern
        raise BadValue("must be a regular expression of Python") from None
    if not {"item"} <= found.groupindex.keys() <= {"item", "title", "due"}:
        raise BadValue("must have the group item, and no other groups than title and due")
    return found


def _pickups(given: str, context: ReadContext) -> tuple[PickupLocation, ...]:
    found = []
    for part in given.split(";"):
        code, _, name = (piece.strip() for piece in part.partition("="))
        if code:
            found.append(PickupLocation(_value(code, context), name or None))
    if not found or len({one.location_id for one in found}) < len(found):
        raise BadValue("must be codes, each once, with their names: CODE = Name; CODE = Name")
    return tuple(found)


KEYS = (
    Key(
        "dialect",
        choice(*DIALECTS),
        default="generic",
        example="koha",
        help="What kind of server it is; decides what the keys below are when they are left out.",
    ),
    Key("user", _value, example="portal", help="User of our login (93). Left out: there is no login."),
    Key("password", secret, example="env:SIP2_PASSWORD", help="Password of that user.", secret=True),
    Key("location", _value, example="PORTAL", help="Location code of our login (CP)."),
    Key(
        "institution",
        _value,
        example="MAIN",
        help="Institution id (AO). Left out: the one that the server tells when we log in.",
    ),
    Key(
        "terminal_password", secret, example="env:SIP2_TERMINAL", help="Terminal password (AC).", secret=True
    ),
    Key(
        "patron_id_field",
        _field,
        default=PATRON,
        example="XI",
        help="Field with the patron's permanent id. It must be one that the server also takes in place of a card "
        "number. `AA` is the card number itself: who gets a new card is then somebody else to the portal.",
    ),
    Key("encoding", choice(*ENCODINGS), example="cp850", help="Encoding of texts. Left out: by the dialect."),
    Key("line_end", choice("cr", "crlf"), example="crlf", help="End of a message. Left out: by the dialect."),
    Key("checksum", boolean, example="no", help="Sequence numbers and checksums. Left out: by the dialect."),
    Key(
        "verify_with",
        choice("63", "23"),
        example="23",
        help="Message by which PINs are checked: patron information (63) or patron status (23). Left out: by the "
        "dialect.",
    ),
    Key(
        "expiry_field",
        _field,
        example="PE",
        help="Field with the last day of a membership. Left out: by the dialect.",
    ),
    Key(
        "due_format",
        text,
        example="%d.%m.%Y",
        help="How due dates are written, as for Python's strptime; in an INI file every % is written twice. Left "
        "out: by the dialect.",
    ),
    Key(
        "item_pattern",
        _listed,
        example=r"(?P<item>\S+) (?P<title>.*)",
        help="Regular expression (Python) for a line in lists of loans and holds, with the groups `item`, `title`, "
        "`due`. Left out: the whole line is the item's barcode.",
    ),
    Key(
        "pickup_locations",
        _pickups,
        example="MAIN = Main library; EAST = East branch",
        help="Where holds can be fetched; SIP2 can't tell. Left out: the portal places no holds.",
    ),
    Key("connections", integer(1, 32), default="4", example="4", help="Connections open at once, at most."),
)


@dataclass(frozen=True, slots=True)
class Sip2Settings:
    """What the connector needs to know of the library; ``timeout`` of one call in seconds."""

    host: str
    port: int
    tls: bool
    timeout: float
    timezone: ZoneInfo
    currency: str
    dialect: Dialect = field(default_factory=Dialect)
    user: str | None = None
    password: Secret | None = None
    location: str | None = None
    institution: str | None = None
    terminal_password: Secret | None = None
    patron_id_field: str = PATRON
    pickups: tuple[PickupLocation, ...] = ()
    connections: int = 4

    @classmethod
    def of(cls, library: LibrarySettings, values: Mapping[str, Any]) -> "Sip2Settings":
        """From the values read by :data:`KEYS`. Raises ``SettingsError``."""
        dialect = _dialect(values)
        faults = [*_address_faults(library), *_secret_faults(library, values, dialect)]
        if faults:
            raise SettingsError(faults)
        parts = urlsplit(library.url)
        return cls(
            host=parts.hostname or "",
            port=parts.port or 0,
            tls=parts.scheme == "sips",
            timeout=library.timeout,
            timezone=library.timezone,
            currency=library.currency,
            dialect=dialect,
            pickups=values["pickup_locations"] or (),
            **{name: values[name] for name in _AS_GIVEN},
        )


_AS_GIVEN = (
    "user", "password", "location", "institution", "terminal_password", "patron_id_field", "connections",
)  # fmt: skip


def _dialect(values: Mapping[str, Any]) -> Dialect:
    dialect = DIALECTS[values["dialect"]]
    set_here = {
        "encoding": values["encoding"],
        "end": {"cr": b"\r", "crlf": b"\r\n", None: None}[values["line_end"]],
        "checksum": values["checksum"],
        "verify_with": values["verify_with"],
        "expiry": values["expiry_field"] and (values["expiry_field"],),
        "dates": values["due_format"] and (values["due_format"],),
        "listed": values["item_pattern"],
    }
    return replace(dialect, **{name: value for name, value in set_here.items() if value is not None})


def _address_faults(library: LibrarySettings) -> list[Fault]:
    parts = urlsplit(library.url)
    if parts.scheme in SCHEMES and parts.hostname and parts.port and not parts.path:
        return []
    problem = "must be sips:// with a host and a port, and nothing behind"
    return [Fault(f"{library.prefix}url", problem, "sips://sip2.library.example:6443")]


def _secret_faults(library: LibrarySettings, values: Mapping[str, Any], dialect: Dialect) -> list[Fault]:
    faults = []
    if bool(values["user"]) != bool(values["password"]):
        faults.append(Fault(f"{library.prefix}password", "user and password belong together", "env:SIP2"))
    for name in ("user", "password", "location", "institution", "terminal_password"):
        value = values[name]
        given = value.reveal() if isinstance(value, Secret) else value or ""
        if not can_be_sent(given, dialect.encoding):
            problem = f"must not hold | or control characters, nor what {dialect.encoding} can't write"
            faults.append(Fault(f"{library.prefix}{name}", problem))
    return faults
