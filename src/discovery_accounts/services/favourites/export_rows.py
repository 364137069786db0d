"""Items of a list for a file, in chunks: each chunk is a transaction of its own, so that whoever reads slowly holds
no connection of the database."""

import uuid
from collections.abc import Iterator
from typing import Any

from discovery_accounts.domain.favourites import Order
from discovery_accounts.services.favourites import rows
from discovery_accounts.services.favourites.shapes import ItemRow
from discovery_accounts.services.house import House

CHUNK = 1000
"""Items of one transaction."""


def items_of(house: House, list_id: uuid.UUID, chunk: int = CHUNK) -> Iterator[ItemRow]:
    """Every item of a list in its order by hand; the caller has seen that the list may be read. What is moved
    meanwhile may be missed or told twice; what stays where it is, is told once."""
    values: dict[str, Any] = {"list_id": list_id, "count": chunk}
    while True:
        statement = rows.part(Order.MANUAL, False, "after_id" in values, False)
        with house.database.reading() as session:
            found = [rows.item_of(row) for row in session.execute(statement, values)]
        yield from found
        if len(found) < chunk:
            return
        values |= {"after_key": found[-1].position, "after_id": found[-1].id}
