"""What we keep of a feed: hashes of what was told, the last valid day, and which fields the university maintains."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.domain.feed_person import FeedPerson
from discovery_accounts.domain.retention import Kind
from discovery_accounts.models import FeedPatron, Identity, Membership
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.university_feed.maintained import day_in
from discovery_accounts.services.university_feed.people import Agreed
from discovery_accounts.services.university_feed.telling import CHANGED, GONE, NO_ANSWER, SAME, Told
from discovery_accounts.services.upserts import insert_missing


@dataclass(frozen=True, slots=True)
class Card:
    """The person's own card in the library."""

    id: uuid.UUID
    patron_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """One person, what the library is to know of them, and the hash by which it is known that it does."""

    one: Agreed
    card: Card | None
    values: Mapping[str, str] = field(repr=False)
    valid_until: date | None
    content_hash: str = field(repr=False)

    @property
    def is_new(self) -> bool:
        known = self.one.feed_id is not None and self.one.content_hash == self.content_hash
        return not known or self.valid_until != self.one.valid_until

    @property
    def feed_id(self) -> uuid.UUID:
        assert self.one.feed_id is not None
        return self.one.feed_id


def change(
    house: House, one: Agreed, person: FeedPerson, values: Mapping[str, str], card: Card | None
) -> Change:
    """With another card everything is told anew."""
    text = json.dumps([values, card.id.hex if card is not None else None], sort_keys=True)
    content = house.vault.keyed_hash("university feed", one.identity_id.hex, text)
    return Change(one, card, values, person.valid_until, content)


def write(house: House, change: Change, told: Told | None, now: datetime) -> None:
    """After the library was told. What it did not answer to, or has no card for yet, is told again by the next run;
    the last valid day holds in any case."""
    one, done = change.one, told is not None and told.outcome in {CHANGED, SAME}
    with house.database.writing() as session:
        if session.get(Identity, one.identity_id, with_for_update={"read": True, "key_share": True}) is None:
            return  # the consent was withdrawn meanwhile
        row = _row(session, house, one, now)
        row.content_hash = change.content_hash if done else None
        row.locked, row.seen_at = _locked(row, change, told), now
        _set_day(session, one, row, change.valid_until, now)
        if told is not None and told.outcome == CHANGED:
            events.record(
                session,
                events.PATRON_SYNCED,
                now,
                library=one.library,
                account_id=one.account_id,
                fields=sorted(change.values),
            )


def end(house: House, missing: Sequence[Agreed], now: datetime) -> None:
    """People who are in the feed no more: they were valid until yesterday, and nothing of theirs is maintained."""
    for one in missing:
        last_day = day_in(house, one.library, now) - timedelta(days=1)
        with house.database.writing() as session:
            row = session.get(FeedPatron, one.feed_id) if one.feed_id is not None else None
            if row is not None:
                row.content_hash, row.locked = None, []
                _set_day(session, one, row, last_day, now)


def _locked(row: FeedPatron, change: Change, told: Told | None) -> list[str]:
    """What the library holds as the university told it. What it does not take from the feed stays the person's to
    change, or nobody could; of a library that said nothing what was known before still holds."""
    if told is None or told.outcome in {GONE, NO_ANSWER}:
        return [name for name in row.locked if name in change.values]
    return sorted(name for name in change.values if name not in told.refused)


def _row(session: Session, house: House, one: Agreed, now: datetime) -> FeedPatron:
    subject_hash = house.vault.keyed_hash("university feed subject", one.login, one.issuer, one.subject)
    insert_missing(
        session,
        FeedPatron,
        [
            {
                "id": uuid.uuid4(),
                "identity_id": one.identity_id,
                "library": one.library,
                "login_name": one.login,
                "subject_hash": subject_hash,
                "seen_at": now,
                "locked": [],
            }
        ],
    )
    query = select(FeedPatron).where(
        FeedPatron.login_name == one.login, FeedPatron.subject_hash == subject_hash
    )
    row = session.scalars(query.with_for_update()).one()
    row.identity_id, row.library = one.identity_id, one.library
    return row


def _set_day(session: Session, one: Agreed, row: FeedPatron, day: date | None, now: datetime) -> None:
    """The last valid day, on the membership too; who said that they want to stay is an ordinary patron (rules 5.3)."""
    row.valid_until = day
    query = select(Membership).where(
        Membership.account_id == one.account_id,
        Membership.library == one.library,
        Membership.ended_at.is_(None),
    )
    membership = session.scalars(query.with_for_update()).one_or_none()
    if membership is None or membership.stay_at is not None:
        return
    if (membership.kind, membership.valid_until) != (Kind.UNIVERSITY.value, day):
        membership.kind, membership.valid_until, membership.look_at = Kind.UNIVERSITY.value, day, now
