"""``logins check``: the self-test of the ways of signing in."""

import json
from typing import Any

import click

from discovery_accounts.cli.context import Context
from discovery_accounts.login.checks import Level, Step
from discovery_accounts.services.login_checks import LoginReport, UnknownLogin, check_logins

_MARKS = {Level.OK: "✓", Level.WARNING: "!", Level.FAILED: "✗"}
_COLOURS = {Level.OK: "green", Level.WARNING: "yellow", Level.FAILED: "red"}


@click.group()
def logins() -> None:
    """The ways of signing in, and the providers behind them."""


@logins.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each login.")
@click.pass_obj
def check(context: Context, names: tuple[str, ...], as_json: bool) -> None:
    """Test each login, or those named: settings, metadata, keys, certificates, connection.

    Nobody is signed in. Exits with 1 when something failed; warnings alone are 0.
    """
    house = context.house()
    try:
        reports = check_logins(house, names)
    except UnknownLogin as unknown:
        known = ", ".join(login.name for login in house.settings.logins)
        raise click.UsageError(f"no login is called {unknown.args[0]!r}; there are: {known}") from None
    finally:
        house.close()
    for report in reports:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False) if as_json else _lines(report))
    if not as_json:
        click.echo(_summary(reports))
    if any(report.level is Level.FAILED for report in reports):
        click.get_current_context().exit(1)


def _lines(report: LoginReport) -> str:
    return "\n".join([f"{report.name} ({report.kind})", *(_line(step) for step in report.steps), ""])


def _line(step: Step) -> str:
    mark = click.style(_MARKS[step.level], fg=_COLOURS[step.level])
    advice = f"\n      {step.advice}" if step.advice and step.level is not Level.OK else ""
    return f"  {mark} {step.what}: {step.found}{advice}"


def _summary(reports: tuple[LoginReport, ...]) -> str:
    counts = {level: sum(report.level is level for report in reports) for level in Level}
    told = {"well": Level.OK, "with warnings": Level.WARNING, "failed": Level.FAILED}
    words = ", ".join(f"{counts[level]} {word}" for word, level in told.items() if counts[level])
    return f"{len(reports)} login{'s' if len(reports) != 1 else ''}: {words}"


def _as_json(report: LoginReport) -> dict[str, Any]:
    steps = [
        {
            "what": step.what,
            "level": step.level.value,
            "found": step.found,
            "advice": step.advice or None,
            "until": step.until.isoformat() if step.until else None,
        }
        for step in report.steps
    ]
    return {"login": report.name, "kind": report.kind, "level": report.level.value, "steps": steps}
