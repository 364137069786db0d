"""Alerts in the database, as if people had made them, and records for them."""

import uuid

from discovery_accounts.domain.alert_filters import read_filters
from discovery_accounts.domain.alert_query import read_query
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.models import Account, Alert, AlertSlot
from discovery_accounts.services.alerts.normal_form import written
from discovery_accounts.services.alerts.queries import take_query
from tests.factories.portal import Portal


def alerts(portal: Portal, *queries: str, by_email: bool = True) -> list[uuid.UUID]:
    """Alerts of one account with these queries."""
    now = portal.house.now()
    made = []
    with portal.house.database.writing() as session:
        account_id = uuid.uuid4()
        account = Account(id=account_id, created_at=now, last_sign_in_at=now)
        slot = AlertSlot(frequency="daily", timezone=account_id.hex)
        session.add_all([account, slot])
        session.flush()
        for query in queries:
            times = {"created_at": now, "since": now, "changed_at": now, "opened_at": now}
            alert = Alert(
                account_id=account.id,
                query_id=take_query(session, written(read_query(query), read_filters({}), "en")),
                slot_id=slot.id,
                name=query,
                query=query,
                filters={},
                language="en",
                by_email=by_email,
                by_feed=not by_email,
                **times,
            )
            session.add(alert)
            session.flush()
            made.append(alert.id)
    return made


def records(*titles: str) -> list[NewRecord]:
    return [NewRecord(title[:100], "test", title) for title in titles]
