"""``discovery-accounts …``: what library IT does from a terminal. One command a file.

Exit status: 0 fine, 1 failed, 2 wrong use.
"""

import click

from discovery_accounts.cli.account_data import DATA_COMMANDS
from discovery_accounts.cli.account_endings import ENDING_COMMANDS
from discovery_accounts.cli.account_merging import merge
from discovery_accounts.cli.accounts import accounts
from discovery_accounts.cli.alerts import alerts
from discovery_accounts.cli.audit import audit
from discovery_accounts.cli.cards import cards
from discovery_accounts.cli.context import Context, Group
from discovery_accounts.cli.database import database
from discovery_accounts.cli.demo import demo
from discovery_accounts.cli.keys import keys
from discovery_accounts.cli.libraries import libraries
from discovery_accounts.cli.links import links
from discovery_accounts.cli.logins import logins
from discovery_accounts.cli.mail import mail
from discovery_accounts.cli.run import run, schedule
from discovery_accounts.cli.serve import serve
from discovery_accounts.cli.settings import settings
from discovery_accounts.cli.simulate import simulate
from discovery_accounts.cli.sources import sources
from discovery_accounts.cli.staff import staff


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="discovery-accounts")
@click.option(
    "--config",
    "config",
    default="development.ini",
    show_default=True,
    type=click.Path(dir_okay=False),
    help="The settings, an INI file.",
)
@click.pass_context
def main(context: click.Context, config: str) -> None:
    """Patron accounts for library discovery portals."""
    context.obj = Context(config)


for part in (*DATA_COMMANDS, *ENDING_COMMANDS, merge):
    accounts.add_command(part)
for command in (
    accounts,
    alerts,
    audit,
    cards,
    database,
    demo,
    keys,
    libraries,
    links,
    logins,
    mail,
    run,
    schedule,
    serve,
    settings,
    simulate,
    sources,
    staff,
):
    main.add_command(command)
