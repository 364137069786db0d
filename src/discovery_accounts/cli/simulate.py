"""``simulate koha|alma``: a pretend library over HTTP."""

import click

from discovery_accounts.simulator.faults import FAULTS
from discovery_accounts.simulator.records import LibraryKind
from discovery_accounts.simulator.server import serve


@click.command()
@click.argument("kind", type=click.Choice(["koha", "alma"]))
@click.option("--port", type=int, required=True)
@click.option("--latency", type=click.IntRange(min=0), default=0, help="Milliseconds before every answer.")
@click.option("--fault", type=click.Choice(sorted(FAULTS)), help="Answer wrongly from the start.")
@click.option("--seed", type=int, default=1, show_default=True, help="Makes another population.")
@click.option("--patrons", type=click.IntRange(min=1), default=40, show_default=True)
@click.option("--plugin", is_flag=True, help="With the discovery plugin (koha).")
def simulate(
    kind: LibraryKind, port: int, latency: int, fault: str | None, seed: int, patrons: int, plugin: bool
) -> None:
    """A pretend library over HTTP, for trying things out."""
    serve(kind, port, latency, fault, seed, patrons, announce=click.echo, plugin=plugin)
