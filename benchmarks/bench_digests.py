"""Very many due digests: written by a worker that is killed again and again, then sent; nothing twice, nothing lost.

``bench_digests.py 100000`` takes some minutes; fewer are enough to see whether the figures have changed.
"""

import json
import sys
import time
import uuid
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from _processes import NotStarted, child, first_word
from _table import Row, none_of, show, told
from sqlalchemy import func, insert, select

from discovery_accounts.domain.alert_times import Frequency
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.models import (
    Account,
    Alert,
    AlertNews,
    AlertQuery,
    CatalogueRecord,
    MatchRun,
    OutboxMessage,
    QueryMatch,
)
from discovery_accounts.models.database import Database, open_engine
from discovery_accounts.services import schema
from discovery_accounts.services.alert_digests import AlertDigests
from discovery_accounts.services.alerts.slots import slot_for
from discovery_accounts.services.catalogue import take_in
from discovery_accounts.services.house import House
from discovery_accounts.services.opening import open_house
from discovery_accounts.web.application import checked_settings

COUNT = 20_000
TITLES = 5
KILLS = 3
LONG = 3600.0
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)


def opened(folder: Path) -> House:
    values = {
        "accounts.stage": "development",
        "accounts.database_url": f"sqlite:///{folder / 'accounts.db'}",
        "accounts.keys": f"file:{folder / 'keys.json'}",
        "accounts.mail_url": f"folder:{folder / 'mail'}",
        "accounts.mail_from": "accounts@library.example",
        "accounts.record_url": "https://catalogue.example/Record/{record_id}",
        "accounts.schedule": "no",
    }
    return open_house(checked_settings(values), clock=lambda: NOW)


def fill(house: House, count: int) -> None:
    """So many accounts, each with an alert that has found the same records."""
    new = [NewRecord(str(one), "catalogue", f"Book {one}", ("Writer, A.",)) for one in range(TITLES)]
    take_in(house, new, NOW)
    with house.database.writing() as session:
        ids = list(session.scalars(select(CatalogueRecord.id)))
        query = AlertQuery(id=1, hash="0", written="{}")
        run = MatchRun(started_at=NOW, finished_at=NOW, records=TITLES)
        session.add_all([query, run])
        session.flush()
        match = QueryMatch(run_id=run.id, query_id=query.id, total=TITLES, records=json.dumps(ids))
        session.add(match)
        slot = slot_for(session, Frequency.INSTANT, None, 7, "Europe/Helsinki")
        session.flush()
        shared = {"query_id": query.id, "slot_id": slot, "name": "Whales", "query": "whales", "filters": {}}
        shared |= {"language": "en", "by_email": True, "by_feed": False, "feed_version": 0}
        shared |= dict.fromkeys(("created_at", "since", "changed_at", "opened_at"), NOW)
        for start in range(0, count, 5000):
            people = [uuid.uuid4() for _ in range(start, min(start + 5000, count))]
            alerts = [uuid.uuid4() for _ in people]
            session.execute(insert(Account), [_account(one) for one in people])
            rows = [{"id": one, "account_id": who, **shared} for one, who in zip(alerts, people, strict=True)]
            session.execute(insert(Alert), rows)
            session.execute(
                insert(AlertNews), [{"alert_id": one, "match_id": match.id, "at": NOW} for one in alerts]
            )


def _account(account_id: uuid.UUID) -> dict[str, object]:
    address = f"{account_id.hex}@example.org"
    moments = {"created_at": NOW, "last_sign_in_at": NOW}
    return {"id": account_id, "email": address, "email_source": "library", "language": "en", **moments}


def worker(connection: Connection, folder: Path) -> None:
    house = opened(folder)
    connection.send("begun")
    house_cpu, began = time.process_time(), time.perf_counter()
    report = AlertDigests(house).compose(NOW, 10**9, seconds=LONG)
    connection.send((report.composed, time.process_time() - house_cpu, time.perf_counter() - began))
    house.close()


def written(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


def untold(house: House) -> int:
    with house.database.reading() as session:
        query = select(func.count()).select_from(AlertNews).where(AlertNews.told_at.is_(None))
        return session.scalar(query) or 0


def measure(folder: Path, count: int) -> list[Row]:
    database = Database(open_engine(f"sqlite:///{folder / 'accounts.db'}"))
    schema.upgrade(database)
    database.close()
    house = opened(folder)
    fill(house, count)
    torn = 0
    for kill in range(1, KILLS + 1):
        with child(worker, folder) as connection:
            first_word(connection, "worker")
            while written(house) < count * kill // (2 * KILLS):
                if connection.poll(0.02):
                    raise NotStarted("the worker ended by itself")
        torn += written(house) + untold(house) != count
    before = written(house)
    with child(worker, folder) as connection:
        first_word(connection, "worker")
        composed, cpu, wall = connection.recv()
    with house.database.reading() as session:
        people = session.scalar(select(func.count(OutboxMessage.account_id.distinct()))) or 0
    twice, lost = written(house) - people, count - people
    house.close()
    return [
        told("killed after", before, "digests", f"{KILLS} times"),
        told(
            "written by the one that lived",
            composed / wall,
            "digests/s",
            f"{1000 * cpu / composed:.2f} ms CPU each",
        ),
        none_of("told and not written, after a kill", torn, KILLS),
        none_of("digests written twice", twice, count),
        none_of("digests lost", lost, count),
    ]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with TemporaryDirectory() as folder:
        rows = measure(Path(folder), count)
    show(
        f"{count} due digests of alerts",
        rows,
        "SQLite; each worker but the last is ended in its midst.",
    )


if __name__ == "__main__":
    main()
