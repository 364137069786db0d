"""What libraries list of cards: all of them on one page, each with a state of its own."""

import uuid
from collections.abc import Collection

from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.actor import Actor
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

    Raises ``Problem`` ``no_such_card`` when a card in ``only`` is not the account's.
    """
    wanted = frozenset({want, Want.PATRON})
    readings = Readings(house).read(actor, wanted, only=only, refresh=refresh)
    if only is not None and {reading.card.id for reading in readings} != set(only):
        raise Problem(Code.NO_SUCH_CARD)
    return readings
