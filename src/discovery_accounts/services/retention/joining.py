"""Memberships begin where an account becomes the holder of a card of the library (rules 5.3, 6)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import LinkProof, LinkState
from discovery_accounts.domain.retention import Kind
from discovery_accounts.models import LibraryCard, Link, Membership
from discovery_accounts.services.house import House
from discovery_accounts.services.retention.policies import last_day
from discovery_accounts.services.upserts import insert_missing


def begin(
    session: Session, house: House, account_id: uuid.UUID, library: str, proof: LinkProof, now: datetime
) -> None:
    """In the caller's transaction. One that is there goes on; one that had ended begins anew. Who comes by their
    university is its patron, unless they said that they want to stay whatever becomes of that."""
    kind = Kind.UNIVERSITY if proof is LinkProof.FEDERATION else Kind.ORDINARY
    if insert_missing(session, Membership, [_row(house, account_id, library, kind, now)]):
        return
    query = select(Membership).where(Membership.account_id == account_id, Membership.library == library)
    row = session.scalars(query).one()
    if row.ended_at is not None:
        row.since, row.look_at, row.kind = now, now, kind.value
        row.valid_until = _valid_until(house, library, kind, now)
        row.stay_at = row.noticed_at = row.notice_id = row.ended_at = row.kept_because = None
    elif kind is Kind.UNIVERSITY and row.kind == Kind.ORDINARY and row.stay_at is None:
        row.kind, row.valid_until, row.look_at = kind.value, None, now


def begin_missing(house: House, limit: int) -> int:
    """Memberships of holders from before there were any: they begin with the link. How many were made."""
    there = exists().where(
        Membership.account_id == Link.account_id, Membership.library == LibraryCard.library
    )
    by_university = func.max(case((Link.proof == LinkProof.FEDERATION.value, 1), else_=0))
    query = (
        select(Link.account_id, LibraryCard.library, func.min(Link.since), by_university)
        .join(LibraryCard, LibraryCard.id == Link.card_id)
        .where(and_(Link.holder, Link.state == LinkState.ACTIVE.value), ~there)
        .group_by(Link.account_id, LibraryCard.library)
        .limit(limit)
    )
    with house.database.writing() as session:
        rows = [
            _row(house, account_id, library, Kind.UNIVERSITY if university else Kind.ORDINARY, since)
            for account_id, library, since, university in session.execute(query)
        ]
        return sum(
            insert_missing(session, Membership, rows[at : at + 500]) for at in range(0, len(rows), 500)
        )


def _row(house: House, account_id: uuid.UUID, library: str, kind: Kind, since: datetime) -> dict[str, object]:
    return {
        "id": uuid.uuid4(),
        "account_id": account_id,
        "library": library,
        "since": since,
        "kind": kind.value,
        "valid_until": _valid_until(house, library, kind, since),
        "look_at": since,
    }


def _valid_until(house: House, library: str, kind: Kind, since: datetime) -> date | None:
    """Of a university's patron the university tells it."""
    if kind is Kind.UNIVERSITY:
        return None
    return last_day(house.libraries.get(library), since.date())


def at_merge(session: Session, mine: uuid.UUID, other: uuid.UUID) -> None:
    """Another account of the same person becomes part of ``mine``: what this one has not comes over. Where both have
    a membership the longer one goes on, and a wish to stay holds."""
    here = {one.library: one for one in _all_of(session, mine)}
    for theirs in _all_of(session, other):
        known = here.get(theirs.library)
        if known is None:
            theirs.account_id = mine
        else:
            known.since = min(known.since, theirs.since)
            known.stay_at = known.stay_at or theirs.stay_at
    session.flush()


def _all_of(session: Session, account_id: uuid.UUID) -> Sequence[Membership]:
    return session.scalars(select(Membership).where(Membership.account_id == account_id)).all()
