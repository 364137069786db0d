"""Staff look at texts: those that wait and those that were reported come first. They learn no more of who wrote or
reported them than every reader does; what they do is in the audit, by the review's id."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.review import HideReason, RecordKey, ReviewState
from discovery_accounts.models import Account, Review, ReviewReport
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.place import Place, newer_than, older_than
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.reviews.reading import NEWEST_FIRST
from discovery_accounts.services.reviews.shapes import Judged, Judging, Report
from discovery_accounts.services.reviews.switch import mode_of

PAGE = 20
_OPEN = ReviewReport.closed_at.is_(None)


class Show(StrEnum):
    """Which texts: those that staff have something to decide about, or all that are hidden or shown."""

    OPEN = "open"
    HIDDEN = "hidden"
    SHOWN = "shown"


class Moderation:
    """All of it raises ``Problem`` ``not_found`` where the portal has no reviews."""

    def __init__(self, house: House) -> None:
        self._house = house

    def page(self, show: Show, after: Place | None = None) -> Judging:
        """What has waited longest first; of the others those changed last first."""
        mode_of(self._house)
        query = _asked(show, after).limit(PAGE + 1)
        with self._house.database.reading() as session:
            rows = session.execute(query).all()
            some = rows[:PAGE]
            reports = _reports(session, [row.id for row in some])
        more = Place(some[-1].changed_at, some[-1].id) if len(rows) > PAGE else None
        return Judging(tuple(_judged(row, reports[row.id]) for row in some), more)

    def show(self, member_id: uuid.UUID, review_id: uuid.UUID, seen: str) -> None:
        """Let everybody read it; its reports are closed. Raises ``Problem`` ``not_found``, ``BadShape`` about
        ``review`` (``changed``) where the text is another one by now, or somebody else decided meanwhile."""
        self._decide(member_id, review_id, seen, None)

    def hide(self, member_id: uuid.UUID, review_id: uuid.UUID, seen: str, reason: str) -> None:
        """Only its writer sees it, with the reason. Raises as ``show``, and ``BadShape`` about ``hide_reason``."""
        try:
            because = HideReason(reason)
        except ValueError:
            raise BadShape("hide_reason", "unknown" if reason else "missing") from None
        self._decide(member_id, review_id, seen, because)

    def _decide(
        self, member_id: uuid.UUID, review_id: uuid.UUID, seen: str, because: HideReason | None
    ) -> None:
        mode_of(self._house)
        now = self._house.now()
        with self._house.database.writing() as session:
            query = select(Review).where(Review.id == review_id, Review.text.is_not(None)).with_for_update()
            row = session.scalars(query).one_or_none()
            if row is None:
                raise Problem(Code.NOT_FOUND)
            if _version(row.changed_at, row.moderated_at) != seen:
                raise BadShape("review", "changed")
            row.state = (ReviewState.HIDDEN if because else ReviewState.SHOWN).value
            row.moderated_at, row.moderated_because = now, because.value if because else None
            closing = update(ReviewReport).where(ReviewReport.review_id == review_id, _OPEN)
            session.execute(closing.values(closed_at=now))
            word = events.REVIEW_HIDDEN if because else events.REVIEW_SHOWN
            events.record(
                session,
                word,
                now,
                by="staff",
                staff=str(member_id),
                review=str(review_id),
                reason=because.value if because else None,
            )


def _asked(show: Show, after: Place | None) -> Select[*tuple[Any, ...]]:
    signer = and_(Account.id == Review.account_id, Review.signed)
    query = (
        select(
            Review.id,
            Review.source,
            Review.record_id,
            Review.title,
            Review.stars,
            Review.text,
            Review.state,
            Review.moderated_because,
            Review.changed_at,
            Review.moderated_at,
            Account.name,
        )
        .outerjoin(Account, signer)
        .where(Review.text.is_not(None), _state(show))
    )
    if show is Show.OPEN:
        query = query.order_by(Review.changed_at, Review.id)
        return query.where(newer_than(after, Review.changed_at, Review.id)) if after else query
    query = query.order_by(*NEWEST_FIRST)
    return query.where(older_than(after, Review.changed_at, Review.id)) if after else query


def _state(show: Show) -> ColumnElement[bool]:
    if show is not Show.OPEN:
        return Review.state == show.value
    reported = Review.id.in_(select(ReviewReport.review_id).where(_OPEN))
    return or_(Review.state == ReviewState.WAITING.value, reported)


def _reports(session: Session, ids: Iterable[uuid.UUID]) -> defaultdict[uuid.UUID, list[Report]]:
    query = (
        select(ReviewReport.review_id, ReviewReport.reason, ReviewReport.message, ReviewReport.created_at)
        .where(ReviewReport.review_id.in_(list(ids)), _OPEN)
        .order_by(ReviewReport.created_at)
    )
    found: defaultdict[uuid.UUID, list[Report]] = defaultdict(list)
    for row in session.execute(query):
        found[row.review_id].append(Report(row.reason, row.message, row.created_at))
    return found


def _judged(row: Row[Any], reports: list[Report]) -> Judged:
    return Judged(
        row.id,
        RecordKey(row.source, row.record_id),
        row.title,
        row.stars,
        row.text,
        row.name,
        ReviewState(row.state),
        row.moderated_because,
        row.changed_at,
        _version(row.changed_at, row.moderated_at),
        tuple(reports),
    )


def _version(changed_at: datetime, moderated_at: datetime | None) -> str:
    """Of the text and of what was decided about it: two who look at once do not undo what the other did."""
    return f"{changed_at.isoformat()} {moderated_at.isoformat() if moderated_at else ''}"
