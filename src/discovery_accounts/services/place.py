"""Going on in a list that is ordered by a time, and by an id where times are the same."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True, slots=True)
class Place:
    """The last row of a part that was shown; the next part begins after it."""

    at: datetime
    id: uuid.UUID


def older_than(
    place: Place, at: InstrumentedAttribute[datetime], row_id: InstrumentedAttribute[uuid.UUID]
) -> ColumnElement[bool]:
    """Further on in a list with the newest first."""
    return or_(at < place.at, and_(at == place.at, row_id < place.id))


def newer_than(
    place: Place, at: InstrumentedAttribute[datetime], row_id: InstrumentedAttribute[uuid.UUID]
) -> ColumnElement[bool]:
    """Further on in a list with the oldest first."""
    return or_(at > place.at, and_(at == place.at, row_id > place.id))
