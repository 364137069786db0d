"""``database upgrade`` and ``database check``."""

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.services import schema
from discovery_accounts.services.opening import open_database


@click.group()
def database() -> None:
    """The tables: bring them to the newest version, or check that they are."""


@database.command()
@click.pass_obj
def upgrade(context: Context) -> None:
    """Run the migrations that are missing."""
    opened = open_database(context.settings())
    version = schema.upgrade(opened)
    opened.close()
    click.echo(f"The tables are at version {version}.")


@database.command()
@click.pass_obj
def check(context: Context) -> None:
    """Exit with 1 while the tables are behind the newest version."""
    opened = open_database(context.settings())
    found, newest = schema.check(opened)
    behind = schema.is_behind(opened)
    opened.close()
    if behind:
        raise Failed(
            f"The tables are at version {found or 'none'}, the newest is {newest}: "
            "run “discovery-accounts database upgrade”."
        )
    if found != newest:
        click.echo(f"The tables are at version {found}, newer than {newest}, the newest this program knows.")
        return
    click.echo(f"The tables are at version {newest}, the newest.")
