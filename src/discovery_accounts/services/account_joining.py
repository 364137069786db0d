"""Everything that one account has becomes another one's, in the caller's transaction, with both locked before."""

import uuid
from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.models import (
    Account,
    Alert,
    Base,
    Event,
    FavouriteAct,
    FavouriteList,
    Identity,
    Link,
    OutboxMessage,
    PersonKey,
    StaffMember,
    TransferConsent,
)
from discovery_accounts.services.retention.joining import at_merge as take_memberships
from discovery_accounts.services.reviews.ending import at_merge as take_reviews
from discovery_accounts.services.row_locks import lock_cards_of, lock_links

MOVED: tuple[type[Base], ...] = (
    Identity,
    TransferConsent,
    Event,
    PersonKey,
    OutboxMessage,
    FavouriteList,
    FavouriteAct,
    Alert,
)
"""Rows that simply change hands. Links need care; sessions and pending changes of address end."""


def lock_both(session: Session, mine: uuid.UUID, other: uuid.UUID) -> dict[uuid.UUID, Account]:
    """Both accounts, where they are there, and all that hangs on them, in the order of ``row_locks``."""
    both = [mine, other]
    links = session.scalars(select(Link.id).where(Link.account_id.in_(both))).all()
    lock_cards_of(session, links)
    query = select(Account).where(Account.id.in_(both)).order_by(Account.id).with_for_update()
    rows = {row.id: row for row in session.scalars(query)}
    lock_links(session, session.scalars(select(Link.id).where(Link.account_id.in_(both))).all())
    return rows


def take_in(session: Session, mine: Account, other: Account, now: datetime) -> list[uuid.UUID]:
    """What is the ``other`` account's becomes ``mine``, and the ``other`` is gone; the ids of links that are, too."""
    gone = _take_links(session, mine, other)
    for model in MOVED:
        _hand_over(session, model, other.id, mine.id)
    take_reviews(session, mine.id, other.id)
    take_memberships(session, mine.id, other.id, now)
    _fill_in(mine, other)
    session.flush()
    session.expire_all()
    session.execute(delete(Account).where(Account.id == other.id))
    return gone


def is_of_staff(session: Session, account_id: uuid.UUID) -> bool:
    """Whether somebody signs in to the staff's pages by it, or did."""
    return session.scalar(select(StaffMember.id).where(StaffMember.account_id == account_id)) is not None


def _take_links(session: Session, mine: Account, other: Account) -> list[uuid.UUID]:
    """Move the other account's links; where both have the card, the one that may do more stays."""
    own = {link.card_id: link for link in session.scalars(_links(mine.id))}
    gone = []
    for link in session.scalars(_links(other.id)).all():
        rival = own.get(link.card_id)
        if rival is not None:
            keep, drop = (link, rival) if _rank(link) > _rank(rival) else (rival, link)
            keep.label = rival.label or keep.label
            gone.append(drop.id)
            session.delete(drop)
            session.flush()
            link = keep
        link.account_id = mine.id
        link.mail_due_at = None  # the other's digest ends; if there is one here, it sets that anew
    session.flush()
    return gone


def _rank(link: Link) -> tuple[bool, bool]:
    return (link.state != LinkState.ENDED.value, link.holder)


def _links(account_id: uuid.UUID) -> Select[Link]:
    return select(Link).where(Link.account_id == account_id).order_by(Link.id)


def live_links(account_id: uuid.UUID) -> Select[Link]:
    """Those that are not over."""
    return _links(account_id).where(Link.state != LinkState.ENDED.value)


def _hand_over(session: Session, model: type[Base], before: uuid.UUID, after: uuid.UUID) -> None:
    column = model.__table__.c.account_id
    session.execute(update(model).where(column == before).values(account_id=after))


def _fill_in(mine: Account, other: Account) -> None:
    mine.created_at = min(mine.created_at, other.created_at)
    mine.name = mine.name or other.name
    mine.language = mine.language or other.language
    mine.linking_blocked_at = mine.linking_blocked_at or other.linking_blocked_at
    if mine.protected_at is None:
        mine.protected_at, mine.protected_because = other.protected_at, other.protected_because
    if mine.email is None:
        mine.email, mine.email_source = other.email, other.email_source
        mine.email_verified_at = other.email_verified_at
        mine.email_paused_at = other.email_paused_at
        mine.email_paused_because = other.email_paused_because
