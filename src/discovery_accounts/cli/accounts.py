"""``accounts block``, ``accounts unblock``: whether an account may link more cards. Which account is meant."""

import uuid

import click

from discovery_accounts.cli.blocks import end_option, json_option, opened, reason_option, say, tell_option
from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.cli.numbers import card_number
from discovery_accounts.services.audit import AuditReason
from discovery_accounts.services.house import House
from discovery_accounts.services.linking_blocks import LinkingBlocks, Order
from discovery_accounts.services.linking_desk import WHOLE_PORTAL, LinkingDesk

which = click.argument("account", type=click.UUID, required=False)
by_card = click.option(
    "--card",
    "library",
    metavar="LIBRARY",
    help="The account that a card of this library opens; its number is asked for.",
)


@click.group()
def accounts() -> None:
    """Accounts of patrons, for IT; every act is written to the audit.

    ACCOUNT is its id, as the audit and the log have it.
    """


@accounts.command()
@which
@by_card
@reason_option
@end_option
@tell_option
@json_option
@click.pass_obj
def block(
    context: Context,
    account: uuid.UUID | None,
    library: str | None,
    reason: str,
    end: bool,
    tell: bool,
    as_json: bool,
) -> None:
    """Keep an account from linking any more cards. Its owner sees that, and why."""
    with opened(context) as house:
        account_id = account_of(house, account, library)
        did = LinkingBlocks(house).block_account(WHOLE_PORTAL, account_id, Order(reason, end, tell))
    now, before = "The account can’t link cards any more.", "The account was blocked already."
    say(did, now, before, as_json=as_json, account=str(account_id), blocked=True)


@accounts.command()
@which
@by_card
@reason_option
@json_option
@click.pass_obj
def unblock(
    context: Context, account: uuid.UUID | None, library: str | None, reason: str, as_json: bool
) -> None:
    """Let an account link cards again."""
    with opened(context) as house:
        account_id = account_of(house, account, library)
        did = LinkingBlocks(house).unblock_account(WHOLE_PORTAL, account_id, Order(reason))
    now, before = "The account can link cards again.", "The account was not blocked."
    say(did, now, before, as_json=as_json, account=str(account_id), blocked=False)


def account_of(house: House, account: uuid.UUID | None, library: str | None) -> uuid.UUID:
    """The account that is meant: by its id, or by a card that opens it. Raises ``Failed``."""
    if (account is None) == (library is None):
        raise click.UsageError("give either the id of an ACCOUNT or --card LIBRARY")
    if account is not None:
        return account
    assert library is not None
    return account_by_card(house, library)


def account_by_card(house: House, library: str) -> uuid.UUID:
    """The account that a card opens, whose number is asked for. Raises ``Failed``."""
    ticket = LinkingDesk(house).find(WHOLE_PORTAL, library, card_number(), AuditReason.ASKED)[1]
    if ticket.account_id is None:
        raise Failed("not done: this card opens no account here")
    return ticket.account_id
