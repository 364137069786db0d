"""A portal's database with favourites in it, and somebody who is signed in."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from _portal import values_for

from discovery_accounts.domain.actor import Actor
from discovery_accounts.models import Account
from discovery_accounts.services import schema
from discovery_accounts.services.favourites.adding import clean_item, insert_items
from discovery_accounts.services.favourites.lists import insert_list
from discovery_accounts.services.favourites.shapes import Change, NewItem, Snapshot
from discovery_accounts.services.house import House
from discovery_accounts.services.opening import open_house
from discovery_accounts.services.sessions import Origin, Sessions
from discovery_accounts.web.application import checked_settings

_AT_ONCE = 5000
_WORDS = (
    *("moss", "lichen", "fern", "birch", "spruce", "lake", "river", "stone", "winter", "light"),
    *("yöttömän", "yön", "sydänmaa", "fjällvandring"),
)


@contextmanager
def favourites_house() -> Iterator[tuple[House, dict[str, str]]]:
    """As in production, on SQLite, without libraries; and its settings."""
    with TemporaryDirectory(prefix="accounts-bench-") as folder:
        more = {"record_url": "https://catalogue.example/{source}/{record_id}"}
        values = values_for(Path(folder), (), **more)
        house = open_house(checked_settings(values))
        schema.upgrade(house.database)
        try:
            yield house, values
        finally:
            house.close()


def person(house: House) -> tuple[Actor, str]:
    """An account with a session, and the session's token."""
    now = house.now()
    account_id = uuid.uuid4()
    with house.database.writing() as session:
        session.add(Account(id=account_id, created_at=now, last_sign_in_at=now, language="fi"))
        session.flush()
        opened = Sessions(house).open(session, account_id, "browser", None, Origin("card", "lumme"))
    return Actor(account_id, opened.session_id, "browser", "card", now, "fi"), opened.token


def make_list(house: House, actor: Actor, items: int, name: str = "Read next") -> uuid.UUID:
    """A list with so many items, each with a note of 60 characters and two tags."""
    with house.database.writing() as session:
        list_id = insert_list(session, house, actor.account_id, Change(name=name))
    for begin in range(0, items, _AT_ONCE):
        with house.database.writing() as session:
            some = [clean_item(item(number)) for number in range(begin, min(items, begin + _AT_ONCE))]
            insert_items(session, list_id, some, house.now())
    return list_id


def item(number: int) -> NewItem:
    words = [_WORDS[number * step % len(_WORDS)] for step in (1, 3, 7, 5)]
    snapshot = Snapshot(
        source="finna",
        record_id=f"example.{number:07}",
        title=f"{' '.join(words).capitalize()}, part {number}",
        author=f"Author{number % 997}, Anna",
        year=1950 + number % 75,
        format="Book",
        cover_url=f"https://covers.example/{number}.jpg",
    )
    note = f"Number {number}: to be read before the next meeting of the circle"
    return NewItem(snapshot, note, (f"shelf {number % 40}", words[0]))
