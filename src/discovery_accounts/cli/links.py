"""``links policy``: what a library's rules about linking would do to the links there are, and doing it."""

import json

import click

from discovery_accounts.cli.blocks import json_option, opened
from discovery_accounts.cli.context import Context
from discovery_accounts.cli.progress import Telling
from discovery_accounts.domain.link_rules import Effect, LinkRules
from discovery_accounts.services.link_policy import LinkPolicy
from discovery_accounts.services.link_policy_outcome import NotInForce, Outcome


@click.group()
def links() -> None:
    """Links between accounts and other people's cards."""


@links.command()
@click.option("--library", required=True, help="The library, by its name in the settings.")
@click.option("--linking", type=click.Choice(["yes", "no"]), help="Whether its cards may be linked at all.")
@click.option("--approval", type=click.Choice(["never", "adults", "always"]), help="Whose yes is asked for.")
@click.option("--max-viewers", type=click.IntRange(0, 1000), help="How many accounts of others for a card.")
@click.option("--handover-age", type=click.IntRange(0, 100), help="From which age the patron decides.")
@click.option("--apply", "apply_it", is_flag=True, help="Do it; only what the settings say can be done.")
@click.option(
    "--tell/--no-tell",
    "told",
    default=True,
    show_default=True,
    help="Whether owners of links that end or wait are told, by mail.",
)
@json_option
@click.pass_obj
def policy(
    context: Context,
    library: str,
    linking: str | None,
    approval: str | None,
    max_viewers: int | None,
    handover_age: int | None,
    apply_it: bool,
    told: bool,
    as_json: bool,
) -> None:
    """Count what rules would do to the links there are; nothing is changed without --apply.

    Without any rule given: those that the settings say. A run that was broken off is begun anew.
    """
    with opened(context) as house:
        links = LinkPolicy(house)
        rules = links.rules(
            library,
            linking=None if linking is None else linking == "yes",
            approval=approval,
            max_viewers=max_viewers,
            handover_age=handover_age,
        )
        outcome = _applied(links, library, rules, told) if apply_it else links.count(library, rules)
    click.echo(json.dumps(as_numbers(outcome)) if as_json else _words(outcome))


def _applied(links: LinkPolicy, library: str, rules: LinkRules, told: bool) -> Outcome:
    try:
        with Telling("Looking at links") as progress:
            return links.apply(library, rules, tell=told, progress=progress)
    except NotInForce as others:
        keys = ", ".join(f"accounts.library.{library}.{name}" for name in others.names)
        raise click.UsageError(f"the settings say something else; change them first: {keys}") from None


def as_numbers(outcome: Outcome) -> dict[str, object]:
    """The outcome as one line of JSON has it."""
    touched = outcome.by_effect
    return {
        "library": outcome.library,
        "rules": outcome.rules.given(),
        "applied": outcome.applied,
        "links": outcome.links,
        **{effect.value: touched[effect].links for effect in touched},
        "accounts": {effect.value: touched[effect].accounts for effect in touched},
        "unknown_cards": outcome.unknown_cards,
        "told": outcome.told,
    }


def _words(outcome: Outcome) -> str:
    touched = outcome.by_effect
    ends, waits, young = (touched[one] for one in (Effect.ENDS, Effect.WAITS, Effect.HANDED_OVER))
    would = "Done" if outcome.applied else "This would be done"
    lines = [
        f"{outcome.library}: {outcome.links} links to other people's cards.",
        f"{would}: {_some(ends.links, 'link')} of {_some(ends.accounts, 'account')} ended,",
        f"  {_some(waits.links, 'link')} of {_some(waits.accounts, 'account')} waiting for the holder's yes,",
        f"  {_some(young.links, 'link')} of {_some(young.accounts, 'account')} handed over to young holders.",
    ]
    if outcome.unknown_cards:
        lines.append(
            f"Handover not known of {_some(outcome.unknown_cards, 'card')}: the library tells no date of birth, "
            "or the patron was old enough when first seen."
        )
    if outcome.applied:
        lines.append(f"Told by mail: {outcome.told}.")
    else:
        lines.append(
            "Nothing was changed. With --apply what the settings say is done; --no-tell writes no mails."
        )
    return "\n".join(lines)


def _some(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
