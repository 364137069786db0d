"""Readers who find a text inappropriate: it is told to staff, and hidden until they look when several do."""

import uuid
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.review import (
    MOST_MESSAGE,
    REPORTED,
    REPORTS_THAT_HIDE,
    RecordKey,
    ReportReason,
    ReviewState,
    clean_lines,
)
from discovery_accounts.models import Review, ReviewReport
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.reviews.reading import IS_SHOWN
from discovery_accounts.services.reviews.switch import REPORTING, count_change, mode_of
from discovery_accounts.services.upserts import insert_missing


class Reporting:
    def __init__(self, house: House) -> None:
        self._house = house

    def report(
        self,
        actor: Actor,
        review_id: uuid.UUID,
        reason: str,
        message: str = "",
        *,
        record: RecordKey | None = None,
    ) -> None:
        """Tell staff; a second time by the same person takes the place of the first. Raises ``BadShape`` about
        ``reason`` (``own``: it is one's own) or ``message``, ``Problem`` ``not_found`` for what is not shown, or
        is about another ``record``, ``too_many_attempts``."""
        mode_of(self._house)
        code = _reason(reason)
        message = clean_lines(message, "message", MOST_MESSAGE)
        self._find(actor, review_id, record)
        count_change(self._house, "review_report", REPORTING, actor.account_id)
        with self._house.database.writing() as session:
            now = self._house.now()
            query = select(Review).where(Review.id == review_id, IS_SHOWN).with_for_update()
            row = session.scalars(query).one_or_none()
            if row is None:
                raise Problem(Code.NOT_FOUND)
            _keep(session, row, actor.account_id, code, message, now)
            session.flush()
            if row.moderated_at is None and _open_reports(session, row.id) >= REPORTS_THAT_HIDE:
                row.state, row.moderated_because = ReviewState.WAITING.value, REPORTED
                events.record(session, events.REVIEW_HELD_BACK, now, review=str(row.id), reason=REPORTED)

    def _find(self, actor: Actor, review_id: uuid.UUID, record: RecordKey | None) -> None:
        query = select(Review.account_id, Review.source, Review.record_id)
        with self._house.database.reading() as session:
            found = session.execute(query.where(Review.id == review_id, IS_SHOWN)).one_or_none()
        if found is None or record not in {None, RecordKey(found.source, found.record_id)}:
            raise Problem(Code.NOT_FOUND)
        if found.account_id == actor.account_id:
            raise BadShape("reason", "own")


def _reason(code: str) -> ReportReason:
    if not code:
        raise BadShape("reason", "not_chosen")
    try:
        return ReportReason(code)
    except ValueError:
        raise BadShape("reason", "unknown") from None


def _keep(
    session: Session, review: Review, account_id: uuid.UUID, reason: ReportReason, message: str, now: datetime
) -> None:
    blank = {
        "id": uuid.uuid4(),
        "review_id": review.id,
        "account_id": account_id,
        "reason": reason.value,
        "message": message,
        "created_at": now,
    }
    if insert_missing(session, ReviewReport, [blank]):
        return
    row = session.scalars(
        select(ReviewReport).where(ReviewReport.review_id == review.id, ReviewReport.account_id == account_id)
    ).one()
    if row.closed_at is not None and review.changed_at <= row.closed_at:
        return  # staff have looked at this very text
    row.reason, row.message, row.created_at, row.closed_at = reason.value, message, now, None


def _open_reports(session: Session, review_id: uuid.UUID) -> int:
    query = select(func.count()).where(ReviewReport.review_id == review_id, ReviewReport.closed_at.is_(None))
    return session.scalar(query) or 0
