"""``mail bounced``: what the mail server gives to a program, when mail of ours comes back."""

import sys

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.services.bounce_reports import MOST_BYTES, hear_report
from discovery_accounts.services.schema import DatabaseUnavailable

_TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the report and comes again


class _Later(Failed):
    exit_code = _TRY_LATER


@click.group()
def mail() -> None:
    """Mail that was sent."""


@mail.command()
@click.option(
    "--stdin", "from_stdin", is_flag=True, required=True, help="Read one report from standard input."
)
@click.pass_obj
def bounced(context: Context, from_stdin: bool) -> None:
    """Read a report that a mail could not be delivered (RFC 3464).

    For the mail server's table of aliases: ends with 0 whatever came, and with 75 where the report is to be given
    once more, because the database does not answer.
    """
    del from_stdin
    content = sys.stdin.buffer.read(MOST_BYTES)
    house = context.house()
    try:
        outcome = hear_report(house, content, house.now())
    except DatabaseUnavailable:
        raise _Later("not read: the database does not answer") from None
    finally:
        house.close()
    click.echo(outcome)
