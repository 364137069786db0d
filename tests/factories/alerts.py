"""Alerts that found something: records taken in, and what one run found, written as the matching writes it."""

import json
import uuid
from collections.abc import Sequence

from sqlalchemy import select, update

from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.models import Alert, AlertNews, Base, CatalogueRecord, MatchRun, QueryMatch
from discovery_accounts.services.catalogue import take_in
from tests.factories.portal import Client, Portal


def made(client: Client, query: str = "jansson", **more: object) -> str:
    """The id of a new alert."""
    found: str = client.call("POST", "/alerts", {"query": query, **more}, status=201).json["id"]
    return found


def record(number: int, title: str = "Trollvinter", **more: object) -> NewRecord:
    told = {"authors": ("Jansson, Tove",), "year": 1957, "format": "book", **more}
    return NewRecord(str(number), "lumme", title, **told)  # type: ignore[arg-type]  # as each test says


def finds(portal: Portal, alert_id: str, records: Sequence[NewRecord]) -> None:
    """One run that finds these for an alert, in this order."""
    house = portal.house
    take_in(house, records, house.now())
    with house.database.writing() as session:
        alert = session.get_one(Alert, uuid.UUID(alert_id))
        run = MatchRun(started_at=house.now(), finished_at=house.now(), records=len(records))
        session.add(run)
        session.flush()
        ids = dict(session.execute(select(CatalogueRecord.record_id, CatalogueRecord.id)).all())
        matched = [ids[one.record_id] for one in records]
        match = QueryMatch(
            run_id=run.id, query_id=alert.query_id, total=len(matched), records=json.dumps(matched)
        )
        session.add(match)
        session.flush()
        session.add(AlertNews(alert_id=alert.id, match_id=match.id, at=house.now()))


def set_all(portal: Portal, model: type[Base], **values: object) -> None:
    """Every row of a table has these values from now on."""
    with portal.house.database.writing() as session:
        session.execute(update(model).values(values))
