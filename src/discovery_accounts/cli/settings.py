"""``settings check`` and ``settings show``."""

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.config.reference import show as shown
from discovery_accounts.connectors.registry import open_libraries


@click.group()
def settings() -> None:
    """The settings: every fault at once, or all of them with secrets hidden."""


@settings.command()
@click.pass_obj
def check(context: Context) -> None:
    """Exit with 1 when anything is wrong, with key, fault and an example for each."""
    found = context.settings()
    faults = [fault for faulty in open_libraries(found).faults.values() for fault in faulty]
    for warning in found.warnings:
        click.echo(f"Warning: {warning}")
    if faults:
        lines = [f"{fault.key}: {fault.problem} (for example: {fault.example})" for fault in faults]
        raise Failed("\n".join(["These libraries are not available:", *lines]))
    click.echo(f"No fault. Libraries: {', '.join(library.name for library in found.libraries) or 'none'}.")


@settings.command()
@click.pass_obj
def show(context: Context) -> None:
    """All settings as they are in force; secrets as ***."""
    click.echo(shown(context.settings()))
