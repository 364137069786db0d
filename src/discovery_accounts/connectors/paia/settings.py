"""The settings of one PAIA library: ``accounts.library.NAME.…``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from discovery_accounts.config.keys import BadValue, Key, ReadContext
from discovery_accounts.config.parsers import boolean, choice, integer, secret, text
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import PickupLocation
from discovery_accounts.connectors.paia.ids import Prefixes, is_uri

_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_PATRON, _EVERYBODY = "patron", "everybody"
_EQUALS = re.compile(r"\s+=\s+")  # addresses may have a bare = in them


def _path(given: str, _context: ReadContext) -> str:
    path = "" if given == "/" else given.removesuffix("/")
    if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise BadValue("must be a path such as /core, of letters, digits and . _ ~ -")
    return path


def _uri(given: str, _context: ReadContext) -> str:
    if not is_uri(given):
        raise BadValue("must be the beginning of an URI, such as https://library.example/item/")
    return given


def _pickups(given: str, context: ReadContext) -> tuple[PickupLocation, ...]:
    found = []
    for part in filter(None, (piece.strip() for piece in given.split(";"))):
        place, *name = _EQUALS.split(text(part, context), maxsplit=1)
        if not is_uri(place):
            raise BadValue("must be URIs with names: URI = Name; URI = Name")
        found.append(PickupLocation(place, name[0] if name else None))
    if not found or len({one.location_id for one in found}) < len(found):
        raise BadValue("must be URIs, each once, with names: URI = Name; URI = Name")
    return tuple(found)


KEYS = (
    Key(
        "client_id",
        text,
        required=True,
        example="portal",
        help="Name of our client at PAIA auth, which must have the client credentials grant.",
    ),
    Key(
        "client_secret",
        secret,
        required=True,
        example="env:LIBRARY_CLIENT_SECRET",
        help="Secret of that client.",
        secret=True,
    ),
    Key(
        "token_for",
        choice(_PATRON, _EVERYBODY),
        default=_PATRON,
        example=_EVERYBODY,
        help="Whether the server gives our client a token for one patron at a time, whom we name, or one for"
        " everybody. With one for everybody nothing in most answers says about whom they are.",
    ),
    Key("core_path", _path, default="/core", example="/DE-1/core", help="Where PAIA core is below `.url`."),
    Key("auth_path", _path, default="/auth", example="/DE-1/auth", help="Where PAIA auth is below `.url`."),
    Key(
        "edition_prefix",
        _uri,
        example="https://library.example/edition/",
        help="What stands before a record id in the URIs of editions. Left out: record ids are such URIs.",
    ),
    Key(
        "item_prefix",
        _uri,
        example="https://library.example/item/",
        help="What stands before an item id in the URIs of items. Left out: item ids are such URIs.",
    ),
    Key(
        "pickup_locations",
        _pickups,
        example="https://library.example/desk/1 = Main library; https://library.example/desk/2 = East branch",
        help="Where holds can be fetched. Left out: the portal places no holds, but see `.asks_pickup`.",
    ),
    Key(
        "asks_pickup",
        boolean,
        default="no",
        example="yes",
        help="Whether the server lets choose the place of every hold by a StorageCondition. Then the places are"
        " asked of it, by a request that confirms nothing. Never yes for a server that takes requests without.",
    ),
    Key(
        "pin_min_length",
        integer(1, 72),
        default="4",
        example="8",
        help="How long a PIN must be there, told to people before they choose one. The server itself decides.",
    ),
)


@dataclass(frozen=True, slots=True)
class PaiaSettings:
    """What the connector needs to know of the library. ``by_patron``: our client gets a token for one patron
    at a time; ``pickups`` empty means that none are set."""

    client_id: str
    client_secret: Secret
    timezone: ZoneInfo
    currency: str = "EUR"
    by_patron: bool = True
    core_path: str = "/core"
    auth_path: str = "/auth"
    prefixes: Prefixes = field(default_factory=Prefixes)
    pickups: tuple[PickupLocation, ...] = ()
    asks_pickup: bool = False
    pin_min_length: int = 4

    @classmethod
    def of(cls, library: LibrarySettings, values: Mapping[str, Any]) -> "PaiaSettings":
        """From the library and the values read by :data:`KEYS`."""
        return cls(
            values["client_id"],
            values["client_secret"],
            library.timezone,
            library.currency,
            values["token_for"] != _EVERYBODY,
            values["core_path"],
            values["auth_path"],
            Prefixes(values["edition_prefix"] or "", values["item_prefix"] or ""),
            values["pickup_locations"] or (),
            values["asks_pickup"],
            values["pin_min_length"],
        )

    @property
    def places_holds(self) -> bool:
        """Whether it is known where holds can be fetched, or how to ask."""
        return bool(self.pickups) or self.asks_pickup
