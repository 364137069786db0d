"""``staff add``, ``end``, ``list``, ``invite``: who of the staff may do what, for which library, until when."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.roles import Role
from discovery_accounts.services.house import House
from discovery_accounts.services.staff import Grant, Staff, StaffInfo, Wanted
from discovery_accounts.services.staff_invitations import StaffInvitations

ROLES = click.Choice([role.value for role in Role])
DAY = click.DateTime(["%Y-%m-%d"])
_WRONG = {
    "name": "the name can't be used",
    "email": "this is no e-mail address",
    "library": "there is no such library in the settings",
    "last_day": "the last day is over already",
}


@click.group()
def staff() -> None:
    """Staff and what they may do; every grant and its end is written to the audit."""


@staff.command()
@click.option("--name", prompt=True, help="The person's name.")
@click.option("--email", prompt=True, help="Their e-mail address; they sign in with it.")
@click.option("--role", type=ROLES, required=True, help="What they may do.")
@click.option("--library", help="The library they may do it for, by its name in the settings.")
@click.option("--all-libraries", is_flag=True, help="For every library instead.")
@click.option("--last-day", type=DAY, required=True, help="Last day of the contract, such as 2027-05-31.")
@click.option("--granted-by", help="The supervisor who granted it; left out: who runs this.")
@click.option("--language", help="Language of the mail; left out: the first of accounts.languages.")
@click.pass_obj
def add(
    context: Context,
    name: str,
    email: str,
    role: str,
    library: str | None,
    all_libraries: bool,
    last_day: datetime,
    granted_by: str | None,
    language: str | None,
) -> None:
    """Grant a role, and mail a link for setting a password to who has none yet."""
    if all_libraries == bool(library):
        raise click.UsageError("give either --library NAME or --all-libraries")
    wanted = Wanted(name, email, Role(role), library, last_day.date(), granted_by or getpass.getuser())
    with _opened(context) as house:
        _check_language(house, language)
        if StaffInvitations(house).login() is None:
            raise Failed("staff sign in by a login of kind “password”, and accounts.logins names none")
        try:
            added = Staff(house).add(wanted)
        except BadShape as refused:
            raise Failed(f"not done: {_WRONG.get(refused.field, str(refused))}") from None
        invited = not added.ready and StaffInvitations(house).invite(email, language=language)
    click.echo(f"Granted: {role}, {library or 'all libraries'}, until {wanted.last_day}.")
    if invited:
        click.echo("A link for setting a password goes to them by mail. It is good for 48 hours.")


@staff.command()
@click.argument("email")
@click.option("--role", type=ROLES, help="Only this role.")
@click.option("--library", help="Only for this library.")
@click.pass_obj
def end(context: Context, email: str, role: str | None, library: str | None) -> None:
    """End what a person may do, at once; they are signed out everywhere."""
    with _opened(context) as house:
        ended = Staff(house).end(email, role=Role(role) if role else None, library=library)
    if not ended:
        raise Failed("nothing was granted that could be ended")
    click.echo(f"Ended: {ended}.")


@staff.command()
@click.argument("email")
@click.option("--forget-second-factors", is_flag=True, help="They have lost their app and passkeys, too.")
@click.option("--language", help="Language of the mail.")
@click.pass_obj
def invite(context: Context, email: str, forget_second_factors: bool, language: str | None) -> None:
    """Mail a new link for setting a password. Make sure first that it is them who ask."""
    with _opened(context) as house:
        _check_language(house, language)
        sent = StaffInvitations(house).invite(
            email, forget_second_factors=forget_second_factors, language=language
        )
    if not sent:
        raise Failed("nobody with this address has a grant now, or there is no login of kind “password”")
    click.echo("A link for setting a password goes to them by mail. It is good for 48 hours.")


@staff.command(name="list")
@click.option("--all", "with_ended", is_flag=True, help="Also what has ended.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each person.")
@click.pass_obj
def list_staff(context: Context, with_ended: bool, as_json: bool) -> None:
    """Who may do what, for which library, until when."""
    with _opened(context) as house:
        people = Staff(house).list()
    for person in people:
        grants = person.grants if with_ended else person.live
        if grants and as_json:
            click.echo(json.dumps(_as_json(person, grants), ensure_ascii=False))
        elif grants:
            click.echo(f"{person.name} <{person.email}>{'' if person.ready else ' (not set up yet)'}")
            for grant in grants:
                click.echo(f"  {_words(grant)}")


@contextmanager
def _opened(context: Context) -> Iterator[House]:
    house = context.house()
    try:
        yield house
    finally:
        house.close()


def _check_language(house: House, language: str | None) -> None:
    if language is not None and language not in house.settings.languages:
        raise Failed(f"not done: the languages are {' '.join(house.settings.languages)}")


def _words(grant: Grant) -> str:
    place, until = grant.library or "all libraries", _day(grant.last_day)
    return f"{grant.role}, {place}, until {until}" + ("" if grant.live else " (ended)")


def _as_json(person: StaffInfo, grants: tuple[Grant, ...]) -> dict[str, object]:
    return {
        "name": person.name,
        "email": person.email,
        "ready": person.ready,
        "grants": [
            {
                "role": grant.role.value,
                "library": grant.library,
                "last_day": _day(grant.last_day),
                "live": grant.live,
            }
            for grant in grants
        ],
    }


def _day(day: date) -> str:
    return day.isoformat()
