"""What a policy would do: how many end in each coming month, if nobody comes back (counted, nobody is named).

The history is dated already: last sign-ins, last uses of cards, last valid days. Counted in the database by day, so
that two million accounts are a few thousand rows here. Obligations, and who comes back, make it fewer.

Single people's days can't be counted out (rules 9.5): months are put together before a policy's own months are added,
so that every number of months shows sums of the same groups, none of them small.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, literal, select

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.retention import Endings, Kind, Policy, endings_ahead, months_around, start_of
from discovery_accounts.domain.small_groups import Published, common_rows, merged
from discovery_accounts.models import Account, CardActivity, DepartedPatron, LibraryCard, Link, Membership
from discovery_accounts.services.house import House
from discovery_accounts.services.kept_tables import Kept, keep, kept

SIMULATED = (Policy.IDLE_ACCOUNT, Policy.UNIVERSITY_ENDED, Policy.IDLE_PATRON)
_NO_LIBRARY = ""
"""Accounts are of no library."""
_TABLE = "table"


@dataclass(frozen=True, slots=True)
class Simulated:
    """``of`` is how many of the policy have a day from which its months count. ``libraries`` are those counted.
    ``endings`` is empty where they are too few to be told, and where none ends so soon."""

    policy: Policy
    libraries: tuple[str, ...]
    of: int
    endings: tuple[Endings, ...]
    counted_at: datetime

    @property
    def total(self) -> int:
        return sum(one.count for one in self.endings)


def simulate(
    house: House, policy: Policy, months: int, allowed: Collection[str] | None, library: str | None = None
) -> Simulated:
    """This month and the next twelve under ``policy`` with so many ``months``: of the ``allowed`` libraries (``None``:
    of all), or of one of them, together with those that it is counted with. Accounts are of no library."""
    found = _counted(house, policy)
    table = found.tables[_TABLE]
    places = [] if table is None else _places(table, allowed, library)
    if table is None or not places:
        return Simulated(policy, (), 0, (), found.counted_at)
    counts = [sum(table.cells[place][at] for place in places) for at in range(len(table.columns))]
    groups = [
        (date.fromisoformat(names[0]), date.fromisoformat(names[-1]), count)
        for names, count in zip(table.columns, counts, strict=True)
    ]
    names = tuple(name for place in places for name in table.rows[place] if name != _NO_LIBRARY)
    endings = endings_ahead(groups, months, house.now().date())
    return Simulated(policy, names, sum(counts), endings, found.counted_at)


def _places(table: Published, allowed: Collection[str] | None, library: str | None) -> list[int]:
    """Lines of the table that may be shown: those whose libraries are all allowed."""
    return [
        place
        for place, names in enumerate(table.rows)
        if names == (_NO_LIBRARY,)
        or (
            (allowed is None or all(name in allowed for name in names))
            and (library is None or library in names)
        )
    ]


def _counted(house: House, policy: Policy) -> Kept:
    what = f"endings:{policy.value}"
    found = kept(house, what)
    if found is not None:
        return found
    now, least = house.now(), house.settings.insight.threshold
    today = now.date()
    to_come = policy is Policy.UNIVERSITY_ENDED
    cells: Counter[tuple[str, str]] = Counter()
    totals: Counter[str] = Counter()
    with house.database.reading() as session:
        for query in (_query(policy), *_departed(policy)):
            for library, day, count in session.execute(query):
                cells[library, start_of(_day(day), today, to_come=to_come).isoformat()] += count
                totals[library] += count
    columns = [month.isoformat() for month in months_around(today, to_come=to_come)]
    counted = Kept(now, {_TABLE: merged(cells, common_rows(totals, least), columns, least)})
    keep(house, what, counted)
    return counted


def _query(policy: Policy) -> Select[Any, Any, int]:
    """Library, day and how many: those that are not over yet, nor kept from ending, and whose day is known."""
    if policy is Policy.IDLE_PATRON:
        return _by_last_use().where(Membership.ended_at.is_(None))
    if policy is Policy.IDLE_ACCOUNT:
        signed_in = func.date(Account.last_sign_in_at)
        accounts = select(literal(_NO_LIBRARY), signed_in, func.count())
        live = Account.ended_at.is_(None), Account.protected_at.is_(None)
        return accounts.where(*live).group_by(signed_in)
    day = Membership.valid_until
    return (
        select(Membership.library, day, func.count())
        .where(Membership.ended_at.is_(None), Membership.kind == Kind.UNIVERSITY.value, day.is_not(None))
        .group_by(Membership.library, day)
    )


def _departed(policy: Policy) -> tuple[Select[Any, Any, int], ...]:
    """Patrons whose account time has ended are removed by the same policies."""
    if policy is Policy.IDLE_ACCOUNT:
        return ()
    of_university = policy is Policy.UNIVERSITY_ENDED
    day = DepartedPatron.valid_until if of_university else DepartedPatron.last_use
    query = select(DepartedPatron.library, day, func.count()).where(day.is_not(None))
    query = query.where(DepartedPatron.kind == Kind.UNIVERSITY.value) if of_university else query
    return (query.group_by(DepartedPatron.library, day),)


def _by_last_use() -> Select[Any, Any, int]:
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
        select(Membership.library, day, func.count())
        .select_from(Membership)
        .join(Account, Account.id == Membership.account_id)
        .join(
            used,
            (used.c.account_id == Membership.account_id) & (used.c.library == Membership.library),
            isouter=True,
        )
        .group_by(Membership.library, day)
    )


def _day(found: Any) -> date:
    """SQLite has no dates of its own: its functions answer with text."""
    return found if isinstance(found, date) else date.fromisoformat(str(found))
