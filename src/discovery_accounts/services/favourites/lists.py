"""Favourites lists of an account: made, shown, changed, removed; each change keeps the account's lock."""

import uuid

from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.favourites.shapes import Act, Change, ListInfo
from discovery_accounts.services.house import House


class Favourites:
    def __init__(self, house: House) -> None:
        self._house = house

    def lists(self, actor: Actor) -> tuple[ListInfo, ...]:
        """The account's lists by name, each with how many items it has: one statement."""
        raise NotImplementedError

    def show(self, actor: Actor, list_id: uuid.UUID) -> ListInfo:
        """Raises ``Problem`` ``not_found``."""
        raise NotImplementedError

    def make(self, actor: Actor, name: str, description: str = "", public: bool = False) -> ListInfo:
        """Raises ``BadShape`` about ``name`` or ``description``."""
        raise NotImplementedError

    def change(self, actor: Actor, list_id: uuid.UUID, change: Change) -> ListInfo:
        """Raises ``Problem`` ``not_found``, ``BadShape`` about ``name``, ``description``, ``ordering``."""
        raise NotImplementedError

    def remove(self, actor: Actor, list_id: uuid.UUID) -> Act:
        """The list and all in it; ``Acts.undo`` brings it back. Raises ``Problem`` ``not_found``."""
        raise NotImplementedError
