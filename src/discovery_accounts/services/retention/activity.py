"""When a card was last used: one row a card and kind of use (rules 6.1).

Fed where services learn of a use anyway: a loan or hold that a library tells of, an act on one, a sign-in to the
account of the card's holder. A check of ours is none (rules 2.4). To the day: a second use of a day writes nothing.
"""

import uuid
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import Hold, Loan
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.models import CardActivity, Link
from discovery_accounts.models.database import Database
from discovery_accounts.services.upserts import insert_or_update


class Use(StrEnum):
    LOAN = "loan"
    HOLD = "hold"
    SIGN_IN = "sign_in"


Uses = Mapping[tuple[uuid.UUID, Use], datetime]
"""The last use of each kind of each card."""


def note(session: Session, uses: Uses) -> None:
    """Write down what is newer than what is known, in the caller's transaction."""
    rows = [
        {"card_id": card_id, "kind": use.value, "last_at": at}
        for (card_id, use), at in sorted(
            _news(session, uses).items(), key=lambda one: (one[0][0].int, one[0][1])
        )
    ]
    insert_or_update(session, CardActivity, rows)


def is_news(database: Database, uses: Uses) -> bool:
    """Whether ``note`` would write anything: mostly not, and then nobody need wait to write."""
    if not uses:
        return False
    with database.reading() as session:
        return bool(_news(session, uses))


def _news(session: Session, uses: Uses) -> Uses:
    if not uses:
        return {}
    known = found(session, {card_id for card_id, _ in uses})
    return {
        key: at for key, at in uses.items() if (last := known.get(key)) is None or last.date() < at.date()
    }


def found(session: Session, card_ids: Collection[uuid.UUID]) -> Uses:
    """What is known of these cards."""
    query = select(CardActivity).where(CardActivity.card_id.in_(card_ids))
    return {(row.card_id, Use(row.kind)): row.last_at for row in session.scalars(query)}


def note_sign_in(session: Session, account_id: uuid.UUID, at: datetime) -> None:
    """Somebody signed in: every card whose holder they are is in use."""
    query = select(Link.card_id).where(
        Link.account_id == account_id, Link.holder, Link.state == LinkState.ACTIVE.value
    )
    note(session, {(card_id, Use.SIGN_IN): at for card_id in session.scalars(query)})


def told_by(card_id: uuid.UUID, records: Collection[object], now: datetime) -> Uses:
    """The uses that loans and holds tell of; what the library dates later than now is of today."""
    uses: dict[tuple[uuid.UUID, Use], datetime] = {}
    for one in records:
        use, at = _use(one)
        if use is not None and at is not None:
            key = card_id, use
            at = min(at, now)
            uses[key] = max(uses.get(key, at), at)
    return uses


def _use(one: object) -> tuple[Use | None, datetime | None]:
    if isinstance(one, Loan):
        return Use.LOAN, one.checked_out_at
    if isinstance(one, Hold) and one.placed_on is not None:
        return Use.HOLD, datetime.combine(one.placed_on, time(12), UTC)
    return None, None
