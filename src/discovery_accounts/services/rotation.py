"""Putting what is sealed under the current key, while everything goes on; it can stop and go on at any row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from discovery_accounts.models import (
    AuditMark,
    Base,
    Credential,
    DepartedPatron,
    EmailSignIn,
    LibraryCard,
    Link,
    LoginStep,
    OutboxMessage,
    PersonKey,
    PinRecovery,
    SignedInSession,
    StaffMember,
)
from discovery_accounts.services import (
    credentials,
    email_sign_in,
    login_steps,
    outbox,
    pin_recovery,
    provider_sessions,
)
from discovery_accounts.services.audit_chain import mark, person_keys
from discovery_accounts.services.card_rows import number_binding
from discovery_accounts.services.house import House
from discovery_accounts.services.progress import Progress, untold
from discovery_accounts.services.retention import departing
from discovery_accounts.services.row_locks import lock_links
from discovery_accounts.services.second_factors import totp_binding
from discovery_accounts.vault.vault import CannotUnseal, Sealed

BATCH = 200


@dataclass(frozen=True, slots=True)
class _Kind:
    """A column that holds sealed values: where, by which key, and what each is bound to."""

    model: type[Base]
    row_id: InstrumentedAttribute[Any]
    ciphertext: InstrumentedAttribute[Any]
    key_id: InstrumentedAttribute[Any]
    bound_to: Callable[[Session, Any], Sequence[str]]


def _pin_binding(session: Session, row: Credential) -> Sequence[str]:
    return credentials.binding(session.get_one(Link, row.link_id).card.library, row.link_id)


KINDS = (
    _Kind(Credential, Credential.link_id, Credential.ciphertext, Credential.key_id, _pin_binding),
    _Kind(
        LibraryCard,
        LibraryCard.id,
        LibraryCard.number_sealed,
        LibraryCard.number_key_id,
        lambda _session, row: number_binding(row.library, row.id),
    ),
    _Kind(
        DepartedPatron,
        DepartedPatron.id,
        DepartedPatron.patron_sealed,
        DepartedPatron.key_id,
        lambda _session, row: departing.binding(row.library, row.id),
    ),
    _Kind(
        OutboxMessage,
        OutboxMessage.id,
        OutboxMessage.sealed,
        OutboxMessage.key_id,
        lambda _session, row: outbox.binding(row.id),
    ),
    _Kind(
        StaffMember,
        StaffMember.id,
        StaffMember.totp_sealed,
        StaffMember.totp_key_id,
        lambda _session, row: totp_binding(row.id),
    ),
    _Kind(
        SignedInSession,
        SignedInSession.id,
        SignedInSession.provider_sealed,
        SignedInSession.provider_key_id,
        lambda _session, row: provider_sessions.binding(row.id),
    ),
    _Kind(
        PinRecovery,
        PinRecovery.card_hash,
        PinRecovery.sealed,
        PinRecovery.key_id,
        lambda _session, row: pin_recovery.binding(row.card_hash),
    ),
    _Kind(
        PersonKey,
        PersonKey.id,
        PersonKey.wrapped,
        PersonKey.key_id,
        lambda _session, row: person_keys.binding(row),
    ),
    _Kind(
        AuditMark,
        AuditMark.id,
        AuditMark.wrapped,
        AuditMark.key_id,
        lambda _session, _row: mark.HOUSE_KEY,
    ),
    # over after ten minutes, but nobody who is signing in just then need begin again
    _Kind(
        LoginStep,
        LoginStep.key_hash,
        LoginStep.sealed,
        LoginStep.key_id,
        lambda _session, row: login_steps.binding(row.key_hash),
    ),
    _Kind(
        EmailSignIn,
        EmailSignIn.asked_hash,
        EmailSignIn.sealed,
        EmailSignIn.key_id,
        lambda _session, row: email_sign_in.binding(row.asked_hash),
    ),
)


@dataclass(frozen=True, slots=True)
class RotationReport:
    """How many values were put under the current key, and how many could not be opened."""

    resealed: int
    unreadable: int


class Rotation:
    def __init__(self, house: House) -> None:
        self._house = house

    def count(self) -> int:
        """How many values are under an older key."""
        current = self._house.vault.current_key_id
        with self._house.database.reading() as session:
            return sum(
                session.scalar(select(func.count()).select_from(kind.model).where(kind.key_id != current))
                or 0
                for kind in KINDS
            )

    def reseal(self, progress: Progress = untold) -> RotationReport:
        """Reseal everything, a small batch in each transaction. ``progress`` counts the values."""
        total = self.count()
        resealed = unreadable = 0
        for kind in KINDS:
            skip = 0
            while True:
                with self._house.database.writing() as session:
                    found, done, bad = self._batch(session, kind, skip)
                resealed, unreadable, skip = resealed + done, unreadable + bad, skip + bad
                progress(resealed, max(resealed, total))
                if found < BATCH:
                    break
        return RotationReport(resealed, unreadable)

    def keys_in_use(self) -> frozenset[str]:
        """The ids of all keys that some row still needs."""
        with self._house.database.reading() as session:
            used = {key for kind in KINDS for key in session.scalars(select(kind.key_id).distinct())}
        return frozenset(key for key in used if key is not None)

    def _batch(self, session: Session, kind: _Kind, skip: int) -> tuple[int, int, int]:
        """How many values were found under an older key, put under the current one, and not to be opened."""
        old = kind.key_id != self._house.vault.current_key_id
        some = session.scalars(select(kind.row_id).where(old).order_by(kind.row_id).offset(skip).limit(BATCH))
        ids = some.all()
        if kind.model is Credential:
            lock_links(session, ids)  # before their PINs, as everybody does
        query = (
            select(kind.model)
            .where(kind.row_id.in_(ids), old)
            .order_by(kind.row_id)
            .with_for_update(of=kind.model, key_share=True)
        )
        done = bad = 0
        for row in session.scalars(query).all():
            sealed = Sealed(getattr(row, kind.ciphertext.key), getattr(row, kind.key_id.key))
            bound_to = kind.bound_to(session, row)
            try:
                again = self._house.vault.seal(self._house.vault.unseal(sealed, bound_to), bound_to)
            except CannotUnseal:
                bad += 1
                continue
            setattr(row, kind.ciphertext.key, again.ciphertext)
            setattr(row, kind.key_id.key, again.key_id)
            done += 1
        return len(ids), done, bad
