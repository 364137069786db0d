"""What ``cards block`` and ``accounts block`` share: options, opening the house, telling what was done."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.house import House
from discovery_accounts.services.linking_blocks import BlockReason, Did
from discovery_accounts.services.problems import Code, Problem

REASONS = [reason.value for reason in BlockReason]

reason_option = click.option(
    "--reason", type=click.Choice(REASONS), required=True, help="Why; it is written to the audit."
)
end_option = click.option("--end-links", "end", is_flag=True, help="End the links that are there, too.")
tell_option = click.option(
    "--tell/--no-tell",
    default=True,
    show_default=True,
    help="Whether owners of ended links are told, by mail.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")

_WORDS = {
    Code.NOT_FOUND: "there is no such account or card here",
    Code.UNKNOWN_LIBRARY: "there is no such library in accounts.libraries",
    Code.LIBRARY_UNAVAILABLE: "the library does not answer; try again later, or see `libraries check`",
}


@contextmanager
def opened(context: Context) -> Iterator[House]:
    """The house; a "no" of a service becomes exit status 1."""
    house = context.house()
    try:
        yield house
    except Problem as refused:
        raise Failed(f"not done: {_WORDS.get(refused.code, refused)}") from None
    except BadShape as refused:
        raise Failed(f"not done: {refused}") from None
    finally:
        house.close()


def say(did: Did, now: str, before: str, *, as_json: bool, **more: object) -> None:
    """Say what was done; ``now`` when something changed, else ``before``."""
    if as_json:
        click.echo(json.dumps({"changed": did.changed, "ended": did.ended, **more}))
        return
    click.echo(now if did.changed else before)
    if did.ended:
        click.echo(f"Links ended: {did.ended}.")
