"""Who looked at a card through a link, told to its holder: once an hour at most for each thing seen (rules 3.7).

When it was last told stands in the link's own row (``Link.looked``), which every reading has read anyway: so there
is no query more where nothing is to be written, it holds over all processes and restarts, and a look at what was
kept counts like any other. ``last_used_at`` would not do: it moves with every use, and says nothing of what was seen.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import SHOWN, Scope
from discovery_accounts.models import Link
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.background import JOB
from discovery_accounts.services.house import House
from discovery_accounts.services.plans import Plan
from discovery_accounts.services.row_locks import lock_links
from discovery_accounts.services.showing import CardReading

TOLD_AGAIN_AFTER = timedelta(hours=1)

STANDING = "standing"
"""Seen where nothing else was: whether the card is in order."""

_SEEN: dict[Want, str] = {
    Want.LOANS: Scope.LOANS.value,
    Want.HOLDS: Scope.HOLDS.value,
    Want.FEES: Scope.FEES.value,
    Want.OWED: Scope.FEES.value,
}


def may_be_due(plan: Plan, now: datetime) -> bool:
    """Whether this reading may come to a look that has to be told, as far as can be known before it."""
    if plan.card.holder or plan.settled is not None:
        return False
    return bool(_untold(plan.card, _words(plan.due), now))


def write_down(
    session: Session,
    actor: Actor,
    readings: Iterable[CardReading],
    looking: Collection[uuid.UUID],
    now: datetime,
) -> None:
    """Tell of what was seen through the links ``looking`` (ids), which the caller has locked and read again."""
    for reading in readings:
        card = reading.card
        if card.link_id not in looking or reading.state not in SHOWN:
            continue
        shown = _words({want for want, part in reading.parts.items() if part.state in SHOWN})
        untold = _untold(card, shown or {STANDING}, now)
        if not untold:
            continue
        _tell(session, actor, card, untold, now)


def note(house: House, actor: Actor, card: AccountCard, seen: Scope) -> None:
    """Tell, in a transaction of its own, of a look that no reading of cards was."""
    now = house.now()
    if card.holder or not _untold(card, {seen.value}, now):
        return
    with house.database.writing() as session:
        lock_links(session, [card.link_id])
        looked = session.execute(select(Link.looked).where(Link.id == card.link_id)).scalar_one_or_none()
        card = replace(card, looked=looked or {})
        if untold := _untold(card, {seen.value}, now):
            _tell(session, actor, card, untold, now)


def _tell(session: Session, actor: Actor, card: AccountCard, seen: list[str], now: datetime) -> None:
    session.execute(
        update(Link)
        .where(Link.id == card.link_id)
        .values(looked={**card.looked, **dict.fromkeys(seen, int(now.timestamp()))})
        .execution_options(synchronize_session=False)
    )
    events.record(
        session,
        events.LINK_LOOKED,
        now,
        library=card.library,
        account_id=actor.account_id,
        card_id=card.id,
        scopes=" ".join(seen),
        **({"by_itself": True} if actor.kind == JOB else {}),
    )


def _words(wants: Iterable[Want]) -> set[str]:
    wants = set(wants)
    found = {_SEEN[want] for want in wants if want in _SEEN}
    return found or ({STANDING} if wants else set())


def _untold(card: AccountCard, seen: Collection[str], now: datetime) -> list[str]:
    """What of it was not told within the hour, in a fixed order."""
    before = (now - TOLD_AGAIN_AFTER).timestamp()
    return sorted(word for word in seen if card.looked.get(word, 0) <= before)
