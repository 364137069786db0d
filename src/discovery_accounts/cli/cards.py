"""``cards reopen``: for the help desk."""

import sys

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.reopening import Reopening


@click.group()
def cards() -> None:
    """Cards of patrons, for the help desk; every act is written to the audit."""


@cards.command()
@click.argument("library")
@click.pass_obj
def reopen(context: Context, library: str) -> None:
    """Take PINs of a card again that was stopped after too many wrong ones.

    The card number is asked for, or read from standard input: it belongs into no list of processes.
    """
    asked = sys.stdin.isatty()
    number = click.prompt("Card number", hide_input=True, err=True) if asked else sys.stdin.readline().strip()
    house = context.house()
    try:
        Reopening(house).by_staff(library, number)
    except (BadShape, Problem) as refused:
        raise Failed(f"not done: {refused}") from None
    finally:
        house.close()
    click.echo("The card is open again.")
