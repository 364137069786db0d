"""Favourites made directly in the database: a list with as many items as a test wants."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from discovery_accounts.domain.actor import Actor
from discovery_accounts.models import Account
from discovery_accounts.services.favourites.adding import clean_item, insert_items
from discovery_accounts.services.favourites.lists import insert_list
from discovery_accounts.services.favourites.shapes import Change, NewItem, Snapshot
from discovery_accounts.services.house import House

SOURCE = "finna"
_AT_ONCE = 5000


def record(number: int, **other: Any) -> Snapshot:
    """Record ``r7`` and its like: titles are not in the order of their numbers."""
    told: dict[str, Any] = {
        "source": SOURCE,
        "record_id": f"r{number}",
        "title": f"Book {number * 7919 % 1000:03} of {number}",
        "author": f"Author, {number % 17:02}" if number % 5 else None,
        "year": 1950 + number % 70 if number % 7 else None,
        "format": "Book",
        "cover_url": f"https://covers.example/{number}.jpg",
    }
    return Snapshot(**{**told, **other})


def new_item(number: int, note: str = "", tags: Sequence[str] = (), **other: Any) -> NewItem:
    return NewItem(record(number, **other), note, tuple(tags))


def any_account(house: House) -> uuid.UUID:
    """The one account that there is, or the first of several."""
    with house.database.reading() as session:
        return session.scalars(select(Account.id).order_by(Account.created_at, Account.id)).first() or _none()


def make_account(house: House) -> uuid.UUID:
    with house.database.writing() as session:
        account = Account(id=uuid.uuid4(), created_at=house.now(), last_sign_in_at=house.now())
        session.add(account)
    return account.id


def actor_of(house: House, account_id: uuid.UUID) -> Actor:
    """Who a service is told that asks."""
    return Actor(account_id, uuid.uuid4(), "api", "card", house.now(), "en")


def make_list(
    house: House,
    account_id: uuid.UUID,
    items: int = 0,
    *,
    name: str = "Read next",
    public: bool = False,
    noted: bool = False,
) -> uuid.UUID:
    """A list with items ``record(0)`` and on; ``noted`` gives each a note and two tags."""
    with house.database.writing() as session:
        list_id = insert_list(session, house, account_id, Change(name=name, public=public))
        for begin in range(0, items, _AT_ONCE):
            some = range(begin, min(items, begin + _AT_ONCE))
            new = [_item(number, noted) for number in some]
            insert_items(session, list_id, new, house.now())
    return list_id


def _item(number: int, noted: bool) -> NewItem:
    item = new_item(number, f"Note {number}", (f"shelf {number % 9}", "all")) if noted else new_item(number)
    return clean_item(item)


def _none() -> uuid.UUID:
    raise AssertionError("there is no account yet")
