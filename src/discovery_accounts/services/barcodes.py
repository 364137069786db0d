"""The card on the screen: its number and how a desk's machine reads it (rules 3.2, 7.3).

The one place where a whole card number is given out, but for the archive of one's own data
(``own_data/whose.py``), and only to its holder or through a link with the scope ``card``. The library is asked
as for any other act; while it is down, a card that it knew within the last day is shown all the same, dated
(rules 2.4).
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.barcode import Symbology, drawable
from discovery_accounts.domain.cards import SHOWN, CardState, Relation
from discovery_accounts.models import Event
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.admission import CODES, STATES
from discovery_accounts.services.house import House
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.readings import Readings
from discovery_accounts.services.row_locks import lock_links

TOLD_EVERY = timedelta(hours=1)
"""The holder's log tells of a link that shows the card again and again once in so long."""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """``symbology`` is ``NONE`` where there are no bars to draw; ``holder_name`` is told of one's own card only.
    ``as_of`` is when the library last knew the card, where it does not answer now; else ``None``."""

    card: AccountCard
    number: str = field(repr=False)
    symbology: Symbology
    drawn_by_library: bool
    holder_name: str | None = field(repr=False, default=None)
    as_of: datetime | None = None


class Barcodes:
    def __init__(self, house: House) -> None:
        self._house = house
        self._cards = OwnCards(house)

    def show(self, actor: Actor, card_id: uuid.UUID) -> ShownCard:
        """The card's number. Raises ``Problem``: those of ``Admission``, and ``step_up_required`` for who signed
        in in a weak way."""
        # who may not is told before any library is asked
        self._cards.check(actor, card_id, Action.SHOW_BARCODE)
        if not actor.sees_all:
            raise Problem(Code.STEP_UP_REQUIRED)
        readings = Readings(self._house).read(actor, frozenset({Want.PATRON}), only={card_id})
        if not readings:
            raise Problem(Code.NO_SUCH_CARD)
        [reading] = readings
        card = reading.card
        verdict = authorize(card.access, Action.SHOW_BARCODE, self._house.now())
        if verdict is not Verdict.ALLOWED:
            raise Problem(CODES[verdict])
        if reading.state not in SHOWN:
            raise Problem(STATES[reading.state])
        number = self._cards.patron(card).card_number
        if not card.holder:
            self._tell(actor, card)
        return self._shown(actor, card, number, reading.as_of if reading.state is CardState.STALE else None)

    def _shown(self, actor: Actor, card: AccountCard, number: str, as_of: datetime | None) -> ShownCard:
        wanted = Symbology(self._house.library(card.library).barcode)
        own = card.holder and card.relation is Relation.OWN
        return ShownCard(
            card,
            number,
            drawable(number, wanted),
            wanted is not Symbology.NONE,
            actor.name if own else None,
            as_of,
        )

    def _tell(self, actor: Actor, card: AccountCard) -> None:
        """Note for the card's holder that somebody else had it shown."""
        now = self._house.now()
        lately = select(Event.id).where(
            Event.card_id == card.id,
            Event.account_id == actor.account_id,
            Event.word == events.BARCODE_SHOWN,
            Event.at > now - TOLD_EVERY,
        )
        with self._house.database.writing() as session:
            lock_links(session, [card.link_id])
            if session.scalars(lately.limit(1)).first() is None:
                events.record(
                    session,
                    events.BARCODE_SHOWN,
                    now,
                    library=card.library,
                    account_id=actor.account_id,
                    card_id=card.id,
                )
