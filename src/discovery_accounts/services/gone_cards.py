"""A patron whom the library does not know any more: the card stays, and shows so; what was kept is forgotten.

What others were allowed to see of it they were allowed by that patron. A library may say so by mistake, and mend it:
within a day everything is as before. If the record comes back later, perhaps as somebody else's, they wait for its
holder's yes.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from discovery_accounts.domain.cards import EndedBy, LinkState
from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import answers, events, outbox
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import not_over, state_now

A_MISTAKE = timedelta(days=1)


def mark_gone(session: Session, house: House, card: LibraryCard, link_ids: Sequence[uuid.UUID]) -> None:
    """In the caller's transaction, which has locked the card; nothing kept of any link to it can be shown once
    it ends, nor is what waits to be sent about it. Again does nothing. ``link_ids`` are links of the caller's."""
    if card.gone_at is not None:
        return
    now = house.now()
    card.gone_at = now
    query = select(Link).where(Link.card_id == card.id, *not_over(now)).order_by(Link.id)
    links = session.scalars(query.with_for_update(of=Link, key_share=True)).all()
    for link in links:
        link.mail_due_at = None
    ids = {link.id for link in links} | set(link_ids)
    outbox.withdraw(session, ids)
    answers.renew_keys(session, house, ids)
    answers.forget(house, list(ids))
    events.record(session, events.CARD_GONE, now, library=card.library, card_id=card.id)


def mark_back(card: LibraryCard, now: datetime) -> None:
    """The library knows the patron (again), in the caller's transaction, which has locked the card."""
    gone_at, card.gone_at = card.gone_at, None
    session = object_session(card)
    if gone_at is None or now - gone_at <= A_MISTAKE or session is None:
        return
    query = select(Link).where(Link.card_id == card.id, Link.holder.is_(False), *not_over(now))
    for link in session.scalars(query.order_by(Link.id).with_for_update(of=Link, key_share=True)):
        if state_now(link, now) is LinkState.ACTIVE:
            link.ended_by = EndedBy.LIBRARY.value
        link.state = LinkState.PENDING.value
        link.confirmed_at = None
