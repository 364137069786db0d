"""Two accounts of one person become one: neither the time they belong to a library nor their wish to stay is lost."""

from datetime import UTC, date, datetime, timedelta

import pytest

from discovery_accounts.models import Membership
from discovery_accounts.services.retention.joining import at_merge
from tests.factories.ending import many
from tests.factories.portal import Portal
from tests.factories.rows import rows
from tests.fixtures.databases import ON_SQLITE


@ON_SQLITE
def test_the_longer_membership_goes_on_and_the_wish_to_stay_holds(portal: Portal) -> None:
    mine, other = many(portal, 2, days_ago=1)
    now = portal.clock()
    long_ago = now - timedelta(days=900)
    with portal.house.database.writing() as session:
        session.add(Membership(account_id=mine, library="lumme", kind="university", since=now, look_at=now))
        for library in ("lumme", "helka"):
            made = Membership(
                account_id=other, library=library, kind="university", since=long_ago, look_at=now
            )
            made.stay_at = now
            session.add(made)
    with portal.house.database.writing() as session:
        at_merge(session, mine, other, now)
    kept = {row.library: row for row in rows(portal.house, Membership) if row.account_id == mine}
    assert set(kept) == {"lumme", "helka"}
    assert (kept["lumme"].since, kept["lumme"].stay_at) == (long_ago, now)


ORDINARY: dict[str, object] = {"kind": "ordinary", "valid_until": date(2030, 1, 1)}
STUDENT: dict[str, object] = {"kind": "university", "valid_until": date(2026, 7, 31)}
NO_END: dict[str, object] = {"kind": "ordinary", "valid_until": None}
ENDED = datetime(2026, 1, 1, tzinfo=UTC)
STAYS: dict[str, object] = {**ORDINARY, "stay_at": ENDED}


@ON_SQLITE
@pytest.mark.parametrize(
    ("mine", "theirs", "becomes"),
    [
        (ORDINARY, STUDENT, STUDENT),
        (STUDENT, ORDINARY, STUDENT),
        ({**STUDENT, "ended_at": ENDED}, ORDINARY, ORDINARY),
        (ORDINARY, {**STUDENT, "ended_at": ENDED}, ORDINARY),
        (STUDENT, STAYS, STAYS),
        (STAYS, STUDENT, STAYS),
        (ORDINARY, {**ORDINARY, "valid_until": date(2031, 1, 1)}, {"valid_until": date(2031, 1, 1)}),
        ({**STUDENT, "valid_until": date(2027, 1, 1)}, STUDENT, {"valid_until": date(2027, 1, 1)}),
        (ORDINARY, NO_END, NO_END),
    ],
)
def test_what_counts_for_more_is_what_goes_on(
    portal: Portal, mine: dict[str, object], theirs: dict[str, object], becomes: dict[str, object]
) -> None:
    one, other = many(portal, 2, days_ago=1)
    now = portal.clock()
    later = now + timedelta(days=90)
    with portal.house.database.writing() as session:
        for account_id, told in ((one, mine), (other, theirs)):
            session.add(Membership(account_id=account_id, library="lumme", since=now, look_at=later, **told))
    with portal.house.database.writing() as session:
        at_merge(session, one, other, now)
    [row] = rows(portal.house, Membership, account_id=one)
    assert {name: getattr(row, name) for name in becomes} == becomes
    assert row.ended_at is None
