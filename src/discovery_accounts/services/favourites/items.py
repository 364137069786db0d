"""Items of favourites lists: read in parts, added, changed, put in order by hand."""

import uuid
from collections.abc import Sequence

from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.favourites.shapes import (
    Added,
    AddedMany,
    ItemChange,
    ItemPage,
    ItemRow,
    NewItem,
    Step,
    TagCount,
    Wish,
)
from discovery_accounts.services.house import House


class Items:
    def __init__(self, house: House) -> None:
        self._house = house

    def page(self, actor: Actor, list_id: uuid.UUID | None, wish: Wish) -> ItemPage:
        """Three statements whatever is in it. ``list_id`` ``None`` is the list that the account had first.
        Raises ``Problem`` ``not_found``, ``BadShape`` about ``count``."""
        raise NotImplementedError

    def add(self, actor: Actor, list_id: uuid.UUID | None, item: NewItem, first_list: str = "") -> Added:
        """``list_id`` ``None`` is the list that the account had first; where it has none, one named ``first_list``
        is made. Raises ``Problem`` ``not_found``, ``BadShape``."""
        raise NotImplementedError

    def add_many(self, actor: Actor, list_id: uuid.UUID, items: Sequence[NewItem]) -> AddedMany:
        """Some hundreds at a time, in one transaction; all are new at the end of the list, or were there already.
        Raises as ``add``, before anything is added."""
        raise NotImplementedError

    def show(self, actor: Actor, list_id: uuid.UUID, item_id: uuid.UUID) -> ItemRow:
        """Raises ``Problem`` ``not_found``."""
        raise NotImplementedError

    def change(self, actor: Actor, list_id: uuid.UUID, item_id: uuid.UUID, change: ItemChange) -> ItemRow:
        """Raises ``Problem`` ``not_found``, ``BadShape`` about ``note``, ``tags`` or ``position``."""
        raise NotImplementedError

    def step(self, actor: Actor, list_id: uuid.UUID, item_id: uuid.UUID, step: Step) -> None:
        """Move an item in the order by hand. Raises ``Problem`` ``not_found``."""
        raise NotImplementedError

    def tags(self, actor: Actor, list_id: uuid.UUID) -> tuple[TagCount, ...]:
        """Every tag of a list with how many items have it, by name. Raises ``Problem`` ``not_found``."""
        raise NotImplementedError
