"""A portal's database with very many alerts and a day's new records, written as quickly as SQLite can."""

import json
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from _alerts import Saved

from discovery_accounts.domain.alert_filters import read_filters
from discovery_accounts.domain.alert_query import read_query
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.models.database import Database, open_engine
from discovery_accounts.services import schema
from discovery_accounts.services.alerts.normal_form import hash_of, id_of, written
from discovery_accounts.services.house import House
from discovery_accounts.services.opening import open_house
from discovery_accounts.web.application import checked_settings

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
_AT = "2026-10-01 06:00:00.000000"


def opened(path: Path) -> House:
    values = {
        "accounts.stage": "development",
        "accounts.database_url": f"sqlite:///{path}",
        "accounts.keys": f"file:{path.parent / 'keys.json'}",
        "accounts.mail_url": f"folder:{path.parent / 'mail'}",
        "accounts.mail_from": "accounts@library.example",
        "accounts.schedule": "no",
    }
    return open_house(checked_settings(values), clock=lambda: NOW)


def normal_forms(saved: Sequence[Saved]) -> list[str]:
    return [written(read_query(one.text), read_filters(one.filters), one.language) for one in saved]


def fill(
    path: Path, saved: Sequence[Saved], forms: Sequence[str], shared: Sequence[int], day: Sequence[NewRecord]
) -> int:
    """A new database at ``path``. How many different queries it has: some mean the same."""
    database = Database(open_engine(f"sqlite:///{path}"))
    schema.upgrade(database)
    database.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    connection.execute("BEGIN")
    indexes = _dropped(connection)
    account = uuid.uuid4().hex
    connection.execute(
        "INSERT INTO account (id, created_at, last_sign_in_at) VALUES (?, ?, ?)", (account, _AT, _AT)
    )
    connection.execute(
        "INSERT INTO alert_slot (frequency, weekday, hour, timezone) VALUES ('daily', -1, 7, 'UTC')"
    )
    hashes = {form: hash_of(form) for form in forms}
    ids = {form: id_of(hash_) for form, hash_ in hashes.items()}
    connection.executemany(
        "INSERT INTO alert_query (id, hash, written) VALUES (?, ?, ?)",
        ((ids[form], hash_, form) for form, hash_ in hashes.items()),
    )
    connection.executemany(
        "INSERT INTO alert (id, account_id, query_id, slot_id, name, query, filters, language, by_email, by_feed,"
        " feed_version, created_at, since, changed_at, opened_at)"
        " VALUES (?, ?, ?, 1, ?, ?, ?, ?, 1, 0, 0, ?, ?, ?, ?)",
        _alerts(saved, forms, shared, ids, account),
    )
    seen = str(NOW - timedelta(hours=1)).replace("+00:00", ".000000")
    connection.executemany(
        "INSERT INTO catalogue_record (source, record_id, seen_at, new_at, content) VALUES (?, ?, ?, ?, ?)",
        ((one.source, one.record_id, seen, seen, one.to_json()) for one in day),
    )
    for sql in indexes:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return len(ids)


def _dropped(connection: sqlite3.Connection) -> list[str]:
    """How to make the indexes of alerts, which are gone: at the end they are made in a fraction of the time."""
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'alert' AND sql IS NOT NULL"
    ).fetchall()
    for name, _sql in indexes:
        connection.execute(f"DROP INDEX {name}")
    return [sql for _name, sql in indexes]


def _alerts(
    saved: Sequence[Saved], forms: Sequence[str], shared: Sequence[int], queries: dict[str, int], account: str
) -> Iterator[tuple[str | int, ...]]:
    """In the order of their ids, which is not that of their queries."""
    dice = Random(11)
    which = [number for number, count in enumerate(shared) for _ in range(count)]
    dice.shuffle(which)
    ids = sorted(f"{dice.getrandbits(128):032x}" for _ in which)
    for id_, number in zip(ids, which, strict=True):
        one = saved[number]
        yield (
            id_,
            account,
            queries[forms[number]],
            one.text[:200],
            one.text,
            json.dumps(one.filters),
            one.language,
        ) + (_AT,) * 4
