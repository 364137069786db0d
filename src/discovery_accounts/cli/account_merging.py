"""``accounts merge``: two accounts of one person become one, because the person asked."""

import json
import uuid

import click

from discovery_accounts.cli.accounts import account_by_card
from discovery_accounts.cli.blocks import json_option, opened
from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.services.house import House
from discovery_accounts.services.linking_desk import WHOLE_PORTAL
from discovery_accounts.services.merging_by_staff import (
    MergeReason,
    MergingByStaff,
    NotJoined,
    WhatMoves,
    WhyNot,
)

_WHY_NOT = {
    WhyNot.SAME: "both are the same account",
    WhyNot.ENDED: "one of the accounts has ended; it comes back whole when its person signs in",
    WhyNot.STAFF: "one of the accounts is of staff",
    WhyNot.TWO_PEOPLE: "one of the accounts looks after a card that is the other’s own: these look like two people. "
    "Who has both signs in to one, and joins the other on the page /account/methods",
}


@click.command("merge")
@click.argument("named", metavar="[FROM] [INTO]", type=click.UUID, nargs=-1)
@click.option(
    "--from-card",
    metavar="LIBRARY",
    help="FROM is the account that a card of this library opens; its number is asked for.",
)
@click.option("--into-card", metavar="LIBRARY", help="The same for INTO; its number is asked for second.")
@click.option(
    "--reason",
    type=click.Choice([one.value for one in MergeReason]),
    required=True,
    help="Why; it is written to the audit.",
)
@click.option("--yes", is_flag=True, help="Don’t ask whether it is meant.")
@json_option
@click.pass_obj
def merge(
    context: Context,
    named: tuple[uuid.UUID, ...],
    from_card: str | None,
    into_card: str | None,
    reason: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Join two accounts of one person: all that FROM has comes into INTO, and FROM is gone. It can't be undone.

    See to it that both are of the person who asks. Name each by its id, or by a card that opens it. All sessions of
    both end. Accounts of staff and those that have ended are not joined, nor those of two people of a family.
    """
    if len(named) + sum(card is not None for card in (from_card, into_card)) != 2:
        raise click.UsageError("name two accounts, each by its id or by --from-card or --into-card LIBRARY")
    with opened(context) as house:
        ids = list(named)
        before = _meant(house, from_card, ids)
        into = _meant(house, into_card, ids)
        merging = MergingByStaff(house)
        try:
            moves = merging.preview(before, into)
            click.echo("\n".join(_lines(moves)), err=True)
            if not yes:
                click.confirm(f"Join account {before} into {into} for good?", abort=True, err=True)
            merging.merge(WHOLE_PORTAL, before, into, reason)
        except NotJoined as refused:
            raise Failed(f"not done: {_WHY_NOT[refused.why]}") from None
    if as_json:
        click.echo(json.dumps({"from": str(before), "into": str(into), "joined": True, **_numbers(moves)}))
    else:
        click.echo(f"The accounts were joined: {into}")


def _meant(house: House, library: str | None, ids: list[uuid.UUID]) -> uuid.UUID:
    return ids.pop(0) if library is None else account_by_card(house, library)


def _lines(moves: WhatMoves) -> list[str]:
    told = ", ".join(f"{name} {count}" for name, count in _numbers(moves).items())
    cards = [
        f"  card of {card.library} …{card.number_last4}{' (in both)' if card.in_both else ''}"
        for card in moves.cards
    ]
    email = ["  its e-mail address is given up for that of the other"] if moves.gives_up_email else []
    return [f"Comes over: {told}", *cards, *email]


def _numbers(moves: WhatMoves) -> dict[str, int]:
    also = moves.also
    return {
        "ways_to_sign_in": moves.ways,
        "cards": len(moves.cards),
        "lists": also.lists,
        "alerts": also.alerts,
        "reviews": also.reviews,
    }
