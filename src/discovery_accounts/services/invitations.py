"""Linking without sharing a PIN: the holder's short-lived code for one set of rights, used once (rules 3.5).

What is wrong with a code is never told: unknown, used, over and revoked are one answer.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import Scope, in_order, read_scopes, write_scopes
from discovery_accounts.domain.invitation_code import new_code, read_code
from discovery_accounts.domain.linking import Refused, check_scopes
from discovery_accounts.models import Invitation, LibraryCard
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.house import House
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.row_locks import lock_card
from discovery_accounts.services.sessions import require_decider
from discovery_accounts.services.throttles import Throttles

LASTS = timedelta(minutes=10)
SHORTEST = timedelta(minutes=1)
MADE = RateLimit(30, 3600)
"""How many codes one account may make."""


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """One that can still be used; its code is not known to us any more. ``until`` is of the link."""

    id: uuid.UUID
    scopes: tuple[Scope, ...]
    until: datetime | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """``code`` is shown once."""

    code: str = field(repr=False)
    made: OpenInvitation


class Invitations:
    """What a card's holder does."""

    def __init__(self, house: House) -> None:
        self._house = house

    def make(
        self,
        actor: Actor,
        card_id: uuid.UUID,
        scopes: Collection[Scope],
        *,
        lasts: timedelta = LASTS,
        until: datetime | None = None,
    ) -> NewInvitation:
        """Raises ``BadShape`` about ``scopes`` or ``expires_in``, and ``Problem``: as ``may_invite``,
        ``step_up_required``, ``fresh_sign_in_required``, ``too_many_attempts``."""
        self.may_invite(actor, card_id)
        useful = check_scopes(scopes)
        if not SHORTEST <= lasts <= LASTS:
            raise BadShape("expires_in", "not_allowed")
        require_decider(self._house, actor)
        Throttles(self._house).count_asking("invitation", MADE, str(actor.account_id))
        code, now = new_code(), self._house.now()
        row = Invitation(
            id=uuid.uuid4(),
            card_id=card_id,
            account_id=actor.account_id,
            code_hash=code_hash(self._house, code),
            scopes=write_scopes(useful),
            until=until,
            created_at=now,
            expires_at=now + lasts,
        )
        with self._house.database.writing() as session:
            lock_card(session, card_id)
            self._check_card(session.get_one(LibraryCard, card_id))
            session.add(row)
            self._record(session, events.INVITED, actor, row, scopes=row.scopes)
            return NewInvitation(code, _told(row))

    def may_invite(self, actor: Actor, card_id: uuid.UUID) -> AccountCard:
        """The holder's card, if somebody can be invited to it. Raises ``Problem``: ``no_such_card``, ``holder_only``,
        ``pending_approval``, ``not_supported``, ``linking_not_allowed``, ``not_a_patron``."""
        card = self._held(actor, card_id)
        library = self._house.library(card.library)
        if not self._house.gateway.reads_without_pin(card.library):
            raise Problem(Code.NOT_SUPPORTED)
        if not library.linking:
            raise Problem(Code.LINKING_NOT_ALLOWED, detail=Refused.LIBRARY.value)
        with self._house.database.reading() as session:
            self._check_card(session.get_one(LibraryCard, card_id))
        return card

    def open(self, actor: Actor, card_id: uuid.UUID) -> tuple[OpenInvitation, ...]:
        """Those of the card that can still be used, the oldest first; none while linking it is refused."""
        self._held(actor, card_id)
        now = self._house.now()
        query = select(Invitation).where(Invitation.card_id == card_id)
        with self._house.database.reading() as session:
            card = session.get_one(LibraryCard, card_id)
            if card.linking_blocked_at is not None or card.linking_refused_at is not None:
                return ()
            rows = session.scalars(query.order_by(Invitation.created_at, Invitation.id))
            return tuple(_told(row) for row in rows if is_open(row, now))

    def revoke(self, actor: Actor, card_id: uuid.UUID, which: str) -> None:
        """``which`` is its id or its code. Raises ``Problem``: ``invitation_not_valid``, also when it was used."""
        self._held(actor, card_id)
        with self._house.database.writing() as session:
            row = session.scalars(
                select(Invitation).where(self._named(which), Invitation.card_id == card_id).with_for_update()
            ).one_or_none()
            if row is None or not is_open(row, self._house.now()):
                raise Problem(Code.INVITATION_NOT_VALID)
            session.delete(row)
            self._record(session, events.INVITATION_REVOKED, actor, row)

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove those that are over."""
        return purge(self._house, Invitation.id, Invitation.expires_at <= now, limit, dry_run)

    def _held(self, actor: Actor, card_id: uuid.UUID) -> AccountCard:
        return OwnCards(self._house).check(actor, card_id, Action.DECIDE_WHO_SEES)

    def _check_card(self, card: LibraryCard) -> None:
        """Inviting somebody and refusing everybody do not go together: the holder is told before the other is."""
        if card.linking_blocked_at is not None:
            raise Problem(Code.LINKING_NOT_ALLOWED, detail=Refused.STAFF.value)
        if card.linking_refused_at is not None:
            raise Problem(Code.LINKING_NOT_ALLOWED, detail=Refused.HOLDER.value)
        if card.gone_at is not None:
            raise Problem(Code.NOT_A_PATRON)

    def _named(self, which: str) -> ColumnElement[bool]:
        try:
            return Invitation.id == uuid.UUID(which)
        except ValueError:
            return Invitation.code_hash == code_hash(self._house, read_code(which) or "")

    def _record(self, session: Session, word: str, actor: Actor, row: Invitation, **detail: str) -> None:
        card = session.get_one(LibraryCard, row.card_id)
        events.record(
            session,
            word,
            self._house.now(),
            library=card.library,
            account_id=actor.account_id,
            card_id=card.id,
            **detail,
        )


def code_hash(house: House, code: str) -> str:
    """What is kept. Keyed: a copy of the database alone opens nothing."""
    return house.vault.keyed_hash("invitation", code)


def is_open(row: Invitation, now: datetime) -> bool:
    """Whether it can still be used, as far as the invitation itself goes."""
    return row.used_at is None and row.expires_at > now and (row.until is None or row.until > now)


def _told(row: Invitation) -> OpenInvitation:
    scopes = in_order(read_scopes(row.scopes))
    return OpenInvitation(row.id, scopes, row.until, row.created_at, row.expires_at)
