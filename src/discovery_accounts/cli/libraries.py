"""``libraries check``: the self-test of the library systems."""

import json
import sys
from collections.abc import Callable

import click

from discovery_accounts.cli.context import Context
from discovery_accounts.connectors.api import CheckState, CheckStep, TestCard
from discovery_accounts.connectors.selftest.advice import ADVICE, TITLES
from discovery_accounts.domain.card_number import BadShape, check_pin
from discovery_accounts.services.house import House
from discovery_accounts.services.library_checks import LibraryChecks, LibraryReport, UnknownLibrary
from discovery_accounts.services.library_checks_text import as_json
from discovery_accounts.services.schema import DatabaseUnavailable

_MARKS = {CheckState.PASSED: "✓", CheckState.WARNED: "!", CheckState.FAILED: "✗", CheckState.SKIPPED: "–"}
_COLOURS = {CheckState.PASSED: "green", CheckState.WARNED: "yellow", CheckState.FAILED: "red"}


@click.group()
def libraries() -> None:
    """The library systems behind the portal."""


@libraries.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--card", help="Number of a card to test with, instead of the library's own test card.")
@click.option("--pin-stdin", is_flag=True, help="Read the PIN of that card, one line, from standard input.")
@click.option("--json", "in_json", is_flag=True, help="One JSON object for all.")
@click.pass_obj
def check(context: Context, names: tuple[str, ...], card: str | None, pin_stdin: bool, in_json: bool) -> None:
    """Test each library, or those named: name, connection, certificate, key, clock, test card, loans.

    The PIN is sent once. Exits with 1 when something failed; warnings alone are 0.
    """
    given = _card(card, pin_stdin)
    if given is not None and len(names) != 1:
        raise click.UsageError("--card belongs to one library: name it")
    house = context.house()
    try:
        checks = LibraryChecks(house)
        tell = None if in_json else _print
        reports = [_tested(house, name, given, tell) for name in checks.names(names)]
    except UnknownLibrary as unknown:
        known = ", ".join(house.gateway.states()) or "none"
        raise click.UsageError(f"no library is called {unknown.args[0]!r}; there are: {known}") from None
    except BadShape:
        raise click.UsageError("--card is no card number of this library") from None
    finally:
        house.close()
    if in_json:
        click.echo(json.dumps({"libraries": [as_json(report) for report in reports]}, ensure_ascii=False))
    else:
        click.echo(_summary(reports))
    if not all(report.ok for report in reports):
        click.get_current_context().exit(1)


def _card(number: str | None, pin_stdin: bool) -> TestCard | None:
    if number is None:
        if pin_stdin:
            raise click.UsageError("--pin-stdin belongs to --card")
        return None
    try:
        pin = check_pin(sys.stdin.readline().rstrip("\r\n")) if pin_stdin else None
    except BadShape:
        raise click.UsageError("standard input has no PIN in its first line") from None
    return TestCard(number, pin)


def _tested(
    house: House, name: str, card: TestCard | None, tell: Callable[[CheckStep], None] | None
) -> LibraryReport:
    checks = LibraryChecks(house)
    if tell is not None:
        click.echo(name)
    report = checks.run(name, card=card, tell=tell)
    if tell is not None:
        click.echo()
    if card is None:  # somebody else's card says nothing about the library
        try:
            checks.keep(report)
        except DatabaseUnavailable:
            click.echo("Not written down: the database can’t be used.", err=True)
    return report


def _print(step: CheckStep) -> None:
    mark = _MARKS[step.state]
    colour = _COLOURS.get(step.state)
    seconds = f" ({step.seconds:.1f} s)" if step.seconds >= 0.05 else ""
    click.echo(f"  {click.style(mark, fg=colour)} {TITLES[step.name]}: {step.found}{seconds}")
    if step.cause is not None:
        advice = ADVICE[step.cause]
        click.echo(f"      {advice.meaning}")
        click.echo(f"      Common causes: {advice.causes}.")
        click.echo(f"      Do: {advice.do}.")
        click.echo(f"      Ask: {advice.ask}.")


def _summary(reports: list[LibraryReport]) -> str:
    told = {"well": CheckState.PASSED, "with warnings": CheckState.WARNED, "failed": CheckState.FAILED}
    counts = {word: sum(report.state is state for report in reports) for word, state in told.items()}
    words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"{len(reports)} {'library' if len(reports) == 1 else 'libraries'}: {words or 'nothing to test'}"
