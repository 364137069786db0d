"""Alerts that have found something, written straight into the database: what tells of it begins there."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from discovery_accounts.domain.alert_times import Frequency
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.models import (
    Account,
    Alert,
    AlertNews,
    AlertQuery,
    CatalogueRecord,
    MatchRun,
    QueryMatch,
)
from discovery_accounts.services.alerts.slots import slot_for
from discovery_accounts.services.alerts.stopping import stop_hash
from discovery_accounts.services.catalogue import take_in
from discovery_accounts.services.house import House
from tests.factories.portal import Portal


def records(house: House, count: int, title: str = "Book") -> list[int]:
    """Ids of so many new records in the catalogue."""
    found = [
        NewRecord(f"{title} {number}", "finna", f"{title} {number}", authors=("Writer, A.",), year=2026)
        for number in range(count)
    ]
    take_in(house, found, house.now())
    with house.database.reading() as session:
        query = select(CatalogueRecord.id).where(
            CatalogueRecord.record_id.in_([one.record_id for one in found])
        )
        return list(session.scalars(query.order_by(CatalogueRecord.id)))


def alert(
    house: House, account_id: uuid.UUID, name: str = "Whales", frequency: str = "instant", **more: Any
) -> uuid.UUID:
    """One of an account, that tells by mail."""
    now = house.now()
    with house.database.writing() as session:
        query = AlertQuery(id=uuid.uuid4().int >> 68, hash=uuid.uuid4().hex, written="{}")
        session.add(query)
        session.flush()
        slot = slot_for(session, Frequency(frequency), more.pop("weekday", None), 7, "Europe/Helsinki")
        row = Alert(
            id=uuid.uuid4(),
            account_id=account_id,
            query_id=query.id,
            slot_id=slot,
            name=name,
            query="whales",
            filters={},
            language="en",
            created_at=now,
            since=now,
            changed_at=now,
            opened_at=now,
            **more,
        )
        row.stop_hash = stop_hash(house, row.id)
        session.add(row)
        return row.id


def found(house: House, alert_id: uuid.UUID, record_ids: Sequence[int], at: datetime | None = None) -> None:
    """A run finds these records for one alert."""
    now = at or house.now()
    with house.database.writing() as session:
        run = MatchRun(started_at=now, finished_at=now, records=len(record_ids))
        session.add(run)
        session.flush()
        match = QueryMatch(
            run_id=run.id,
            query_id=session.get_one(Alert, alert_id).query_id,
            total=len(record_ids),
            records=json.dumps(list(record_ids)),
        )
        session.add(match)
        session.flush()
        session.add(AlertNews(alert_id=alert_id, match_id=match.id, at=now))


def account_of(portal: Portal) -> uuid.UUID:
    """The only account there is."""
    with portal.house.database.reading() as session:
        return session.scalars(select(Account.id)).one()


def many(portal: Portal, count: int, titles: int = 3) -> None:
    """So many accounts with an address, each with an alert that has found the same few records."""
    house, now = portal.house, portal.clock()
    ids = records(house, titles)
    first = [
        {
            "id": uuid.uuid4(),
            "created_at": now,
            "last_sign_in_at": now,
            "email": f"reader{number}@example.org",
            "email_source": "library",
            "language": "en",
        }
        for number in range(count)
    ]
    with house.database.writing() as session:
        session.execute(insert(Account), first)
        query = AlertQuery(id=uuid.uuid4().int >> 68, hash=uuid.uuid4().hex, written="{}")
        run = MatchRun(started_at=now, finished_at=now, records=titles)
        session.add_all([query, run])
        session.flush()
        match = QueryMatch(run_id=run.id, query_id=query.id, total=titles, records=json.dumps(ids))
        session.add(match)
        slot = slot_for(session, Frequency.INSTANT, None, 7, "Europe/Helsinki")
        session.flush()
        alerts = [
            {
                "id": uuid.uuid4(),
                "account_id": one["id"],
                "query_id": query.id,
                "slot_id": slot,
                "name": "Whales",
                "query": "whales",
                "filters": {},
                "language": "en",
                "by_email": True,
                "by_feed": False,
                "feed_version": 0,
                "created_at": now,
                "since": now,
                "changed_at": now,
                "opened_at": now,
            }
            for one in first
        ]
        session.execute(insert(Alert), alerts)
        news = [{"alert_id": one["id"], "match_id": match.id, "at": now} for one in alerts]
        session.execute(insert(AlertNews), news)
