"""``run NAME``: one job now. ``schedule``: all jobs by the clock."""

import json
from datetime import UTC, datetime

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.cli.progress import Telling
from discovery_accounts.cli.shard import Shard
from discovery_accounts.jobs.runner import AlreadyRunning, Report, run_job
from discovery_accounts.jobs.schedule import run_schedule
from discovery_accounts.services.house import House
from discovery_accounts.services.job_table import JOBS
from discovery_accounts.services.university_feed.directory import directories


class Moment(click.ParamType[datetime]):
    """An ISO 8601 time; without a zone it is UTC."""

    name = "ISO8601"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time such as 2026-11-30T08:00:00Z", param, ctx)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


@click.command(
    help=f"Run one job now: {', '.join(sorted(JOBS))}. Of harvest, SOURCE names the one that is wanted; for "
    "sync-patrons it is a file of people, LOGIN=FILE for one of that login's people only, or the name of a login "
    "with a directory; for import-counts a CSV file."
)
@click.argument("name", metavar="JOB", type=click.Choice(sorted(JOBS)))
@click.argument("source", required=False)
@click.option("--dry-run", is_flag=True, help="Only count what would be done.")
@click.option("--limit", type=click.IntRange(min=1), help="How many rows this run may work on.")
@click.option("--now", type=Moment(), help="Move the clock of this run.")
@click.option("--shard", type=Shard(), default=(0, 1), help="Of match-alerts only this part, from 0/N.")
@click.option("--yes", "sure", is_flag=True, help="Of sync-patrons: end more than 5 % of the people by it.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.pass_obj
def run(
    context: Context,
    name: str,
    source: str | None,
    dry_run: bool,
    limit: int | None,
    now: datetime | None,
    shard: tuple[int, int],
    sure: bool,
    as_json: bool,
) -> None:
    if shard != (0, 1) and not JOBS[name].can_be_shared:
        raise click.UsageError(f"{name} is not done in parts")
    house = context.house()
    try:
        _check_source(house, name, source)
        with Telling(name) as progress:
            report = run_job(
                house,
                name,
                dry_run=dry_run,
                limit=limit,
                now=now,
                only=source,
                shard=shard,
                sure=sure,
                progress=progress,
            )
    except AlreadyRunning:
        if as_json:
            click.echo(json.dumps({"job": name, "error": "already_running"}))
        raise Failed(f"{name} is running already, in this or another process") from None
    finally:
        house.close()
    click.echo(json.dumps(report.as_json()) if as_json else _words(report))
    if report.done.failed is not None:
        raise Failed(report.done.failed)


def _check_source(house: House, job: str, source: str | None) -> None:
    if source is None:
        if job == "import-counts" and house.settings.insight.counts_file is None:
            raise click.UsageError("give it a FILE, or name one in accounts.insight.counts_file")
        if job == "sync-patrons" and not directories(house):
            raise click.UsageError("give it a FILE; no login of kind ldap has a .library")
        return
    if job in {"sync-patrons", "import-counts"}:
        return
    if job != "harvest":
        raise click.UsageError("only harvest, sync-patrons and import-counts take a source")
    known = house.sources.opened
    if source not in known:
        names = ", ".join(known) or "none"
        raise click.UsageError(f"no source is called {source!r}; there are: {names}")


@click.command()
@click.pass_obj
def schedule(context: Context) -> None:
    """Run all jobs by the clock, until ended."""
    context.set_up_logging()
    house = context.house()
    try:
        run_schedule(house)
    except KeyboardInterrupt:
        click.echo("Ended.")
    finally:
        house.close()


def _words(report: Report) -> str:
    did = ", ".join(f"{count} {word}" for word, count in report.done.did.items()) or "nothing"
    told = {reason: count for reason, count in report.done.kept.items() if reason != report.done.failed}
    kept = "".join(f"\n  kept {count}: {reason}" for reason, count in told.items())
    return f"{report.job}: {did}; {report.done.left} left{kept}"
