"""``cards reopen``, ``block``, ``unblock``, ``linking``: for the help desk."""

import json
from dataclasses import asdict

import click

from discovery_accounts.cli.blocks import (
    end_option,
    json_option,
    opened,
    reason_option,
    say,
    tell_option,
)
from discovery_accounts.cli.context import Context
from discovery_accounts.cli.numbers import card_number
from discovery_accounts.services.audit import AuditReason
from discovery_accounts.services.house import House
from discovery_accounts.services.linking_blocks import LinkingBlocks, Order
from discovery_accounts.services.linking_desk import WHOLE_PORTAL, LinkingDesk, Sight, Ticket
from discovery_accounts.services.reopening import Reopening


@click.group()
def cards() -> None:
    """Cards of patrons, for the help desk; every act is written to the audit.

    The card number is asked for, or read from standard input: it belongs into no list of processes.
    """


@cards.command()
@click.argument("library")
@click.pass_obj
def reopen(context: Context, library: str) -> None:
    """Take PINs of a card again that was stopped after too many wrong ones."""
    number = card_number()
    with opened(context) as house:
        Reopening(house).by_staff(library, number)
    click.echo("The card is open again.")


@cards.command()
@click.argument("library")
@reason_option
@end_option
@tell_option
@json_option
@click.pass_obj
def block(context: Context, library: str, reason: str, end: bool, tell: bool, as_json: bool) -> None:
    """Keep a card from being linked to any more accounts. Its holder sees that, and why."""
    with opened(context) as house:
        ticket = _looked(house, library)[1]
        card_id = LinkingDesk(house).card_of(ticket, make=True)
        did = LinkingBlocks(house).block_card(WHOLE_PORTAL, card_id, Order(reason, end, tell))
    say(
        did,
        "The card can’t be linked any more.",
        "The card was blocked already.",
        as_json=as_json,
        blocked=True,
    )


@cards.command()
@click.argument("library")
@reason_option
@json_option
@click.pass_obj
def unblock(context: Context, library: str, reason: str, as_json: bool) -> None:
    """Let a card be linked again, if its holder and the library's rules do."""
    with opened(context) as house:
        ticket = _looked(house, library)[1]
        card_id = LinkingDesk(house).card_of(ticket)
        did = LinkingBlocks(house).unblock_card(WHOLE_PORTAL, card_id, Order(reason))
    say(did, "The card can be linked again.", "The card was not blocked.", as_json=as_json, blocked=False)


@cards.command()
@click.argument("library")
@json_option
@click.pass_obj
def linking(context: Context, library: str, as_json: bool) -> None:
    """Whether a card may be linked, and how many accounts see it; no names."""
    with opened(context) as house:
        sight = _looked(house, library)[0]
    if as_json:
        click.echo(json.dumps(asdict(sight), default=lambda at: at.isoformat()))
        return
    click.echo(f"Card ending with {sight.last4}: {_state(sight)}")
    click.echo(f"Accounts of others that see it: {sight.links}; that wait for a yes: {sight.waiting}")
    for scope, count in sight.scopes.items():
        click.echo(f"  {scope}: {count}")


def _looked(house: House, library: str) -> tuple[Sight, Ticket]:
    return LinkingDesk(house).find(WHOLE_PORTAL, library, card_number(), AuditReason.ASKED)


def _state(sight: Sight) -> str:
    if sight.blocked_at is not None:
        return f"blocked by staff since {sight.blocked_at:%Y-%m-%d}"
    if sight.refused_at is not None:
        return f"its holder refuses linking since {sight.refused_at:%Y-%m-%d}"
    return "may be linked" if sight.known else "not in use here; may be linked"
