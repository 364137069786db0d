"""Consents to the transfer: listed, and taken back, which ends that way of signing in (rules 4.5)."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from discovery_accounts.domain.actor import Actor
from discovery_accounts.models import Account, Identity, TransferConsent
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.identities import end_identity
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import NO_KEY
from discovery_accounts.services.sessions import require_fresh
from discovery_accounts.services.step_up import require_step_up


@dataclass(frozen=True, slots=True)
class Consent:
    """``fields`` are names of :class:`~discovery_accounts.domain.person.Person`, and of what a feed tells
    (:data:`~discovery_accounts.domain.feed_person.DAILY`). ``only_way``: without its identity the account could not
    be signed in to any more."""

    id: uuid.UUID
    login_name: str
    organisation: str
    library: str | None
    legal_basis: str
    fields: tuple[str, ...]
    given_at: datetime
    withdrawn_at: datetime | None
    only_way: bool
    text_version: str = ""


class Consents:
    def __init__(self, house: House) -> None:
        self._house = house

    def list(self, actor: Actor) -> tuple[Consent, ...]:
        """Those given by this account, the newest first; also those taken back."""
        query = (
            select(TransferConsent)
            .where(TransferConsent.account_id == actor.account_id)
            .order_by(TransferConsent.given_at.desc(), TransferConsent.id)
        )
        ways = select(func.count()).where(Identity.account_id == actor.account_id)
        with self._house.database.reading() as session:
            several = (session.scalar(ways) or 0) > 1
            return tuple(
                Consent(
                    row.id,
                    row.login_name,
                    row.organisation,
                    row.library,
                    row.legal_basis,
                    tuple(row.fields),
                    row.given_at,
                    row.withdrawn_at,
                    row.identity_id is not None and not several,
                    row.text_version,
                )
                for row in session.scalars(query)
            )

    def find(self, actor: Actor, consent_id: uuid.UUID) -> Consent:
        """One in force. Raises ``Problem`` ``not_found``."""
        for consent in self.list(actor):
            if consent.id == consent_id and consent.withdrawn_at is None:
                return consent
        raise Problem(Code.NOT_FOUND)

    def withdraw(self, actor: Actor, consent_id: uuid.UUID) -> None:
        """Take one back: its identity is gone and every session it opened has ended, also when it is the
        only way; the account then ends by time. Raises ``Problem``: ``fresh_sign_in_required``, ``not_found``."""
        require_fresh(self._house, actor)
        require_step_up(self._house, actor)
        now = self._house.now()
        with self._house.database.writing() as session:
            # locked as for removing a way: nobody is told that another one is left when it goes just now
            session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            row = session.get(TransferConsent, consent_id, with_for_update={"key_share": True})
            if row is None or row.account_id != actor.account_id or row.withdrawn_at is not None:
                raise Problem(Code.NOT_FOUND)
            row.withdrawn_at = now
            identity = session.get(Identity, row.identity_id) if row.identity_id else None
            if identity is not None:
                # with its way go the others that it came by: to another library, before the settings changed
                session.execute(
                    update(TransferConsent)
                    .where(TransferConsent.identity_id == identity.id, TransferConsent.withdrawn_at.is_(None))
                    .values(withdrawn_at=now)
                )
                end_identity(session, identity)
            events.record(
                session, events.CONSENT_WITHDRAWN, now, library=row.library, account_id=actor.account_id
            )
