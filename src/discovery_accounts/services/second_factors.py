"""The second factors of staff: an authenticator app, passkeys. What is kept of them, and whether a proof is one."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.labels import clean_label
from discovery_accounts.login.password import passkeys, totp
from discovery_accounts.models import Passkey, StaffMember
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.vault.vault import CannotUnseal, Sealed

APP = "app"
PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class Factor:
    """One way of the second proof; ``id`` ``None`` is the app."""

    kind: str
    id: uuid.UUID | None
    label: str = field(repr=False)
    since: datetime
    last_used_at: datetime | None = None


class SecondFactors:
    def __init__(self, house: House, member_id: uuid.UUID) -> None:
        self._house = house
        self.member_id = member_id

    def all(self) -> tuple[Factor, ...]:
        with self._house.database.reading() as session:
            member = session.get(StaffMember, self.member_id)
            if member is None:
                return ()
            app = (
                [] if member.totp_confirmed_at is None else [Factor(APP, None, "", member.totp_confirmed_at)]
            )
            keys = [
                Factor(PASSKEY, row.id, row.label, row.created_at, row.last_used_at)
                for row in self._passkeys(session)
            ]
            return (*app, *keys)

    def passkey_ids(self) -> tuple[bytes, ...]:
        with self._house.database.reading() as session:
            return tuple(row.credential_id for row in self._passkeys(session))

    def use_code(self, code: str) -> bool:
        """Whether it is a present code of the app, and of a step that was not used before."""
        secret = self._secret()
        step = totp.step_of(secret, code, self._house.now()) if secret is not None else None
        return step is not None and self._use_step(step)

    def use_passkey(self, service: passkeys.Service, challenge: bytes, answer: str) -> bool:
        """Whether a passkey of this member signed the challenge."""
        credential_id = passkeys.credential_id_of(answer)
        with self._house.database.writing() as session:
            row = next((one for one in self._passkeys(session) if one.credential_id == credential_id), None)
            if row is None:
                return False
            known = passkeys.Known(row.credential_id, row.public_key, row.sign_count)
            count = passkeys.used(service, challenge, known, answer)
            if count is None:
                return False
            row.sign_count, row.last_used_at = count, self._house.now()
        return True

    def add_app(self, secret: str, code: str) -> bool:
        """Take an authenticator app, in place of an earlier one, when the code is of its secret."""
        now = self._house.now()
        step = totp.step_of(secret, code, now)
        if step is None:
            return False
        sealed = self._house.vault.seal(secret, totp_binding(self.member_id))
        with self._house.database.writing() as session:
            member = session.get_one(StaffMember, self.member_id)
            member.totp_sealed, member.totp_key_id = sealed.ciphertext, sealed.key_id
            member.totp_confirmed_at, member.totp_last_step = now, step
            self._record(session, events.SECOND_FACTOR_ADDED, APP)
        return True

    def add_passkey(self, service: passkeys.Service, challenge: bytes, answer: str, label: str) -> bool:
        """Take the passkey that a browser made for the challenge. Raises ``BadShape`` about ``label``."""
        label = clean_label(label)
        made = passkeys.made(service, challenge, answer)
        if made is None:
            return False
        with self._house.database.writing() as session:
            same = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
            if session.scalars(same).first() is not None:
                return False
            session.add(
                Passkey(
                    id=uuid.uuid4(),
                    member_id=self.member_id,
                    credential_id=made.credential_id,
                    public_key=made.public_key,
                    sign_count=made.sign_count,
                    label=label,
                    created_at=self._house.now(),
                )
            )
            self._record(session, events.SECOND_FACTOR_ADDED, PASSKEY)
        return True

    def remove(self, passkey_id: uuid.UUID | None) -> None:
        """Remove a passkey, or the app (``None``). Raises ``Problem``: ``not_found``, ``last_sign_in_method``."""
        with self._house.database.writing() as session:
            member = session.get_one(StaffMember, self.member_id, with_for_update=True)
            keys = list(self._passkeys(session))
            key = next((row for row in keys if row.id == passkey_id), None)
            has_app = member.totp_confirmed_at is not None
            if key is None and (passkey_id is not None or not has_app):
                raise Problem(Code.NOT_FOUND)
            if len(keys) + has_app == 1:
                raise Problem(Code.LAST_SIGN_IN_METHOD)
            if key is not None:
                session.delete(key)
            else:
                member.totp_sealed = member.totp_key_id = None
                member.totp_confirmed_at = member.totp_last_step = None
            self._record(session, events.SECOND_FACTOR_REMOVED, PASSKEY if key is not None else APP)

    def _secret(self) -> str | None:
        with self._house.database.reading() as session:
            member = session.get(StaffMember, self.member_id)
            if member is None or member.totp_sealed is None or member.totp_key_id is None:
                return None
            sealed = Sealed(member.totp_sealed, member.totp_key_id)
        try:
            return self._house.vault.unseal_text(sealed, totp_binding(self.member_id))
        except CannotUnseal:
            return None

    def _use_step(self, step: int) -> bool:
        """Each step is good once, whoever of two comes first."""
        with self._house.database.writing() as session:
            result = session.execute(
                update(StaffMember)
                .where(
                    StaffMember.id == self.member_id,
                    or_(StaffMember.totp_last_step.is_(None), StaffMember.totp_last_step < step),
                )
                .values(totp_last_step=step)
                .execution_options(synchronize_session=False)
            )
            assert isinstance(result, CursorResult)
            return result.rowcount == 1

    def _passkeys(self, session: Session) -> list[Passkey]:
        query = select(Passkey).where(Passkey.member_id == self.member_id).order_by(Passkey.created_at)
        return [*session.scalars(query)]

    def _record(self, session: Session, word: str, kind: str) -> None:
        events.record(session, word, self._house.now(), member=str(self.member_id), kind=kind)


def totp_binding(member_id: uuid.UUID) -> tuple[str, str]:
    return ("staff totp", str(member_id))
