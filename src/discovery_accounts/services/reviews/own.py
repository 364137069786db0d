"""What one person thinks of records: written, changed, taken back (rules 1.2)."""

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.new_record import clean_text
from discovery_accounts.domain.review import (
    MOST_TEXT,
    Mode,
    RecordKey,
    ReviewState,
    check_stars,
    clean_lines,
    state_after_change,
)
from discovery_accounts.models import Review
from discovery_accounts.services.house import House
from discovery_accounts.services.place import Place, older_than
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.reviews.reading import NEWEST_FIRST, PAGE
from discovery_accounts.services.reviews.shapes import Draft, OwnPage, OwnReview
from discovery_accounts.services.reviews.switch import RATING, WRITING, count_change, mode_of
from discovery_accounts.services.upserts import insert_missing

HAS_SOMETHING = or_(Review.stars.is_not(None), Review.text.is_not(None))


class OwnReviews:
    """All of it raises ``Problem`` ``not_found`` where the portal has no reviews."""

    def __init__(self, house: House) -> None:
        self._house = house

    def page(self, actor: Actor, after: Place | None = None) -> OwnPage:
        """Those changed last first."""
        mode_of(self._house)
        query = select(Review).where(Review.account_id == actor.account_id, HAS_SOMETHING)
        if after is not None:
            query = query.where(older_than(after, Review.changed_at, Review.id))
        with self._house.database.reading() as session:
            rows = session.scalars(query.order_by(*NEWEST_FIRST).limit(PAGE + 1)).all()
        some = rows[:PAGE]
        older = Place(some[-1].changed_at, some[-1].id) if len(rows) > PAGE else None
        return OwnPage(tuple(map(_own, some)), older)

    def find(self, actor: Actor, record: RecordKey) -> OwnReview | None:
        mode_of(self._house)
        with self._house.database.reading() as session:
            row = session.scalars(_mine(actor, record).where(HAS_SOMETHING)).one_or_none()
        return _own(row) if row is not None else None

    def rate(self, actor: Actor, record: RecordKey, stars: int | None, title: str = "") -> None:
        """Give stars, or take them back by ``None``; the text stays. Raises ``BadShape`` about ``stars``,
        ``Problem`` ``too_many_attempts``."""
        mode = mode_of(self._house)
        if stars is not None:
            check_stars(stars)
        count_change(self._house, "review_stars", RATING, actor.account_id)
        with self._house.database.writing() as session:
            now = self._house.now()
            row = _row(session, actor, record, now, make=stars is not None)
            if row is None:
                return
            if row.stars != stars:
                row.stars, row.changed_at = stars, now
            row.title = clean_text(title) or row.title
            _drop_empty(session, row, mode)

    def write(self, actor: Actor, record: RecordKey, draft: Draft) -> OwnReview | None:
        """Say it; ``None`` when nothing was said and nothing is left. A text that was changed is shown as
        ``state_after_change`` has it. Raises ``BadShape`` about ``text``, ``stars`` or ``signed`` (``no_name``: the
        account has none), ``Problem`` ``too_many_attempts``, ``step_up_required`` for a name that whoever is
        signed in may not see themselves."""
        mode = mode_of(self._house)
        text = clean_lines(draft.text, "text", MOST_TEXT)
        if draft.stars is not None:
            check_stars(draft.stars)
        self._check_name(actor, record, draft, text)
        count_change(self._house, "review_text", WRITING, actor.account_id)
        with self._house.database.writing() as session:
            now = self._house.now()
            row = _row(session, actor, record, now, make=bool(text) or draft.stars is not None)
            if row is None:
                return None
            _put(row, replace(draft, text=text), mode, now)
            return None if _drop_empty(session, row, mode) else _own(row)

    def remove_text(self, actor: Actor, record: RecordKey) -> None:
        """The stars stay."""
        mode = mode_of(self._house)
        with self._house.database.writing() as session:
            now = self._house.now()
            row = _row(session, actor, record, now, make=False)
            if row is not None:
                _put(row, Draft(keep_stars=True), mode, now)
                _drop_empty(session, row, mode)

    def remove(self, actor: Actor, record: RecordKey) -> bool:
        """Stars and text; whether there were any."""
        mode = mode_of(self._house)
        with self._house.database.writing() as session:
            now = self._house.now()
            row = _row(session, actor, record, now, make=False)
            if row is None or (row.stars is None and row.text is None):
                return False
            _put(row, Draft(), mode, now)
            _drop_empty(session, row, mode)
        return True

    def _check_name(self, actor: Actor, record: RecordKey, draft: Draft, text: str) -> None:
        """A weak sign-in may leave a name standing, not put it before everybody's eyes (rules 4.6)."""
        if not draft.signed or not text:
            return
        if actor.name is None:
            raise BadShape("signed", "no_name")
        if not actor.sees_all:
            there = self.find(actor, record)
            if there is None or not there.signed:
                raise Problem(Code.STEP_UP_REQUIRED)


def _mine(actor: Actor, record: RecordKey) -> Select[Review]:
    return select(Review).where(
        Review.account_id == actor.account_id,
        Review.source == record.source,
        Review.record_id == record.record_id,
    )


def _row(session: Session, actor: Actor, record: RecordKey, now: datetime, *, make: bool) -> Review | None:
    """The person's one row about a record, locked; made where there is none and ``make`` says so."""
    if make:
        blank = {
            "id": uuid.uuid4(),
            "account_id": actor.account_id,
            "source": record.source,
            "record_id": record.record_id,
            "signed": False,
            "state": ReviewState.SHOWN.value,
            "created_at": now,
            "changed_at": now,
        }
        insert_missing(session, Review, [blank])
    return session.scalars(_mine(actor, record).with_for_update()).one_or_none()


def _put(row: Review, draft: Draft, mode: Mode, now: datetime) -> None:
    stars = row.stars if draft.keep_stars and draft.stars is None else draft.stars
    text, signed = draft.text or None, draft.signed and bool(draft.text)
    if (row.stars, row.text, row.signed) != (stars, text, signed):
        row.changed_at = now
    if text is not None and text != row.text:
        row.state = state_after_change(mode, ReviewState(row.state)).value
        # nobody has looked at this text
        row.moderated_at = row.moderated_because = None
    row.stars, row.text, row.signed = stars, text, signed
    row.title = clean_text(draft.title) or row.title


def _drop_empty(session: Session, row: Review, mode: Mode) -> bool:
    """Whether nothing is left. Of a text that was not shown it stays known for a while that it was not: whoever
    deletes it and writes another has that one looked at, too."""
    if row.stars is not None or row.text is not None:
        return False
    if mode is Mode.SHOWN and row.state != ReviewState.SHOWN.value:
        row.title = None
    else:
        session.delete(row)
    return True


def _own(row: Review) -> OwnReview:
    state = ReviewState(row.state) if row.text is not None else ReviewState.SHOWN
    return OwnReview(
        row.id,
        RecordKey(row.source, row.record_id),
        row.title,
        row.stars,
        row.text,
        row.signed,
        state,
        row.moderated_because if state is not ReviewState.SHOWN else None,
        row.created_at,
        row.changed_at,
    )
