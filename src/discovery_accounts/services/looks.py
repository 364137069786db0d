"""What staff looked at of a person, and what they did to their linking, for that person to see (rules 3.4, 9.4)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.actor import Actor
from discovery_accounts.models import Event
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.own_cards import OwnCards

MOST = 20
LOOKS = (events.STAFF_LOOKED, events.DATA_SHOWN, events.DATA_HANDED_OVER, events.DATA_CORRECTED)
"""Words of events by which staff saw or corrected what is somebody's."""


@dataclass(frozen=True, slots=True)
class Look:
    """``library`` ``None``: by somebody of the whole portal. ``reason`` is a code, or empty. ``what`` is a word of
    ``services.events``: they looked, corrected, or forbade or allowed linking."""

    at: datetime
    library: str | None
    reason: str
    what: str = events.STAFF_LOOKED


def looks_at(house: House, actor: Actor) -> tuple[Look, ...]:
    """The last looks of staff at the account of this person or at a card whose holder they are, the newest first. A
    card that waits for its holder's yes is not theirs to know of."""
    now, decides = house.now(), Action.DECIDE_WHO_SEES
    cards = OwnCards(house).all(actor)
    own = [card.id for card in cards if authorize(card.access, decides, now) is Verdict.ALLOWED]
    query = (
        select(Event)
        .where(
            or_(
                Event.word.in_(LOOKS),
                and_(
                    Event.word.in_((events.LINKING_FORBIDDEN, events.LINKING_ALLOWED)),
                    Event.detail["by"].as_string() == "staff",
                ),
            ),
            or_(Event.account_id == actor.account_id, Event.card_id.in_(own)),
        )
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(MOST)
    )
    with house.database.reading() as session:
        return tuple(
            Look(row.at, row.library, str((row.detail or {}).get("reason", "")), row.word)
            for row in session.scalars(query)
        )
