"""What libraries list of cards: all of them on one page, each with a state of its own."""

import uuid
from collections.abc import Collection

from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.readings import Readings
from discovery_accounts.services.showing import CardReading


def read_list(
    house: House,
    actor: Actor,
    want: Want,
    *,
    only: Collection[uuid.UUID] | None = None,
    refresh: bool = False,
) -> tuple[CardReading, ...]:
    """That list of all cards, or of those in ``only``, in parallel within the page's deadline, with how the
    patron stands. ``refresh`` passes what is kept by.

    Raises ``Problem`` ``no_such_card`` when a card in ``only`` is not the account's; no library is asked then.
    """
    if only is not None:
        require_own(house, actor, only)
    return Readings(house).read(actor, frozenset({want, Want.PATRON}), only=only, refresh=refresh)


def require_own(house: House, actor: Actor, card_ids: Collection[uuid.UUID]) -> None:
    """Before any library hears of them. Raises ``Problem`` ``no_such_card`` unless all are the account's."""
    if not set(card_ids) <= {card.id for card in Cards(house).all(actor)}:
        raise Problem(Code.NO_SUCH_CARD)
