"""The one-time link by which a member of staff sets a password: sent when they are added, and anew for one
who has forgotten it.

The link alone opens nothing: a second factor is asked for, or set up, after it. Who has lost that too needs IT.
"""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.password.acceptable import check_new_password
from discovery_accounts.login.password.hashing import Passwords, TooBusy
from discovery_accounts.models import Passkey, StaffMember
from discovery_accounts.services import events, letters, outbox
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.staff import Staff, by_email, end_sessions
from discovery_accounts.services.staff_entry import forget_ways
from discovery_accounts.services.tokens import new_token, token_hash

LASTS = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whose password is to be set."""

    name: str = field(repr=False)
    email: str = field(repr=False)


class StaffInvitations:
    def __init__(self, house: House) -> None:
        self._house = house

    def login(self) -> LoginSettings | None:
        """The login that staff have passwords at: the first of kind ``password``."""
        return next((login for login in self._house.settings.logins if login.kind == "password"), None)

    def invite(self, email: str, *, forget_second_factors: bool = False, language: str | None = None) -> bool:
        """Mail a link, in place of an earlier one; ``False`` when nobody with a grant has the address, or there
        is no login by password."""
        login = self.login()
        if login is None:
            return False
        token, now = new_token(), self._house.now()
        link = f"{self._house.settings.public_url}/sign-in/{login.name}/invitation/{token}"
        with self._house.database.writing() as session:
            member = by_email(session, email.strip().casefold())
            if member is None or not Staff(self._house).has_grant(session, member.id):
                return False
            member.invitation_hash, member.invited_until = token_hash(token), now + LASTS
            if forget_second_factors:
                _forget_second_factors(session, member)
                events.record(session, events.STAFF_FACTORS_FORGOTTEN, now, member=str(member.id))
            words = letters.staff_invited(language or self._house.settings.languages[0], link)
            letter = outbox.Letter(
                "staff_invited", member.email, words.subject, words.text, member.account_id
            )
            outbox.write(session, self._house, letter)
            events.record(session, events.STAFF_INVITED, now, member=str(member.id))
        return True

    def look(self, login_name: str, token: str) -> Invitation:
        """What a link is about. Raises ``Problem`` ``link_expired``."""
        with self._house.database.reading() as session:
            member = self._member(session, login_name, token)
            return Invitation(member.name, member.email)

    def accept(self, login_name: str, token: str, password: str) -> uuid.UUID:
        """Set the password, and end the link and all sessions; the member's id. Raises ``BadShape`` for a
        password that won't do, ``Problem``: ``link_expired``, ``provider_unavailable`` when too busy."""
        invitation = self.look(login_name, token)
        check_new_password(password, self._about(invitation))
        passwords = self._house.logins.get(login_name)
        assert isinstance(passwords, Passwords)
        try:
            hashed = passwords.hash(password)
        except TooBusy:
            raise Problem(Code.PROVIDER_UNAVAILABLE) from None
        now = self._house.now()
        with self._house.database.writing() as session:
            member = self._member(session, login_name, token)
            member.password_hash, member.password_changed_at = hashed, now
            member.invitation_hash = member.invited_until = None
            forget_ways(session, member.id)
            end_sessions(session, member)
            events.record(session, events.STAFF_SET_UP, now, member=str(member.id))
            return member.id

    def _member(self, session: Session, login_name: str, token: str) -> StaffMember:
        login = self.login()
        query = select(StaffMember).where(StaffMember.invitation_hash == token_hash(token))
        member = session.scalars(query.with_for_update()).one_or_none()
        if (
            login is None
            or login.name != login_name
            or member is None
            or member.invited_until is None
            or member.invited_until <= self._house.now()
            or not Staff(self._house).has_grant(session, member.id)
        ):
            raise Problem(Code.LINK_EXPIRED)
        return member

    def _about(self, invitation: Invitation) -> tuple[str, ...]:
        titles = (library.title("") for library in self._house.settings.libraries)
        return (invitation.name, invitation.email, self._house.settings.public_url, *titles)


def _forget_second_factors(session: Session, member: StaffMember) -> None:
    member.totp_sealed = member.totp_key_id = member.totp_confirmed_at = member.totp_last_step = None
    session.execute(delete(Passkey).where(Passkey.member_id == member.id))
    forget_ways(session, member.id)
    end_sessions(session, member)
