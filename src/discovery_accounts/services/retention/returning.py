"""A patron who was left behind comes back: a card of theirs has a holder again, whose own membership goes on."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.domain.retention import Kind
from discovery_accounts.models import DepartedPatron, Membership
from discovery_accounts.services.house import House
from discovery_accounts.services.retention.departing import patron_hash


def take_over(session: Session, house: House, account_id: uuid.UUID, library: str, patron_id: str) -> bool:
    """In the caller's transaction, which has locked the card; whether there was anything to take over. They are a
    patron since they first were; by their university, too, as long as neither they nor it said anything else."""
    known = patron_hash(house.vault, library, patron_id)
    query = select(DepartedPatron).where(DepartedPatron.patron_hash == known)
    row = session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        return False
    mine = select(Membership).where(
        Membership.account_id == account_id, Membership.library == library, Membership.ended_at.is_(None)
    )
    membership = session.scalars(mine.with_for_update()).one_or_none()
    if membership is not None:
        _go_on(membership, row)
        membership.look_at = min(membership.look_at, house.now())
    session.delete(row)
    session.flush()
    return True


def _go_on(membership: Membership, row: DepartedPatron) -> None:
    membership.since = min(membership.since, row.since)
    if membership.stay_at is not None:
        return
    if row.stay_at is not None:
        membership.stay_at, membership.kind = row.stay_at, Kind.ORDINARY.value
    elif row.kind == Kind.UNIVERSITY and (membership.kind == Kind.ORDINARY or membership.valid_until is None):
        membership.kind, membership.valid_until = Kind.UNIVERSITY.value, row.valid_until
