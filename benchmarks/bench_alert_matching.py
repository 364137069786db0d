"""A million alerts against ten thousand new records, from the database to news that wait for their mails; against one
full-text query an alert, as saved searches are run elsewhere."""

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from _alert_database import NOW, fill, normal_forms, opened
from _alerts import Catalogue, Made, Saved, saved_queries, sharers
from _full_text import expression, found, full_text
from _table import Row, at_most, below, none_of, show, told

from discovery_accounts.domain.alert_filters import read_filters
from discovery_accounts.domain.alert_query import read_query
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.services.alerts import normal_form
from discovery_accounts.services.alerts.index import DayIndex
from discovery_accounts.services.alerts.matching import Matching

ALERTS, DISTINCT, RECORDS, INDEX = 1_000_000, 300_000, 10_000, 310_000
FEWER = 100
"""How many times fewer alerts the small database has."""
SAMPLE = 2_000
"""Alerts whose full-text queries are run; the time is scaled to all of them."""


def match_once(path: Path) -> None:
    """In a process of its own: one matching, its figures as a line of JSON. Its memory is asked of Linux: getrusage
    would count that of the process that started it."""
    house = opened(path)
    before = time.process_time()
    report = Matching(house).run(NOW, RECORDS)
    cpu = time.process_time() - before
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    print(json.dumps({"cpu": cpu, "peak": peak / 1024, "alerts": report.alerts, "matches": report.matches}))


def matched(path: Path) -> dict[str, float]:
    ran = subprocess.run([sys.executable, __file__, str(path)], check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return figures


def one_by_one(path: Path, connection: sqlite3.Connection, newer_than: int) -> tuple[float, float]:
    """CPU seconds of all alerts, from a sample of them, and of these what the searches alone take: each alert is read
    from the database, its query is read and asked, and what was found is written down for it."""
    database = sqlite3.connect(path, isolation_level=None)
    ids = random.Random(13).sample([row[0] for row in database.execute("SELECT id FROM alert")], SAMPLE)
    database.execute(
        "CREATE TEMP TABLE found (alert_id CHAR(32), record INTEGER, PRIMARY KEY (alert_id, record))"
    )
    searching, before = 0.0, time.process_time()
    database.execute("BEGIN")
    for alert_id in ids:
        row = database.execute(
            "SELECT query, filters, language FROM alert WHERE id = ?", (alert_id,)
        ).fetchone()
        asked = expression(read_query(row[0]), read_filters(json.loads(row[1])).folded(), row[2])
        asking = time.process_time()
        records = found(connection, asked, newer_than)
        searching += time.process_time() - asking
        database.executemany("INSERT INTO found VALUES (?, ?)", [(alert_id, record) for record in records])
    database.execute("COMMIT")
    cpu = time.process_time() - before
    database.close()
    return cpu * ALERTS / SAMPLE, searching * ALERTS / SAMPLE


def other_answers(connection: sqlite3.Connection, saved: Sequence[Saved], day: Sequence[NewRecord]) -> int:
    """How many of the queries the full-text index answers otherwise than we do."""
    index, others = DayIndex(day), 0
    for one, form in zip(saved, normal_forms(saved), strict=True):
        ours = [place + 1 for place in index.match(normal_form.compile(form))]
        asked = expression(read_query(one.text), read_filters(one.filters).folded(), one.language)
        others += ours != found(connection, asked)
    return others


def new_records(pool: Sequence[Made]) -> list[NewRecord]:
    """A day's records; one in seven is a new edition of a known work."""
    made = list(Catalogue(3).made(RECORDS))
    for number in range(0, RECORDS, 7):
        known = pool[number * 13 % len(pool)]
        made[number] = replace(made[number], title=known.title, authors=known.authors)
    return [one.record(number) for number, one in enumerate(made)]


def measure(folder: Path) -> tuple[list[Row], str]:
    pool = list(Catalogue(105).made(INDEX - RECORDS))
    saved = saved_queries(DISTINCT, pool)
    forms, shared, day = normal_forms(saved), sharers(DISTINCT, ALERTS), new_records(pool)
    small = DISTINCT // FEWER
    fill(folder / "all.db", saved, forms, shared, day)
    fill(folder / "few.db", saved[:small], forms[:small], sharers(small, ALERTS // FEWER), day)
    of_day = full_text(day)
    whole = full_text([*(one.record(number) for number, one in enumerate(pool)), *day])
    few = matched(folder / "few.db")
    by_day, searching_day = one_by_one(folder / "all.db", of_day, 0)
    ours = matched(folder / "all.db")
    by_whole, searching_whole = one_by_one(folder / "all.db", whole, len(pool))
    cpu = ours["cpu"]
    rows = [
        below("CPU of the matching", cpu, 6, "s"),
        below("memory of its process", ours["peak"], 300, "MB"),
        _times("one FTS5 query an alert, day's records", by_day, cpu, 10),
        _times(f"the same, index of {INDEX:,}", by_whole, cpu, 30),
        told("of it the searches alone, day's records", searching_day / cpu, "times"),
        told(f"the same, index of {INDEX:,}", searching_whole / cpu, "times"),
        at_most(f"{FEWER} times the alerts", cpu, few["cpu"], 10, f"{few['alerts']:,.0f} alerts", "s"),
        told("pairs of alert and record found", ours["matches"], "pairs"),
        none_of("alerts that FTS5 answers otherwise", other_answers(of_day, saved[:SAMPLE], day), SAMPLE),
    ]
    return (
        rows,
        f"{ours['alerts']:,.0f} alerts, {len(set(forms)):,} different queries, {RECORDS:,} new records.",
    )


def _times(what: str, value: float, base: float, goal: float) -> Row:
    good = "pass" if value / base >= goal else "MISS"
    return Row(what, f"{value:.4g} s", f"{base:.4g} s matching", f"{value / base:.1f}", f"≥ {goal:g}", good)


def main() -> None:
    if len(sys.argv) > 1:
        match_once(Path(sys.argv[1]))
        return
    with TemporaryDirectory() as folder:
        rows, size = measure(Path(folder))
    show(
        "Alerts: all of them against a day's new records, SQLite",
        rows,
        size,
        f"CPU seconds; FTS5 of {SAMPLE:,} alerts drawn by chance, scaled to all. It has stems in columns of their own.",
    )


if __name__ == "__main__":
    main()
