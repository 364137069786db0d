"""The settings of a library reached by ILS-DI: ``accounts.library.NAME.…``."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from discovery_accounts.config.keys import BadValue, Key, ReadContext
from discovery_accounts.connectors.api import PickupLocation


def _locations(given: str, _context: ReadContext) -> tuple[PickupLocation, ...]:
    """``MAIN=Main Library, EAST=Eastern Library``; a code alone is its own name."""
    found = []
    for part in filter(None, (piece.strip() for piece in given.split(","))):
        code, _, name = (side.strip() for side in part.partition("="))
        if not code or any(sign.isspace() for sign in code):
            raise BadValue("each place is CODE or CODE=Name, parted by commas")
        found.append(PickupLocation(code, name or code))
    return tuple(found)


KEYS = (
    Key(
        "pickup_locations",
        _locations,
        default="",
        example="MAIN=Main Library, EAST=Eastern Library",
        help="Codes and names of the libraries where holds may be fetched, which ILS-DI does not tell."
        " Left out: no holds are placed.",
    ),
)


@dataclass(frozen=True, slots=True)
class IlsDiSettings:
    """``timezone`` is the library's own; ``pickups`` empty means that no holds are placed."""

    timezone: ZoneInfo
    currency: str = "EUR"
    pickups: tuple[PickupLocation, ...] = ()
