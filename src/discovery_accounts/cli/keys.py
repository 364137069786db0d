"""``keys create``, ``keys rotate``, ``keys list``, ``keys drop``."""

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.cli.progress import Telling
from discovery_accounts.services.rotation import Rotation
from discovery_accounts.vault.keyring import KeyRing, UnknownKey
from discovery_accounts.vault.ringfile import KeyRingError


@click.group()
def keys() -> None:
    """The key ring under which PINs and card numbers are sealed."""


@keys.command()
@click.pass_obj
def create(context: Context) -> None:
    """Make the ring for production, once. Keep a copy apart from the database's backups."""
    path = context.settings().keys
    if path.exists():
        raise Failed(f"there is a key ring at {path} already; nothing was changed")
    ring = _open(context, create=True)
    click.echo(f"Made {path} with key {ring.current}.")


@keys.command("list")
@click.pass_obj
def list_all(context: Context) -> None:
    """The ids of the keys; the current one is marked."""
    ring = _open(context)
    for key_id in ring.list():
        click.echo(f"{key_id}{' (current)' if key_id == ring.current else ''}")


@keys.command()
@click.pass_obj
def rotate(context: Context) -> None:
    """Make a new current key, then put everything that is sealed under it, while serving goes on.

    Can be stopped and run again: with everything under the current key, only a new key is made.
    """
    house = context.house()
    ring = _open(context)
    rotation = Rotation(house)
    if rotation.count() == 0:
        click.echo(f"New key: {ring.rotate()}")
    else:
        click.echo(f"Going on with key {ring.current}.")
    with Telling("Resealing") as progress:
        report = rotation.reseal(progress)
    house.close()
    click.echo(f"Put {report.resealed} values under the current key.")
    if report.unreadable:
        raise Failed(f"{report.unreadable} values could not be opened; old keys are kept.")


@keys.command()
@click.argument("key_id")
@click.pass_obj
def drop(context: Context, key_id: str) -> None:
    """Forget an old key that nothing is sealed under any more."""
    house = context.house()
    used = Rotation(house).keys_in_use()
    house.close()
    if key_id in used:
        raise Failed("values are still sealed under this key: run “keys rotate” first")
    try:
        _open(context).drop(key_id)
    except UnknownKey:
        raise Failed(f"there is no key {key_id}; “keys list” names them") from None
    except (KeyRingError, ValueError) as problem:
        raise Failed(f"the key can't be dropped: {problem}") from None
    click.echo(f"Dropped {key_id}.")


def _open(context: Context, create: bool = False) -> KeyRing:
    try:
        return KeyRing.open(context.settings().keys, create=create)
    except KeyRingError as problem:
        raise Failed(str(problem)) from None
