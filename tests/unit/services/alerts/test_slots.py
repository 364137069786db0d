"""The times of alerts' mails: shared by all, at the hour of the account's own digest."""

from tests.factories.alerts import made
from tests.factories.portal import Portal
from tests.factories.rows import count, rows

from discovery_accounts.domain.alert_times import Frequency
from discovery_accounts.models import Account, Alert, AlertSlot, Digest
from discovery_accounts.services.alerts.slots import DEFAULT_HOUR, hour_and_zone, move_slots, slot_for


def test_the_same_times_are_one_slot_and_what_does_not_count_makes_no_other(portal: Portal) -> None:
    with portal.house.database.writing() as session:
        daily = slot_for(session, Frequency.DAILY, None, 7, "Europe/Helsinki")
        assert slot_for(session, Frequency.DAILY, 3, 7, "Europe/Helsinki") == daily
        weekly = slot_for(session, Frequency.WEEKLY, 3, 7, "Europe/Helsinki")
        assert slot_for(session, Frequency.WEEKLY, 4, 7, "Europe/Helsinki") != weekly
        instant = slot_for(session, Frequency.INSTANT, None, 7, "Europe/Helsinki")
        assert slot_for(session, Frequency.INSTANT, 2, 9, "Europe/Oslo") == instant
    assert count(portal.house, AlertSlot) == 4


def test_alerts_follow_the_hour_that_their_owner_chooses_for_the_digest(portal: Portal) -> None:
    client = portal.signed_in_client()
    for frequency in ("daily", "weekly", "instant"):
        made(client, frequency=frequency)
    [account] = rows(portal.house, Account)
    with portal.house.database.writing() as session:
        assert hour_and_zone(portal.house, session, account.id) == (DEFAULT_HOUR, "Europe/Helsinki")
        session.add(
            Digest(account_id=account.id, wanted=False, hour=18, timezone="Europe/Oslo", titles=False)
        )
        session.flush()
        move_slots(portal.house, session, account.id)
    slots = {row.id: row for row in rows(portal.house, AlertSlot)}
    now = {(slots[one.slot_id].frequency, slots[one.slot_id].hour) for one in rows(portal.house, Alert)}
    assert now == {("daily", 18), ("weekly", 18), ("instant", -1)}
