"""The texts that are shown of a record."""

import uuid
from typing import Any

from sqlalchemy import Row, Select, and_, select

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.masking import mask_name
from discovery_accounts.domain.review import RecordKey, ReviewState
from discovery_accounts.models import Account, Review
from discovery_accounts.services.house import House
from discovery_accounts.services.place import Place, older_than
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.reviews.shapes import ShownPage, ShownReview
from discovery_accounts.services.reviews.switch import mode_of

PAGE = 20
IS_SHOWN = and_(Review.state == ReviewState.SHOWN.value, Review.text.is_not(None))


class ShownReviews:
    def __init__(self, house: House) -> None:
        self._house = house

    def page(self, record: RecordKey, actor: Actor | None = None, after: Place | None = None) -> ShownPage:
        """Those changed last first. Raises ``Problem`` ``not_found`` where there are no reviews."""
        mode_of(self._house)
        query = _with_name().where(
            Review.source == record.source, Review.record_id == record.record_id, IS_SHOWN
        )
        if after is not None:
            query = query.where(older_than(after, Review.changed_at, Review.id))
        with self._house.database.reading() as session:
            rows = session.execute(query.order_by(*NEWEST_FIRST).limit(PAGE + 1)).all()
        some = rows[:PAGE]
        older = Place(some[-1].changed_at, some[-1].id) if len(rows) > PAGE else None
        return ShownPage(tuple(_shown(row, actor) for row in some), older)

    def find(self, review_id: uuid.UUID, actor: Actor | None = None) -> ShownReview:
        """One that is shown. Raises ``Problem`` ``not_found``."""
        mode_of(self._house)
        with self._house.database.reading() as session:
            row = session.execute(_with_name().where(Review.id == review_id, IS_SHOWN)).one_or_none()
        if row is None:
            raise Problem(Code.NOT_FOUND)
        return _shown(row, actor)


NEWEST_FIRST = (Review.changed_at.desc(), Review.id.desc())


def _with_name() -> Select[*tuple[Any, ...]]:
    """The account is looked at only where its name is asked for."""
    signer = and_(Account.id == Review.account_id, Review.signed, Account.ended_at.is_(None))
    return select(
        Review.id,
        Review.account_id,
        Review.source,
        Review.record_id,
        Review.stars,
        Review.text,
        Review.created_at,
        Review.changed_at,
        Account.name,
    ).outerjoin(Account, signer)


def _shown(row: Row[Any], actor: Actor | None) -> ShownReview:
    own = actor is not None and row.account_id == actor.account_id
    name = row.name
    if own and actor is not None and not actor.sees_all and name is not None:
        name = mask_name(name)
    return ShownReview(
        row.id,
        RecordKey(row.source, row.record_id),
        row.stars,
        row.text or "",
        name,
        own,
        row.created_at,
        row.changed_at,
    )
