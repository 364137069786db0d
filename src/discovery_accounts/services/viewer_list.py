"""The accounts that have a card or ask for it, as its holder sees them: what each may do, and how it signs in."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import ALL_SCOPES, LinkState, Relation, Scope, in_order, read_scopes
from discovery_accounts.domain.handover import NOTICE, is_in_notice
from discovery_accounts.domain.masking import mask_name
from discovery_accounts.models import Account, Identity, LibraryCard, Link
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import not_over, state_now


@dataclass(frozen=True, slots=True)
class Way:
    """How an account signs in, as we verified it: by a card of the library ``issuer``, or by the login
    ``login_name`` at the organisation ``issuer``."""

    login: str
    login_name: str | None
    issuer: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """One account that has the card. ``name`` is what its owner chose; ``mine`` the account that asks.
    ``ways`` is empty while it is hidden from somebody of whom we are not sure enough. ``asks``: an answer of the
    holder is waited for, now or for the time after the handover."""

    link_id: uuid.UUID
    name: str | None = field(repr=False)
    ways: tuple[Way, ...]
    since: datetime
    last_used: datetime | None
    scopes: tuple[Scope, ...]
    mine: bool
    state: LinkState
    until: datetime | None
    holder: bool
    relation: Relation
    asks: bool

    def as_masked(self) -> "Viewer":
        return replace(self, name=self.name and mask_name(self.name), ways=())


def viewers_of(
    session: Session, house: House, card: LibraryCard, me: uuid.UUID | None, only: uuid.UUID | None = None
) -> tuple[Viewer, ...]:
    """Those who have the card or ask for it; or the one with the link ``only``."""
    now = house.now()
    query = (
        select(Link, Account.name)
        .join(Account, Account.id == Link.account_id)
        .where(Link.card_id == card.id, *not_over(now))
        .order_by(Link.since, Link.id)
    )
    if only is not None:
        query = query.where(Link.id == only)
    else:
        query = query.where(Account.ended_at.is_(None))  # hidden until it comes back, or is erased
    found = session.execute(query).all()
    ways = _ways(session, {link.account_id for link, _name in found})
    return tuple(
        Viewer(
            link.id,
            name,
            tuple(ways.get(link.account_id, ())),
            link.since,
            link.last_used_at,
            ALL_SCOPES if link.holder else in_order(read_scopes(link.scopes)),
            link.account_id == me,
            state_now(link, now),
            link.until,
            link.holder,
            Relation(link.relation),
            link.account_id != me and asks(link, now),
        )
        for link, name in found
    )


def _ways(session: Session, account_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Way]]:
    query = (
        select(Identity)
        .where(Identity.account_id.in_(account_ids))
        .order_by(Identity.created_at, Identity.id)
    )
    found: dict[uuid.UUID, list[Way]] = {}
    for one in session.scalars(query):
        way = Way(one.login, one.login_name if one.login != "card" else None, one.issuer)
        known = found.setdefault(one.account_id, [])
        if way not in known:
            known.append(way)
    return found


def asks(link: Link, now: datetime) -> bool:
    """Whether the link waits for its holder's yes, or will from the handover on that is near."""
    if state_now(link, now) is LinkState.PENDING:
        return True
    at = link.card.hands_over_at
    if at is None or link.holder or not is_in_notice(at, now) or link.since >= at:
        return False
    return link.confirmed_at is None or link.confirmed_at < at - NOTICE
