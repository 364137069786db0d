"""One-time links in mails to a card's holder: the rows behind them. What they open is in ``letter_answers``."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.models import Link, LinkLetter
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.tokens import new_token, token_hash

LASTS = timedelta(days=14)


def new_letter(session: Session, house: House, link: Link) -> str:
    """A secret word for the address in a mail about the link, in the caller's transaction."""
    token, now = new_token(), house.now()
    session.add(
        LinkLetter(
            id=uuid.uuid4(),
            link_id=link.id,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=now + LASTS,
        )
    )
    return token


def can_be_answered(house: House, link_id: uuid.UUID) -> bool:
    """Whether the holder of a linked card was written to, and the mail still works."""
    query = select(LinkLetter.id).where(
        LinkLetter.link_id == link_id, LinkLetter.used_at.is_(None), LinkLetter.expires_at > house.now()
    )
    with house.database.reading() as session:
        return session.execute(query.limit(1)).first() is not None


def purge_letters(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """Remove letters that are over."""
    return purge(house, LinkLetter.id, LinkLetter.expires_at <= now, limit, dry_run)
