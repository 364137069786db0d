"""An account's links as plain records, read in one query and cut loose from the database."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.access import CardAccess
from discovery_accounts.domain.cards import (
    ALL_SCOPES,
    CredentialState,
    LinkProof,
    LinkState,
    Relation,
    Scope,
    in_order,
    read_scopes,
)
from discovery_accounts.domain.handover import state_of
from discovery_accounts.domain.labels import COLOURS
from discovery_accounts.domain.standing import Block, Standing
from discovery_accounts.models import Credential, LibraryCard, Link, SessionProof
from discovery_accounts.services.card_rows import read_blocks, read_standing


@dataclass(frozen=True, slots=True)
class StoredPin:
    """A sealed PIN and when it may or must be checked; ``ciphertext`` is ``None`` when there is none."""

    state: CredentialState
    ciphertext: bytes | None = field(repr=False)
    key_id: str | None
    checked_at: datetime | None
    claimed_at: datetime | None
    not_before: datetime | None


@dataclass(frozen=True, slots=True)
class AccountCard:
    """One card of an account. ``proved`` tells that its PIN was given in this session; ``number_last4`` is empty
    while it is masked. ``link_state`` is as it is now. ``colour`` is 1 to ``COLOURS``, chosen or by position;
    ``days_ahead`` and ``looked`` as in ``models.Link``."""

    id: uuid.UUID
    link_id: uuid.UUID
    library: str
    patron_id: str = field(repr=False)
    number_sealed: bytes = field(repr=False)
    number_key_id: str
    number_last4: str = field(repr=False)
    label: str = field(repr=False)
    relation: Relation
    holder: bool
    scopes: frozenset[Scope]
    link_state: LinkState
    until: datetime | None
    since: datetime
    last_used_at: datetime | None
    answer_key: bytes = field(repr=False)
    standing: Standing | None
    blocks: tuple[Block, ...]
    expires_on: date | None
    read_at: datetime | None
    gone_at: datetime | None
    pin: StoredPin | None
    proof: LinkProof
    hands_over_at: datetime | None
    linking_refused: bool
    colour: int
    days_ahead: int | None
    proved: bool
    position: int
    looked: Mapping[str, int] = field(default_factory=dict, repr=False)

    @property
    def access(self) -> CardAccess:
        return CardAccess(self.link_state, self.scopes, self.holder, self.until, self.standing)

    @property
    def shown_scopes(self) -> tuple[Scope, ...]:
        """What the link may do, in a fixed order; the holder's own may do everything."""
        return ALL_SCOPES if self.holder else in_order(self.scopes)

    def as_masked(self) -> "AccountCard":
        """Without the end of the number, and without the library's own words about the patron, which may
        hold a name, an address or a telephone number."""
        blocks = tuple(Block(block.code) for block in self.blocks)
        return replace(self, number_last4="", blocks=blocks)


# Columns of the tables, not attributes of the classes: a third cheaper, and every page asks this twice.
_L, _C, _P, _S = (table.__table__.c for table in (Link, LibraryCard, Credential, SessionProof))
_QUERY = (
    select(
        _C.id,
        _L.id.label("link_id"),
        _C.library,
        _C.patron_id,
        _C.number_sealed,
        _C.number_key_id,
        _L.number_last4,
        _L.label,
        _L.relation,
        _L.holder,
        _L.scopes,
        _L.state,
        _L.until,
        _L.since,
        _L.last_used_at,
        _L.answer_key,
        _L.proof,
        _L.confirmed_at,
        _L.colour,
        _L.days_ahead,
        _L.looked,
        _C.hands_over_at,
        _C.linking_refused_at,
        _C.standing,
        _C.blocks,
        _C.expires_on,
        _C.read_at,
        _C.gone_at,
        _P.state.label("pin_state"),
        _P.ciphertext,
        _P.key_id,
        _P.checked_at,
        _P.claimed_at,
        _P.not_before,
        _S.proved_at,
    )
    .select_from(Link.__table__)
    .join(LibraryCard.__table__, _C.id == _L.card_id)
    .outerjoin(Credential.__table__, _P.link_id == _L.id)
    .outerjoin(
        SessionProof.__table__,
        and_(_S.link_id == _L.id, _S.session_id == bindparam("session_id")),
    )
    .where(_L.account_id == bindparam("account_id"), _L.state != LinkState.ENDED.value)
    .order_by(_L.since, _L.id)
)


def cards_of(
    session: Session, account_id: uuid.UUID, session_id: uuid.UUID | None, now: datetime
) -> tuple[AccountCard, ...]:
    """The account's cards that are not ended, in the order they were linked."""
    rows = session.execute(_QUERY, {"account_id": account_id, "session_id": session_id}).all()
    live = [row for row in rows if row.until is None or row.until > now]
    return tuple(_record(row, position, now) for position, row in enumerate(live))


def free_colour(session: Session, account_id: uuid.UUID, now: datetime) -> int:
    """A colour that no card of the account has yet, or the one after the last; a card keeps it when others go."""
    cards = cards_of(session, account_id, None, now)
    used = {card.colour for card in cards}
    return next((one for one in range(1, COLOURS + 1) if one not in used), len(cards) % COLOURS + 1)


def find_card(cards: Sequence[AccountCard], card_id: uuid.UUID) -> AccountCard | None:
    return next((card for card in cards if card.id == card_id), None)


_scopes = cache(read_scopes)


def _record(row: Any, position: int, now: datetime) -> AccountCard:
    state = state_of(
        LinkState(row.state),
        holder=row.holder,
        since=row.since,
        confirmed_at=row.confirmed_at,
        at=row.hands_over_at,
        now=now,
    )
    return AccountCard(
        id=row.id,
        link_id=row.link_id,
        library=row.library,
        patron_id=row.patron_id,
        number_sealed=row.number_sealed,
        number_key_id=row.number_key_id,
        number_last4=row.number_last4,
        label=row.label,
        relation=Relation(row.relation),
        holder=row.holder,
        scopes=_scopes(row.scopes),
        link_state=state,
        until=row.until,
        since=row.since,
        last_used_at=row.last_used_at,
        answer_key=row.answer_key,
        standing=read_standing(row.standing),
        blocks=read_blocks(row.blocks),
        expires_on=row.expires_on,
        read_at=row.read_at,
        gone_at=row.gone_at,
        pin=_pin(row),
        proof=LinkProof(row.proof),
        hands_over_at=row.hands_over_at,
        linking_refused=row.linking_refused_at is not None,
        colour=row.colour or position % COLOURS + 1,
        days_ahead=row.days_ahead,
        proved=row.proved_at is not None,
        position=position,
        looked=row.looked or {},
    )


def _pin(row: Any) -> StoredPin | None:
    if row.pin_state is None:
        return None
    return StoredPin(
        CredentialState(row.pin_state),
        row.ciphertext,
        row.key_id,
        row.checked_at,
        row.claimed_at,
        row.not_before,
    )
