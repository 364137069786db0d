"""Two accounts of one person become one: neither the time they belong to a library nor their wish to stay is lost."""

from datetime import timedelta

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
        at_merge(session, mine, other)
    kept = {row.library: row for row in rows(portal.house, Membership) if row.account_id == mine}
    assert set(kept) == {"lumme", "helka"}
    assert (kept["lumme"].since, kept["lumme"].stay_at) == (long_ago, now)
