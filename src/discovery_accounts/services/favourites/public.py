"""Public lists: open to whoever has the address, and silent about whose they are."""

from discovery_accounts.services.favourites.shapes import ItemPage, Wish
from discovery_accounts.services.house import House


class PublicLists:
    def __init__(self, house: House) -> None:
        self._house = house

    def page(self, public_id: str, wish: Wish) -> ItemPage:
        """Raises ``Problem`` ``not_found`` where there is no such list or it is not public (any more), ``BadShape``
        about ``count``."""
        raise NotImplementedError
