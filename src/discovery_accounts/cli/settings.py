"""``settings check`` and ``settings show``."""

import logging

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.config.reference import show as shown
from discovery_accounts.services.settings_shown import tables_of
from discovery_accounts.sources.registry import open_sources
from discovery_accounts.web.application import connector_faults


@click.group()
def settings() -> None:
    """The settings: every fault at once, or all of them with secrets hidden."""
    # what is in order and what is not is this command's own output, so it is not logged beside it
    logging.getLogger("discovery_accounts").addHandler(logging.NullHandler())


@settings.command()
@click.pass_obj
def check(context: Context) -> None:
    """Exit with 1 when anything is wrong, with key, fault and an example for each."""
    found = context.settings()
    faults = connector_faults(found)
    for warning in found.warnings:
        click.echo(f"Warning: {warning}")
    if faults:
        raise Failed("\n".join(["These libraries are not available:", *(f"  {fault}" for fault in faults)]))
    silent = [fault for faults in open_sources(found).faults.values() for fault in faults]
    if silent:
        raise Failed("\n".join(["These sources are not available:", *(f"  {fault}" for fault in silent)]))
    if not found.libraries:
        click.echo("Warning: accounts.libraries is left out: nobody can sign in")
    click.echo(f"No fault. Libraries: {', '.join(library.name for library in found.libraries) or 'none'}.")


@settings.command()
@click.pass_obj
def show(context: Context) -> None:
    """All settings as they are in force; secrets as ***."""
    found = context.settings()
    click.echo(shown(found, tables_of(found)))
