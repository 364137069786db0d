"""Everything of an account's cards in one reading: for the front page, and for the page of all cards (rules 2.2)."""

import uuid
from collections.abc import Collection

from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.house import House
from discovery_accounts.services.lists import require_own
from discovery_accounts.services.readings import Readings
from discovery_accounts.services.showing import CardReading

WANTED = frozenset({Want.LOANS, Want.HOLDS, Want.OWED})
"""Three calls for a card at most. How it stands is shown as the library told last: the record is not asked for
that alone."""


class Overview:
    def __init__(self, house: House) -> None:
        self._house = house

    def read(
        self, actor: Actor, *, only: Collection[uuid.UUID] | None = None, refresh: bool = False
    ) -> tuple[CardReading, ...]:
        """Loans, holds and what is owed of all cards, or of those in ``only``, within the page's deadline.
        ``refresh`` passes what is kept by.

        Raises ``Problem`` ``no_such_card`` when a card in ``only`` is not the account's; no library is asked then.
        """
        if only is not None:
            require_own(self._house, actor, only)
        return Readings(self._house).read(actor, WANTED, only=only, refresh=refresh)
