"""Acts on many items at once, and undoing them: remove, move, copy, of some or of all in a list."""

import uuid
from collections.abc import Collection

from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.favourites.shapes import Act, Undone
from discovery_accounts.services.house import House


class Acts:
    """``item_ids`` ``None`` is all that is in the list. All raise ``Problem`` ``not_found`` where the list or the one
    to move to is not the account's, or none of the items is in it."""

    def __init__(self, house: House) -> None:
        self._house = house

    def remove(self, actor: Actor, list_id: uuid.UUID, item_ids: Collection[uuid.UUID] | None) -> Act:
        raise NotImplementedError

    def move(
        self, actor: Actor, list_id: uuid.UUID, item_ids: Collection[uuid.UUID] | None, to: uuid.UUID
    ) -> Act:
        """What the other list has already stays where it is, with its note and tags."""
        raise NotImplementedError

    def copy(
        self, actor: Actor, list_id: uuid.UUID, item_ids: Collection[uuid.UUID] | None, to: uuid.UUID
    ) -> Act:
        """With notes and tags."""
        raise NotImplementedError

    def undo(self, actor: Actor, act_id: uuid.UUID) -> Undone:
        """Once, within seven days; else ``Problem`` ``not_found``."""
        raise NotImplementedError
