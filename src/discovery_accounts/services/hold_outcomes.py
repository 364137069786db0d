"""What comes of an act on a hold, and how it is found out where the library gave no answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from discovery_accounts.connectors.api import Hold
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import CardState
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.house import House
from discovery_accounts.services.readings import Readings

PLACED = "placed"
CANCELLED = "cancelled"
CANCEL_ASKED = "cancel_asked"
PICKUP_CHANGED = "pickup_changed"
SUSPENDED = "suspended"
RESUMED = "resumed"
DONE = (PLACED, CANCELLED, CANCEL_ASKED, PICKUP_CHANGED, SUSPENDED, RESUMED)
NOT_ANSWERED = "not_answered"
"""The library did not answer, and its list does not show that the act was done: it may be done yet."""

Evidence = Callable[[Sequence[Hold]], bool]
"""Whether the library's list shows that the act was done."""


@dataclass(frozen=True, slots=True)
class HoldResult:
    """What came of an act. ``code`` says what was done, or why not: one of ``domain.holds.REASONS``, or
    ``NOT_ANSWERED``. ``hold`` is the id as the outside sees it, where there is one."""

    card: AccountCard
    done: bool
    code: str
    hold: str | None = None


def listed(house: House, actor: Actor, card: AccountCard, *, refresh: bool) -> tuple[Hold, ...] | None:
    """The card's holds as the library told them; ``None`` when it did not, or they may not be seen."""
    readings = Readings(house).read(actor, frozenset({Want.HOLDS}), only={card.id}, refresh=refresh)
    fresh = [one for one in readings if one.state is CardState.FRESH]
    return fresh[0].holds if fresh else None


def look(
    house: House, actor: Actor, card: AccountCard, done: str, shows: Evidence, hold: str | None = None
) -> HoldResult:
    """What became of an act that was not answered, by the library's list as it is now."""
    holds = listed(house, actor, card, refresh=True)
    if holds is not None and shows(holds):
        return HoldResult(card, True, done, hold)
    return HoldResult(card, False, NOT_ANSWERED, hold)
