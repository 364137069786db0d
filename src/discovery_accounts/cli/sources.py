"""``sources check``: the self-test of the sources of new items, and how far each was read."""

import click

from discovery_accounts.cli.context import Context
from discovery_accounts.services.harvest_marks import Mark
from discovery_accounts.services.harvesting import UnknownSource
from discovery_accounts.services.source_checks import SourceChecks, SourceReport

_ADVICE = {
    "unreachable": "nobody answers there: look at the address, the name server and the firewall",
    "timed_out": "it answers too slowly: ask its people, or set a longer .timeout",
    "certificate": "its certificate is not valid for this name or has ended",
    "busy": "it asks to be left alone for a while: that is kept to",
    "redirected": "it sends us to another host, or round and round: set the address it leads to",
    "not_xml": "the answer is no XML, or was cut off",
    "not_oai_pmh": "something else answers there: the base URL of OAI-PMH is wanted, or it is switched off",
    "not_json": "something else answers there: the address is wanted",
    "not_solr": "the answer is none of a Solr core",
    "not_finna": "the answer is none of Finna’s API",
    "dtd_refused": "the XML declares a document type, which is never read",
    "too_large": "an answer is larger than 32 MB: ask for fewer records a page there",
    "token_loops": "its list comes back to where it was: a fault of the server, for its people",
    "nothing_comes": "its list goes on without records: a fault of the server, for its people",
    "oai_CannotDisseminateFormat": "it does not know that .format; its ListMetadataFormats tells which it knows",
    "oai_NoSetHierarchy": "it has no sets: leave .sets out",
    "oai_BadArgument": "it refuses what we ask for: look at .sets and .format",
    "folder_unreadable": "the folder is not there, or we may not read it",
}


@click.group()
def sources() -> None:
    """The sources of new items."""


@sources.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.pass_obj
def check(context: Context, names: tuple[str, ...]) -> None:
    """Read the first records of each source, or of those named, and write nothing down.

    Tells how far harvesting has come, too. Exits with 1 when one can't be read.
    """
    house = context.house()
    try:
        checks = SourceChecks(house)
        wanted = checks.names(names)
        if not wanted:
            click.echo("There are no sources: accounts.sources is left out.")
        reports = [_checked(checks, name) for name in wanted]
    except UnknownSource as unknown:
        known = ", ".join(checks.names()) or "none"
        raise click.UsageError(f"no source is called {unknown.args[0]!r}; there are: {known}") from None
    finally:
        house.close()
    if not all(report.ok for report in reports):
        click.get_current_context().exit(1)


def _checked(checks: SourceChecks, name: str) -> SourceReport:
    report = checks.check(name)
    click.echo(f"{name} ({report.kind})" if report.kind else name)
    for fault in report.faults:
        click.echo(f"  {_mark('✗', 'red')} {fault}")
    if report.code is not None:
        advice = _ADVICE.get(report.code)
        click.echo(f"  {_mark('✗', 'red')} can’t be read: {report.code}{f'; {advice}' if advice else ''}")
    elif not report.faults:
        _tell_records(report)
    if not report.faults:
        for line in _so_far(report.mark):
            click.echo(f"    {line}")
    return report


def _tell_records(report: SourceReport) -> None:
    mark = _mark("✓", "green") if report.ok else _mark("✗", "red")
    counts = f"{report.records} records, {report.deleted} deleted, {report.broken} left out as broken"
    click.echo(f"  {mark} its first page: {counts} ({report.seconds:.1f} s)")
    for one in report.samples:
        click.echo(
            f"      {one.record_id}: {one.title[:60]} ({one.format or 'no format'}, {one.year or 'no year'})"
        )
    if report.clock_off is not None:
        seconds = report.clock_off.total_seconds()
        ahead = "ahead of" if seconds > 0 else "behind"
        click.echo(f"  {_mark('!', 'yellow')} its clock is {abs(seconds):.0f} s {ahead} ours")


def _so_far(mark: Mark) -> list[str]:
    if mark.tried_at is None:
        return ["never read"]
    told = [f"last read whole {mark.read_at:%Y-%m-%d %H:%M} UTC" if mark.read_at else "never read whole yet"]
    if mark.place is not None and mark.begun_at is not None:
        told.append(f"a reading of {mark.begun_at:%Y-%m-%d %H:%M} UTC goes on")
    if mark.wait_until is not None:
        told.append(f"asked to be left alone until {mark.wait_until:%Y-%m-%d %H:%M} UTC")
    if mark.error is not None:
        told.append(f"the last try, {mark.tried_at:%Y-%m-%d %H:%M} UTC, ended with {mark.error}")
    return told


def _mark(sign: str, colour: str) -> str:
    return click.style(sign, fg=colour)
