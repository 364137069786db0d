"""What a policy would do: how many end in each coming month, if nobody comes back (counted, nobody is named).

The history is dated already: last sign-ins, last uses of cards, last valid days. Counted in the database by day, so
that two million accounts are a few thousand rows here. Obligations, and who comes back, make it fewer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.retention import Kind, MonthOfEndings, Policy, endings_by_month
from discovery_accounts.models import Account, CardActivity, DepartedPatron, LibraryCard, Link, Membership
from discovery_accounts.services.house import House

SIMULATED = (Policy.IDLE_ACCOUNT, Policy.UNIVERSITY_ENDED, Policy.IDLE_PATRON)
MONTHS_AHEAD = 13
"""This month and the twelve that follow, so that who signed in today is among them by a policy of a year."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """``of`` is how many the policy is about; those whose day nobody knows are among them."""

    policy: Policy
    months: int
    library: str | None
    of: int
    endings: tuple[MonthOfEndings, ...]

    @property
    def total(self) -> int:
        return sum(one.count for one in self.endings)


def simulate(house: House, policy: Policy, months: int, library: str | None = None) -> Simulated:
    """This month and the next twelve under ``policy`` with so many ``months``. Accounts are of no library."""
    counted: tuple[Select[Any, Any], ...] = (_accounts(),)
    if policy is not Policy.IDLE_ACCOUNT:
        counted = _memberships(policy, library), _departed(policy, library)
    with house.database.reading() as session:
        found = [(day, count) for query in counted for day, count in session.execute(query)]
    days = [(_day(day), count) for day, count in found if day is not None]
    endings = endings_by_month(days, months, house.now().date(), MONTHS_AHEAD)
    return Simulated(policy, months, library, sum(count for _, count in found), endings)


def _accounts() -> Select[Any, int]:
    """Those that are not over yet, nor kept from ending."""
    day = func.date(Account.last_sign_in_at)
    query = select(day, func.count()).where(Account.ended_at.is_(None), Account.protected_at.is_(None))
    return query.group_by(day)


def _memberships(policy: Policy, library: str | None) -> Select[Any, int]:
    if policy is Policy.UNIVERSITY_ENDED:
        query = _by_day(Membership.valid_until).where(Membership.kind == Kind.UNIVERSITY.value)
    else:
        query = _by_last_use()
    query = query.where(Membership.ended_at.is_(None))
    return query.where(Membership.library == library) if library is not None else query


def _departed(policy: Policy, library: str | None) -> Select[Any, Any]:
    """Patrons whose account time has ended are removed by the same policies."""
    column = DepartedPatron.valid_until if policy is Policy.UNIVERSITY_ENDED else DepartedPatron.last_use
    query = select(column, func.count()).group_by(column)
    if policy is Policy.UNIVERSITY_ENDED:
        query = query.where(DepartedPatron.kind == Kind.UNIVERSITY.value)
    return query.where(DepartedPatron.library == library) if library is not None else query


def _by_day(column: InstrumentedAttribute[date | None]) -> Select[Any, int]:
    return select(column, func.count()).select_from(Membership).group_by(column)


def _by_last_use() -> Select[Any, int]:
    """By the last use of the membership's cards, or the last sign-in to the account."""
    used = (
        select(Link.account_id, LibraryCard.library, func.max(CardActivity.last_at).label("at"))
        .join(LibraryCard, LibraryCard.id == Link.card_id)
        .join(CardActivity, CardActivity.card_id == LibraryCard.id)
        .where(Link.holder, Link.state == LinkState.ACTIVE.value)
        .group_by(Link.account_id, LibraryCard.library)
        .subquery()
    )
    last = case((used.c.at > Account.last_sign_in_at, used.c.at), else_=Account.last_sign_in_at)
    day = func.date(last)
    return (
        select(day, func.count())
        .select_from(Membership)
        .join(Account, Account.id == Membership.account_id)
        .join(
            used,
            (used.c.account_id == Membership.account_id) & (used.c.library == Membership.library),
            isouter=True,
        )
        .group_by(day)
    )


def _day(found: Any) -> date:
    """SQLite has no dates of its own: its functions answer with text."""
    return found if isinstance(found, date) else date.fromisoformat(str(found))
