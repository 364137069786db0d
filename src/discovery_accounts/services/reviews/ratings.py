"""Stars that records got: for one record, or for all of a list of results by one statement."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.review import FEWEST_STARS, MOST_STARS, RecordKey, ReviewState
from discovery_accounts.models import Review
from discovery_accounts.services.house import House
from discovery_accounts.services.reviews.shapes import Rating
from discovery_accounts.services.reviews.switch import mode_of

MOST_AT_ONCE = 100
_STARS = tuple(range(FEWEST_STARS, MOST_STARS + 1))


class Ratings:
    def __init__(self, house: House) -> None:
        self._house = house

    def of(self, records: Sequence[RecordKey], actor: Actor | None = None) -> tuple[Rating, ...]:
        """In the order asked for, those without any stars too. Raises ``BadShape`` about ``record`` for more than
        100, ``Problem`` ``not_found`` where there are no reviews."""
        mode_of(self._house)
        asked = tuple(dict.fromkeys(records))
        if len(asked) > MOST_AT_ONCE:
            raise BadShape("record", "too_many")
        if not asked:
            return ()
        with self._house.database.reading() as session:
            rows = session.execute(_counts(asked, actor.account_id if actor else None)).all()
        found = {RecordKey(row.source, row.record_id): _rating(row) for row in rows}
        nothing = dict.fromkeys(_STARS, 0)
        return tuple(found.get(record) or Rating(record, nothing, 0) for record in asked)


def _counts(records: Sequence[RecordKey], account_id: uuid.UUID | None) -> Select[*tuple[Any, ...]]:
    columns: list[ColumnElement[Any]] = [func.count(case((Review.stars == one, 1))) for one in _STARS]
    shown = and_(Review.state == ReviewState.SHOWN.value, Review.text.is_not(None))
    columns.append(func.count(case((shown, 1))).label("texts"))
    if account_id is not None:
        columns.append(func.max(case((Review.account_id == account_id, Review.stars))).label("own"))
    counted = [column.label(f"stars_{one}") for one, column in zip(_STARS, columns, strict=False)]
    return (
        select(Review.source, Review.record_id, *counted, *columns[len(_STARS) :])
        .where(_among(records))
        .group_by(Review.source, Review.record_id)
    )


def _among(records: Sequence[RecordKey]) -> ColumnElement[bool]:
    """A list of results is of one source or two, so it is one look into the index a record."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for record in records:
        by_source[record.source].append(record.record_id)
    return or_(
        *(and_(Review.source == source, Review.record_id.in_(ids)) for source, ids in by_source.items())
    )


def _rating(row: Any) -> Rating:
    distribution = {one: getattr(row, f"stars_{one}") for one in _STARS}
    return Rating(RecordKey(row.source, row.record_id), distribution, row.texts, getattr(row, "own", None))
