"""Favourites as rows: statements made once a process, columns instead of objects (a page needs three)."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from discovery_accounts.services.favourites.shapes import AddedMany, ItemRow, NewItem


def stream(session: Session, list_id: uuid.UUID, *, chunk: int = 1000) -> Iterator[ItemRow]:
    """Every item of a list in its order by hand, ``chunk`` at a time; the caller has seen that the list may be read."""
    raise NotImplementedError


def insert_items(session: Session, list_id: uuid.UUID, items: Sequence[NewItem], now: datetime) -> AddedMany:
    """Put cleaned items at the end of a list that the caller has locked (``lists.lock``)."""
    raise NotImplementedError
