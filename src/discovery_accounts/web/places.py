"""Places in lists, as they stand in addresses and forms."""

import uuid
from datetime import UTC, datetime

from discovery_accounts.services.place import Place


def read_place(text: str) -> Place | None:
    """Where the part before ended; what can't be read begins anew."""
    at, _, row_id = text.partition("_")
    try:
        moment, row = datetime.fromisoformat(at), uuid.UUID(row_id)
        return Place(moment.astimezone(UTC), row) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):  # the latter at either end of the calendar
        return None


def write_place(place: Place | None) -> str | None:
    return f"{place.at.isoformat()}_{place.id.hex}" if place else None
