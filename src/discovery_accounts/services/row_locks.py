"""Rows are locked in one order by everybody: cards, accounts, links, credentials, each kind by id.

Two transactions that lock the same rows in different orders wait for each other for ever; the
database then ends one of them, and a person sees a failure. Two people who look after the same
children have linked their cards in different orders, so this is no rare case.
"""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.models import LibraryCard, Link

NO_KEY: dict[str, bool] = {"key_share": True}
"""How to lock: rows that only point to a locked one, such as events, need not wait for it. No key is ever changed."""


def lock_links(session: Session, link_ids: Collection[uuid.UUID]) -> None:
    """Lock these links and, before them, their cards. SQLite has one lock for all, held already."""
    if not link_ids or session.get_bind().dialect.name == "sqlite":
        return
    lock_cards_of(session, link_ids)
    links = select(Link.id).where(Link.id.in_(link_ids)).order_by(Link.id)
    session.execute(links.with_for_update(key_share=True)).all()


def lock_cards_of(session: Session, link_ids: Collection[uuid.UUID]) -> None:
    """Lock the cards of these links alone, for those who lock accounts next."""
    if not link_ids or session.get_bind().dialect.name == "sqlite":
        return
    cards = select(Link.card_id).where(Link.id.in_(link_ids))
    query = select(LibraryCard.id).where(LibraryCard.id.in_(cards)).order_by(LibraryCard.id)
    session.execute(query.with_for_update(key_share=True)).all()


def lock_card(session: Session, card_id: uuid.UUID) -> None:
    """Lock one card, for those who will change it after they have found the link."""
    session.execute(
        select(LibraryCard.id).where(LibraryCard.id == card_id).with_for_update(key_share=True)
    ).all()
