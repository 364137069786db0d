"""A patron whom the library does not know any more: the card stays, and shows so; what was kept is forgotten."""

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from discovery_accounts.models import LibraryCard
from discovery_accounts.services import answers, events
from discovery_accounts.services.house import House


def mark_gone(session: Session, house: House, card: LibraryCard, link_ids: Sequence[uuid.UUID]) -> None:
    """In the caller's transaction; nothing kept of these links can be shown once it ends. Again does nothing."""
    if card.gone_at is not None:
        return
    card.gone_at = house.now()
    answers.renew_keys(session, house, link_ids)
    answers.forget(house, link_ids)
    events.record(session, events.CARD_GONE, house.now(), library=card.library, card_id=card.id)
