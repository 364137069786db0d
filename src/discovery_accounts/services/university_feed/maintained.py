"""Which fields a university maintains of a patron, so that nobody changes them in the library (rules 5.2, 5.3)."""

import uuid
from datetime import date, datetime

from sqlalchemy import or_, select

from discovery_accounts.models import FeedPatron, Identity, Membership
from discovery_accounts.services.house import House


def day_in(house: House, library: str, now: datetime) -> date:
    """The day of ``now`` where the library is: by its calendar people are valid until a day."""
    return now.astimezone(house.library(library).timezone).date()


def maintained(house: House, account_id: uuid.UUID, library: str) -> frozenset[str]:
    """Names of fields. None where the account there is over, so that nobody would ever put them right again, and
    none of whom wants to stay: an ordinary patron sees to their own data."""
    if wants_to_stay(house, account_id, library):
        return frozenset()
    today = day_in(house, library, house.now())
    query = (
        select(FeedPatron.locked)
        .join(Identity, Identity.id == FeedPatron.identity_id)
        .where(
            Identity.account_id == account_id,
            FeedPatron.library == library,
            or_(FeedPatron.valid_until.is_(None), FeedPatron.valid_until >= today),
        )
    )
    with house.database.reading() as session:
        return frozenset(name for locked in session.scalars(query) for name in locked)


def wants_to_stay(house: House, account_id: uuid.UUID, library: str) -> bool:
    """Whether they said so, whatever becomes of the university account."""
    query = select(Membership.id).where(
        Membership.account_id == account_id, Membership.library == library, Membership.stay_at.is_not(None)
    )
    with house.database.reading() as session:
        return session.scalars(query).first() is not None
