"""``accounts show``, ``accounts export``: what is stored about a person who asked, for IT; audited, shown to them."""

import os
import uuid
from pathlib import Path

import click

from discovery_accounts.cli.accounts import account_of, by_card, which
from discovery_accounts.cli.blocks import opened
from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.services.linking_desk import WHOLE_PORTAL
from discovery_accounts.services.own_data.desk import REASONS, OwnDataDesk
from discovery_accounts.services.own_data.shown import Shown

reason_option = click.option(
    "--reason",
    type=click.Choice([reason.value for reason in REASONS]),
    required=True,
    help="Why; it is written to the audit, and shown to the person.",
)
language_option = click.option(
    "--language", default="en", show_default=True, help="Of the words: fi, sv, en or nb."
)


@click.command()
@which
@by_card
@reason_option
@language_option
@click.pass_obj
def show(
    context: Context, account: uuid.UUID | None, library: str | None, reason: str, language: str
) -> None:
    """Show what is stored about a person. What they read and look for is told only by its number."""
    with opened(context) as house:
        account_id = account_of(house, account, library)
        shown = Shown(house, language)
        for section in OwnDataDesk(house).show(WHOLE_PORTAL, account_id, reason):
            click.echo(f"{shown.title(section.part)} ({section.count})")
            for row in section.rows:
                click.echo("".join(f"  {label}: {value}\n" for label, value in shown.lines(row)))


@click.command()
@click.argument("account", type=click.UUID)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@reason_option
@language_option
@click.pass_obj
def export(context: Context, account: uuid.UUID, file: Path, reason: str, language: str) -> None:
    """Write everything that is stored about a person into FILE, a ZIP that only you can read. FILE must be new."""
    if file.exists():  # before it is written down that somebody got a copy
        raise Failed(f"not written: {file} is there already; FILE must be new")
    with opened(context) as house:
        parts = OwnDataDesk(house).export(WHOLE_PORTAL, account, reason, language)
        begun = file.with_name(f"{file.name}.part")
        try:
            handle = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as problem:
            raise Failed(f"not written: {problem.strerror}: {begun}") from None
        try:
            with os.fdopen(handle, "wb") as written:
                for part in parts:
                    written.write(part)
            os.link(begun, file)  # unlike a renaming, it never takes the place of a file that is there
        except OSError as problem:
            raise Failed(f"not written: {problem.strerror}: {file}") from None
        finally:
            begun.unlink(missing_ok=True)
    click.echo(f"Written: {file}")


DATA_COMMANDS = (show, export)
