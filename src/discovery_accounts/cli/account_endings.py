"""``accounts erase``, ``accounts protect``, ``accounts unprotect``: how a person's account ends, or does not."""

import json
import uuid

import click

from discovery_accounts.cli.accounts import account_of, by_card, which
from discovery_accounts.cli.blocks import json_option, opened
from discovery_accounts.cli.context import Context
from discovery_accounts.domain.account_ending import Reviews
from discovery_accounts.services.endings.asked import AskedEndings, EraseReason
from discovery_accounts.services.endings.protecting import ProtectReason, protect, unprotect


@click.command()
@which
@by_card
@click.option(
    "--reason",
    type=click.Choice([one.value for one in EraseReason]),
    required=True,
    help="Why; it is written to the audit.",
)
@click.option(
    "--reviews",
    type=click.Choice([one.value for one in Reviews]),
    default=Reviews.KEEP.value,
    show_default=True,
    help="What becomes of the person's stars and reviews.",
)
@click.option("--yes", is_flag=True, help="Don’t ask whether it is meant.")
@json_option
@click.pass_obj
def erase(
    context: Context,
    account: uuid.UUID | None,
    library: str | None,
    reason: str,
    reviews: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Erase an account at once, for a person who asked for it. It can't be brought back.

    Other people's links to the same cards stay. The person gets a receipt by mail.
    """
    with opened(context) as house:
        account_id = account_of(house, account, library)
        if not yes:
            click.confirm(f"Erase account {account_id} for good?", abort=True, err=True)
        libraries = AskedEndings(house).end_by_staff(account_id, reviews, reason)
    if as_json:
        click.echo(json.dumps({"account": str(account_id), "erased": True, "libraries": libraries}))
        return
    click.echo("The account was erased.")
    if libraries:
        click.echo(f"The person remains a borrower of: {', '.join(libraries)}.")


@click.command("protect")
@which
@by_card
@click.option(
    "--reason",
    type=click.Choice([one.value for one in ProtectReason]),
    required=True,
    help="Why; it is written to the audit.",
)
@json_option
@click.pass_obj
def keep(
    context: Context, account: uuid.UUID | None, library: str | None, reason: str, as_json: bool
) -> None:
    """Keep an account from ending by time."""
    with opened(context) as house:
        account_id = account_of(house, account, library)
        changed = protect(house, account_id, reason)
    _say("The account does not end by time.", account_id, changed, True, as_json)


@click.command("unprotect")
@which
@by_card
@json_option
@click.pass_obj
def let_end(context: Context, account: uuid.UUID | None, library: str | None, as_json: bool) -> None:
    """Let an account end by time again."""
    with opened(context) as house:
        account_id = account_of(house, account, library)
        changed = unprotect(house, account_id)
    _say("The account ends by time.", account_id, changed, False, as_json)


def _say(told: str, account_id: uuid.UUID, changed: bool, protected: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"account": str(account_id), "protected": protected, "changed": changed}))
    else:
        click.echo(told if changed else f"{told} It was so before.")


ENDING_COMMANDS = (erase, keep, let_end)
"""Of the group ``accounts``."""
