"""Very many accounts, each with a card, a way to sign in, a list and two items: half of them over their time."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from discovery_accounts.models import (
    Account,
    Base,
    FavouriteItem,
    FavouriteList,
    Identity,
    LibraryCard,
    Link,
)
from discovery_accounts.models.database import Database, open_engine
from discovery_accounts.services import schema
from discovery_accounts.services.house import House
from discovery_accounts.services.opening import open_house
from discovery_accounts.web.application import checked_settings

CHILDREN = 5
"""Rows of an account beside its own: identity, link, list, two items. A card besides."""
_AT_ONCE = 5000
_YEAR = timedelta(days=365)


def opened(folder: Path, url: str, now: datetime) -> House:
    values = {
        "accounts.stage": "development",
        "accounts.database_url": url,
        "accounts.keys": f"file:{folder / 'keys.json'}",
        "accounts.mail_url": f"folder:{folder / 'mail'}",
        "accounts.mail_from": "accounts@library.example",
        "accounts.schedule": "no",
    }
    return open_house(checked_settings(values), clock=lambda: now)


def migrated(url: str) -> None:
    database = Database(open_engine(url))
    schema.upgrade(database)
    database.close()


def fill(house: House, count: int, now: datetime) -> None:
    """Every second one signed in for the last time between one and two years ago, the others within the year."""
    for start in range(0, count, _AT_ONCE):
        rows = _rows(range(start, min(count, start + _AT_ONCE)), now, count)
        with house.database.writing_in_bulk() as session:
            for model, some in rows:
                session.execute(insert(model), some)


def _rows(numbers: range, now: datetime, count: int) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    signed_in = {
        number: now - (number % 2) * _YEAR - _YEAR * (number / count) * 0.9 - timedelta(hours=1)
        for number in numbers
    }
    yield (
        Account,
        [
            {
                "id": _id(0, one),
                "created_at": at,
                "last_sign_in_at": at,
                "language": "en",
                "email": f"reader{one}@library.example",
                "email_source": "library",
            }
            for one, at in signed_in.items()
        ],
    )
    yield LibraryCard, [_card(one, at) for one, at in signed_in.items()]
    yield Identity, [_identity(one, at) for one, at in signed_in.items()]
    yield Link, [_link(one, at) for one, at in signed_in.items()]
    yield FavouriteList, [_list(one, at) for one, at in signed_in.items()]
    yield FavouriteItem, [_item(one, which, at) for one, at in signed_in.items() for which in (4, 5)]


def _id(kind: int, number: int) -> uuid.UUID:
    """Ids in no order, as they are in life."""
    return uuid.uuid5(uuid.UUID(int=kind), str(number))


def _card(one: int, at: datetime) -> dict[str, Any]:
    return {
        "id": _id(1, one),
        "library": "lumme",
        "patron_id": str(one),
        "number_sealed": b"sealed",
        "number_key_id": "k",
        "number_lookup": f"{one:064}",
        "number_last4": f"{one % 10000:04}",
        "created_at": at,
    }


def _identity(one: int, at: datetime) -> dict[str, Any]:
    made = {"id": _id(2, one), "account_id": _id(0, one), "login": "card", "issuer": "lumme"}
    return made | {"subject": str(one), "created_at": at, "last_used_at": at}


def _link(one: int, at: datetime) -> dict[str, Any]:
    return {
        "id": _id(3, one),
        "account_id": _id(0, one),
        "card_id": _id(1, one),
        "number_last4": f"{one % 10000:04}",
        "label": "Card",
        "relation": "own",
        "holder": True,
        "scopes": "loans holds fees",
        "state": "active",
        "proof": "pin",
        "since": at,
        "answer_key": bytes(32),
    }


def _list(one: int, at: datetime) -> dict[str, Any]:
    made = {"id": _id(6, one), "account_id": _id(0, one), "name": "Sea", "description": ""}
    return made | {"public": False, "ordering": "position", "created_at": at, "changed_at": at}


def _item(one: int, which: int, at: datetime) -> dict[str, Any]:
    return {
        "id": _id(which, one),
        "list_id": _id(6, one),
        "source": "lumme",
        "record_id": f"{one}.{which}",
        "title": "The Sea",
        "title_key": "sea",
        "author_key": "",
        "year_key": 0,
        "note": "",
        "position": which,
        "added_at": at,
        "changed_at": at,
    }
