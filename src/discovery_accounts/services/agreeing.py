"""Agreeing to a transfer by somebody who is signed in (rules 4.5).

At the first sign-in by an organisation there is nobody to agree by call: no account and no session, and what would be
transferred is shown with its values before the yes (``joining``). Here are asked those whose account knows the way
already, and who never agreed, which they would be asked at its next use, or to a text that has come to mean something
else: until they agree to the new one, the fields of the old one are transferred and no others.
What is transferred is what the organisation tells then, or every day by a feed, of the fields agreed to.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.person import FIELDS
from discovery_accounts.models import Account, Identity, TransferConsent
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.joining import TEXT_VERSION, daily_fields
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import NO_KEY
from discovery_accounts.services.sessions import require_fresh
from discovery_accounts.services.step_up import require_step_up


@dataclass(frozen=True, slots=True)
class Question:
    """What may be agreed to: the transfer of ``fields`` from ``organisation``, by the identity ``way``, to
    ``library``."""

    way: uuid.UUID
    login_name: str
    organisation: str
    library: str
    legal_basis: str
    text_version: str
    fields: tuple[str, ...]


class Agreeing:
    def __init__(self, house: House) -> None:
        self._house = house

    def questions(self, actor: Actor) -> tuple[Question, ...]:
        """Those of this account that are open."""
        with self._house.database.reading() as session:
            return self._questions(session, actor.account_id)

    def agree(self, actor: Actor, way: uuid.UUID, text_version: str, fields: Collection[str]) -> uuid.UUID:
        """Agree to the transfer of these fields; the consent's id. It takes the place of one to an earlier text.
        Raises ``BadShape`` about ``text_version`` and ``fields``, ``Problem``: ``fresh_sign_in_required``,
        ``step_up_required``, ``not_found`` where nothing is asked about that way."""
        require_fresh(self._house, actor)
        require_step_up(self._house, actor)
        now = self._house.now()
        with self._house.database.writing() as session:
            session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            asked = next((one for one in self._questions(session, actor.account_id) if one.way == way), None)
            if asked is None:
                raise Problem(Code.NOT_FOUND)
            if text_version != asked.text_version:
                raise BadShape("text_version", "not_current")
            if not fields or not set(fields) <= set(asked.fields):
                raise BadShape("fields", "unknown")
            for earlier in session.scalars(_in_force(way, asked.library)):
                earlier.withdrawn_at = now
            consent = TransferConsent(
                id=uuid.uuid4(),
                account_id=actor.account_id,
                identity_id=way,
                login_name=asked.login_name,
                organisation=asked.organisation,
                library=asked.library,
                legal_basis=asked.legal_basis,
                text_version=asked.text_version,
                fields=[name for name in asked.fields if name in fields],
                given_at=now,
            )
            session.add(consent)
            events.record(
                session, events.CONSENT_GIVEN, now, library=asked.library, account_id=actor.account_id
            )
            return consent.id

    def _questions(self, session: Session, account_id: uuid.UUID) -> tuple[Question, ...]:
        ways = select(Identity).where(Identity.account_id == account_id)
        found = []
        for identity in session.scalars(ways.order_by(Identity.created_at, Identity.id)):
            login = self._login(identity)
            if login is None or login.library is None or login.library not in self._house.libraries:
                continue
            given = session.scalars(_in_force(identity.id, login.library)).all()
            if all(one.text_version != TEXT_VERSION for one in given):
                of = identity.id, login.name, identity.issuer, login.library, login.legal_basis
                found.append(Question(*of, TEXT_VERSION, (*FIELDS, *daily_fields(login))))
        return tuple(found)

    def _login(self, identity: Identity) -> LoginSettings | None:
        """Of an organisation; cards and codes by mail transfer nothing."""
        name = identity.login_name or ""
        return self._house.settings.login(name) if name in self._house.logins else None


def _in_force(identity_id: uuid.UUID, library: str) -> Select[TransferConsent]:
    return select(TransferConsent).where(
        TransferConsent.identity_id == identity_id,
        TransferConsent.library == library,
        TransferConsent.withdrawn_at.is_(None),
    )
