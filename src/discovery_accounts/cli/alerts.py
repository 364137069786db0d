"""``alerts match``: all alerts against a file of records, or against what waits."""

import json
import time
from datetime import datetime
from itertools import islice
from pathlib import Path

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.cli.progress import Telling
from discovery_accounts.cli.run import Moment
from discovery_accounts.cli.shard import Shard
from discovery_accounts.domain.new_record import MOST_SOURCE, NewRecord
from discovery_accounts.services.alerts.matching import WHOLE, Matching, MatchReport
from discovery_accounts.services.alerts.record_files import UnreadableFile, read_file
from discovery_accounts.services.catalogue import take_in
from discovery_accounts.services.house import House
from discovery_accounts.services.progress import Progress

_AT_ONCE = 1000
_MOST_TOLD = 20
_EVERYTHING = 10**9


@click.group()
def alerts() -> None:
    """New-item alerts."""


@alerts.command()
@click.option(
    "--records",
    "path",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    help="MARC (.mrc, .xml) or JSON lines (.jsonl), also packed by gzip. Left out: only what waits.",
)
@click.option("--source", default="file", show_default=True, help="The source of records that name none.")
@click.option("--shard", type=Shard(), default=WHOLE, help="Only this part of all queries, from 0/N.")
@click.option("--now", type=Moment(), help="Move the clock of this run.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.pass_obj
def match(
    context: Context,
    path: Path | None,
    source: str,
    shard: tuple[int, int],
    now: datetime | None,
    as_json: bool,
) -> None:
    """Match new records with all alerts.

    A record is new if it was never seen before, and an alert is told of it once. What can't be read is told of by
    its line and passed over. Exits with 1 when the file could not be read to its end.
    """
    if not source or len(source) > MOST_SOURCE or not source.isprintable():
        raise click.BadParameter(f"1 to {MOST_SOURCE} characters", param_hint="--source")
    began = time.monotonic()
    house = context.house()
    try:
        now = now or house.now()
        with Telling("Reading") as reading:
            read, problem = _take_in(house, path, source, now, reading) if path is not None else (0, None)
        with Telling("Matching") as matching:
            report = Matching(house).run(now, _EVERYTHING, shard, matching)
    finally:
        house.close()
    click.echo(_told(read, report, time.monotonic() - began, as_json=as_json))
    if problem is not None:
        raise Failed(f"the file could not be read to its end: {problem}")


def _take_in(
    house: House, path: Path, source: str, now: datetime, reading: Progress
) -> tuple[int, str | None]:
    """How many records were read, and what ended the reading early."""
    broken = _Broken()
    records = read_file(path, source, broken)
    problem: str | None = None
    read = 0
    while problem is None:
        some: list[NewRecord] = []
        try:
            some.extend(islice(records, _AT_ONCE))
        except UnreadableFile as unreadable:
            problem = unreadable.code
        if not some:
            break
        take_in(house, some, now)
        read += len(some)
        reading(read, None)
    click.echo(f"Read {read:,} records.", err=True)
    broken.sum_up()
    return read, problem


class _Broken:
    """Tells of the first records that were passed over, and how many there were."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, number: int, reason: str) -> None:
        self._count += 1
        if self._count <= _MOST_TOLD:
            click.echo(f"line or record {number}: {reason}", err=True)

    def sum_up(self) -> None:
        if self._count:
            click.echo(f"{self._count:,} could not be read and were passed over.", err=True)


def _told(read: int, report: MatchReport, seconds: float, *, as_json: bool) -> str:
    numbers = {
        "records": read,
        "alerts": report.alerts,
        "distinct": report.distinct,
        "matches": report.matches,
        "seconds": round(seconds, 3),
    }
    if as_json:
        return json.dumps(numbers)
    return (
        f"{report.records:,} new records, {report.alerts:,} alerts with {report.distinct:,} different queries:"
        f" {report.matches:,} matches in {seconds:.1f} s"
    )
