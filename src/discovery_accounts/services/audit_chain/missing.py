"""Events that somebody took away from a living person: fewer are theirs than there are seals under their keys."""

import uuid
from collections.abc import Iterator

from sqlalchemy import func, select

from discovery_accounts.models import Event, EventSeal, PersonKey
from discovery_accounts.services.audit_chain.mark import Mark
from discovery_accounts.services.audit_chain.person_keys import keys_of, unwrap
from discovery_accounts.services.audit_chain.reading import open_seal
from discovery_accounts.services.house import House

PAGE = 500
_MOST_TRIED = 50
"""Accounts whose keys are tried on nameless seals: one is enough to say that the chain is broken."""


def first_without_account(house: House, mark: Mark) -> int | None:
    """The first seal that a living person's key opens though its event is nobody's; 0 where that seal can't be found.

    An erased person has no keys, and is never asked about here.
    """
    short = _short(house)
    if not short:
        return None
    with house.database.reading() as session:
        rows = [row for some in keys_of(session, short).values() for row in some]
    keys = [key for key in (unwrap(house, row) for row in rows) if key is not None]
    for seal in _nameless(house, mark):
        if any(open_seal(house, key, seal) is not None for key in keys):
            return seal.sequence
    # sealed or ended while we looked: whoever is still short is
    return 0 if _short(house) else None


def _short(house: House) -> list[uuid.UUID]:
    """Accounts with another number of sealed events than their keys were used for."""
    have = (
        select(func.count())
        .select_from(Event)
        .where(Event.account_id == PersonKey.account_id, Event.sequence.is_not(None))
        .correlate(PersonKey)
        .scalar_subquery()
    )
    query = (
        select(PersonKey.account_id).group_by(PersonKey.account_id).having(func.sum(PersonKey.seals) != have)
    )
    with house.database.reading() as session:
        return list(session.scalars(query.limit(_MOST_TRIED)))


def _nameless(house: House, mark: Mark) -> Iterator[EventSeal]:
    after = mark.first
    while True:
        with house.database.reading() as session:
            query = (
                select(EventSeal)
                .join(Event, Event.id == EventSeal.event_id)
                .where(Event.account_id.is_(None), EventSeal.sequence > after)
                .order_by(EventSeal.sequence)
                .limit(PAGE)
            )
            page = session.scalars(query).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].sequence
