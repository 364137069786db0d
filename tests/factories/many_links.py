"""Links to other people's cards by the thousand, written straight into the tables."""

import random
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from discovery_accounts.domain.handover import hands_over_at
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services.house import House

BATCH = 2000


def seed_links(house: House, library: str, links: int, *, accounts: int, cards: int, seed: int = 5) -> None:
    """So many links, of so many accounts to so many cards: some confirmed, some to children, some that wait,
    some that are over, some of holders. The same ``seed`` gives the same rows but for their ids."""
    draw, now = random.Random(seed), house.now()
    account_ids = [uuid.UUID(int=draw.getrandbits(128), version=4) for _ in range(accounts)]
    rows: dict[type[Any], list[dict[str, Any]]] = {Account: [], LibraryCard: [], Link: []}
    rows[Account] = [_account(one, now, number) for number, one in enumerate(account_ids)]
    card_ids = []
    for number in range(cards):
        card_ids.append(uuid.UUID(int=draw.getrandbits(128), version=4))
        rows[LibraryCard].append(_card(house, card_ids[-1], library, number, draw))
    pairs: set[tuple[uuid.UUID, uuid.UUID]] = set()
    while len(pairs) < links:
        pairs.add((draw.choice(account_ids), draw.choice(card_ids)))
    rows[Link] = [_link(house, pair, draw) for pair in sorted(pairs)]
    with house.database.writing() as session:
        for model, all_of in rows.items():
            for some in _batches(all_of):
                session.execute(insert(model), some)


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _account(account_id: uuid.UUID, now: datetime, number: int) -> dict[str, Any]:
    address = f"viewer{number}@example.org" if number % 5 else None
    return {
        "id": account_id,
        "created_at": now,
        "last_sign_in_at": now,
        "language": "en",
        "email": address,
        "email_source": "library" if address else None,
    }


def _card(house: House, card_id: uuid.UUID, library: str, number: int, draw: random.Random) -> dict[str, Any]:
    settings = house.library(library)
    age = draw.choice([None, None, 3, 8, 12, 14, 15, 16, 17])
    at = None
    if age is not None:
        born = date(house.now().year - age, draw.randint(1, 12), draw.randint(1, 28))
        at = hands_over_at(born, settings.handover_age, settings.timezone)
    return {
        "id": card_id,
        "library": library,
        "patron_id": f"seeded-{number}",
        "number_sealed": b"sealed",
        "number_key_id": "none",
        "number_lookup": f"seeded-{number}",
        "number_last4": "0000",
        "hands_over_at": at,
        "handover_age": settings.handover_age if at else None,
        "created_at": house.now(),
    }


def _link(house: House, pair: tuple[uuid.UUID, uuid.UUID], draw: random.Random) -> dict[str, Any]:
    now = house.now()
    account_id, card_id = pair
    state = draw.choices(["active", "pending", "ended"], [90, 5, 5])[0]
    since = now - timedelta(days=draw.randint(1, 3000))
    return {
        "id": uuid.UUID(int=draw.getrandbits(128), version=4),
        "account_id": account_id,
        "card_id": card_id,
        "number_last4": "0000",
        "label": "Somebody",
        "relation": "looked_after",
        "holder": draw.random() < 0.05,
        "scopes": "loans holds",
        "state": state,
        "proof": "pin",
        "since": since,
        "until": now + timedelta(days=draw.choice([-1, 30])) if draw.random() < 0.1 else None,
        "confirmed_at": since if draw.random() < 0.3 else None,
        "answer_key": b"k" * 32,
    }
