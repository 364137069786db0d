"""Memberships begin where an account becomes the holder of a card of the library (rules 5.3, 6)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import case, func, or_, select
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
        _begin_anew(house, row, kind, now)
    elif kind is Kind.UNIVERSITY and row.kind == Kind.ORDINARY and row.stay_at is None:
        row.kind, row.valid_until, row.look_at = kind.value, None, now


def _begin_anew(house: House, row: Membership, kind: Kind, now: datetime) -> None:
    row.since, row.look_at, row.kind = now, now, kind.value
    row.valid_until = _valid_until(house, row.library, kind, now)
    row.stay_at = row.noticed_at = row.notice_id = row.ended_at = row.kept_because = None


def begin_missing(house: House, limit: int) -> int:
    """Memberships of holders from before there were any: they begin with the link. One that had ended begins anew
    where its holder has a card there again, added by them or brought back by the library. How many were made."""
    there = (Membership.account_id == Link.account_id) & (Membership.library == LibraryCard.library)
    by_university = func.max(case((Link.proof == LinkProof.FEDERATION.value, 1), else_=0))
    query = (
        select(Link.account_id, LibraryCard.library, func.min(Link.since), by_university, Membership.id)
        .join(LibraryCard, LibraryCard.id == Link.card_id)
        .outerjoin(Membership, there)
        .where(Link.holder, Link.state == LinkState.ACTIVE.value, LibraryCard.gone_at.is_(None))
        .where(or_(Membership.id.is_(None), Membership.ended_at.is_not(None)))
        .group_by(Link.account_id, LibraryCard.library, Membership.id)
        .limit(limit)
    )
    rows = []
    ended: list[tuple[uuid.UUID, Kind]] = []
    with house.database.writing() as session:
        for account_id, library, since, university, ended_id in session.execute(query):
            kind = Kind.UNIVERSITY if university else Kind.ORDINARY
            if ended_id is None:
                rows.append(_row(house, account_id, library, kind, since))
            else:
                ended.append((ended_id, kind))
        made = sum(
            insert_missing(session, Membership, rows[at : at + 500]) for at in range(0, len(rows), 500)
        )
    for membership_id, kind in ended:
        with house.database.writing() as session:
            row = session.get(Membership, membership_id, with_for_update=True)
            if row is not None and row.ended_at is not None:
                _begin_anew(house, row, kind, house.now())
                made += 1
    return made


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


def at_merge(session: Session, mine: uuid.UUID, other: uuid.UUID, now: datetime) -> None:
    """Another account of the same person becomes part of ``mine``: what this one has not, or has no more, comes over.
    Where both have a membership the longer one goes on, a wish to stay holds, and without one whoever is a
    university's patron remains that (rules 5.3)."""
    here = {one.library: one for one in _all_of(session, mine)}
    for theirs in _all_of(session, other):
        known = here.get(theirs.library)
        if known is not None and known.ended_at is not None and theirs.ended_at is None:
            session.delete(known)
            session.flush()
            known = None
        if known is None:
            theirs.account_id = mine
        elif theirs.ended_at is None:
            _join(known, theirs)
            known.since, known.look_at = min(known.since, theirs.since), now
    session.flush()


def _join(known: Membership, theirs: Membership) -> None:
    """Take from the other row what it is decided by, with the notice that was about that, where it counts for more."""
    stays, wants = known.stay_at is not None, theirs.stay_at is not None
    if stays != wants:
        counts = wants
    elif known.kind != theirs.kind:
        counts = theirs.kind == Kind.UNIVERSITY and not stays
    else:
        counts = (theirs.valid_until or date.max) > (known.valid_until or date.max)
    known.stay_at = known.stay_at or theirs.stay_at
    if counts:
        known.kind, known.valid_until = theirs.kind, theirs.valid_until
        known.noticed_at, known.notice_id = theirs.noticed_at, theirs.notice_id
        known.kept_because = theirs.kept_because


def _all_of(session: Session, account_id: uuid.UUID) -> Sequence[Membership]:
    return session.scalars(select(Membership).where(Membership.account_id == account_id)).all()
