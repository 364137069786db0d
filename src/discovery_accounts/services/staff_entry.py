"""Whether somebody is here as one of staff, and not only in the account of one."""

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.strength import Strength
from discovery_accounts.models import Identity, SignedInSession, StaffMember
from discovery_accounts.services.house import House

KIND = "password"
ISSUER = "local"
"""What signing in by password and second factor proves; the subject is the member's id."""


def came_as_staff(house: House, actor: Actor) -> uuid.UUID | None:
    """The member whose account it is, if this session was opened as staff: by their password and second factor,
    or by a strong sign-in in a way that they added in such a session. Any other way into the account may be
    somebody else's, who had got hold of a weaker one: it says nothing about staff."""
    if not actor.strength.at_least(Strength.STRONG):
        return None
    query = (
        select(Identity, StaffMember.id)
        .join(SignedInSession, SignedInSession.identity_id == Identity.id)
        .join(StaffMember, StaffMember.account_id == Identity.account_id)
        .where(SignedInSession.id == actor.session_id, Identity.account_id == actor.account_id)
    )
    with house.database.reading() as session:
        found = session.execute(query).one_or_none()
    if found is None:
        return None
    identity, member = found
    by_password = (identity.login, identity.issuer, identity.subject) == (KIND, ISSUER, str(member))
    return member if by_password or identity.staff_member_id == member else None


def forget_ways(session: Session, member_id: uuid.UUID) -> None:
    """From now on only password and second factor let a member in as staff, in the caller's transaction: what
    was added before may be of whoever is to be kept out."""
    session.execute(
        update(Identity)
        .where(Identity.staff_member_id == member_id)
        .values(staff_member_id=None)
        .execution_options(synchronize_session=False)
    )
