"""``audit verify``: was the audit changed? ``audit export``: the audit as lines of JSON, to be kept elsewhere."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime

import click

from discovery_accounts.cli.blocks import json_option, opened
from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.cli.progress import Telling
from discovery_accounts.cli.run import Moment
from discovery_accounts.services.audit_chain.export import count_lines, export_lines
from discovery_accounts.services.audit_chain.sealing import seal, waiting
from discovery_accounts.services.audit_chain.verifying import Fault, VerifyReport, verify

_WORDS = {
    Fault.MARK: "where the chain begins and ends is not signed with the keys of this portal",
    Fault.MISSING: "a seal was removed",
    Fault.ORDER: "the seal does not follow the one before it",
    Fault.EVENT_GONE: "its event was removed",
    Fault.CHANGED: "the seal or its event was changed",
    Fault.DIFFERS: "the event says something else than was sealed",
    Fault.INSERTED: "a seal or an event was put in from outside",
    Fault.ACCOUNT_REMOVED: "the event was taken away from its account",
    Fault.END: "the chain ends differently than it was left",
}


@click.group()
def audit() -> None:
    """What happened, and whether anybody changed what was written of it."""


@audit.command("verify")
@json_option
@click.pass_obj
def verify_command(context: Context, as_json: bool) -> None:
    """Read the whole chain of seals and compare every event with its seal.

    Events that wait are sealed first. Ends with 1 and the first sequence that does not hold. The digest at the end,
    written down elsewhere, shows later that the database was not put back to an older day.
    """
    with opened(context) as house, Telling("Checking") as progress:
        report = verify(house, progress)
    if as_json:
        click.echo(json.dumps(_numbers(report)))
    if report.broken is not None:
        raise Failed(f"broken at sequence {report.broken.sequence}: {_WORDS[report.broken.fault]}")
    if not as_json:
        click.echo(
            f"The chain holds: {report.checked} seals checked, {report.first + 1} to {report.last}, "
            f"{report.unreadable} of them of erased people; {report.sealed} added now.\n"
            f"Digest: {report.last_digest}"
        )


@audit.command("export")
@click.option("--since", type=Moment(), help="Events from this time on.")
@click.option("--until", type=Moment(), help="Events up to this time, which is included.")
@click.pass_obj
def export_command(context: Context, since: datetime | None, until: datetime | None) -> None:
    """Write sealed events to standard output, one line of JSON each. That it was done is in the audit, too."""
    if since is not None and until is not None and until < since:
        raise click.UsageError("--until is before --since")
    with opened(context) as house:
        seal(house, max(1, waiting(house)))
        _write(export_lines(house, since, until), count_lines(house, since, until))


def _write(lines: Iterator[str], total: int) -> None:
    """Where the lines go to a terminal themselves, nothing is told between them."""
    with Telling("Exporting") as progress:
        for number, line in enumerate(lines, 1):
            click.echo(line)
            if not sys.stdout.isatty():
                progress(number, max(number, total))


def _numbers(report: VerifyReport) -> dict[str, object]:
    broken = report.broken
    return {
        "holds": broken is None,
        "sealed": report.sealed,
        "checked": report.checked,
        "unreadable": report.unreadable,
        "first": report.first + 1,
        "last": report.last,
        "digest": report.last_digest,
        "broken": None if broken is None else {"sequence": broken.sequence, "fault": broken.fault.value},
    }
