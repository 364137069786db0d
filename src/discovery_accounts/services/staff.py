"""Staff: who may do what, for which library, until which day (rules 9.4).

Access ends with the last day of the contract, in the library's own time, and is judged at every request;
nothing needs to run for it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.email_address import check_email
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.domain.roles import Role
from discovery_accounts.models import Passkey, SignedInSession, StaffGrant, StaffMember
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.staff_entry import forget_ways

KEPT_AFTER_END = timedelta(days=90)
"""How long it stays known who a member was whose grants have all ended."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A grant to be made. ``library`` ``None`` is every library; ``granted_by`` is the supervisor."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    role: Role
    library: str | None
    last_day: date
    granted_by: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """``live``: it has not been ended, and its last day is not over."""

    id: uuid.UUID
    role: Role
    library: str | None
    last_day: date
    live: bool

    def covers(self, library: str | None) -> bool:
        """Whether it is about this library; what belongs to no library is everybody's."""
        return self.library is None or library is None or self.library == library


@dataclass(frozen=True, slots=True)
class StaffInfo:
    """A member and what they were granted; ``ready`` when a password and a second factor are set."""

    id: uuid.UUID
    name: str = field(repr=False)
    email: str = field(repr=False)
    ready: bool
    invited_until: datetime | None
    grants: tuple[Grant, ...]

    @property
    def live(self) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.live)


@dataclass(frozen=True, slots=True)
class Added:
    """``ready`` as in ``StaffInfo``."""

    member_id: uuid.UUID
    ready: bool


class Staff:
    def __init__(self, house: House) -> None:
        self._house = house

    def add(self, wanted: Wanted) -> Added:
        """Grant a role. The same grant again moves its last day. Who had none any more sets a new password, by a
        link to the address. Raises ``BadShape`` about ``name``, ``email``,
        ``library`` or ``last_day``."""
        name, email = clean_label(wanted.name, "name"), check_email(wanted.email).casefold()
        self._check_library(wanted.library)
        now = self._house.now()
        if wanted.last_day < today_at(self._house, wanted.library):
            raise BadShape("last_day", "over")
        with self._house.database.writing() as session:
            member = by_email(session, email)
            if member is None:
                member = StaffMember(id=uuid.uuid4(), name=name, email=email, created_at=now)
                session.add(member)
                session.flush()
            elif not self.has_grant(session, member.id):
                # the address may be another person's by now: who had it must not come back by their password
                member.password_hash = None
                forget_ways(session, member.id)
                end_sessions(session, member)
            member.name = name
            grant = self._same_grant(session, member.id, wanted)
            if grant is None:
                grant = StaffGrant(
                    id=uuid.uuid4(),
                    member_id=member.id,
                    library=wanted.library,
                    role=wanted.role.value,
                    last_day=wanted.last_day,
                    granted_by=wanted.granted_by[:254],
                    created_at=now,
                )
                session.add(grant)
            grant.last_day, grant.granted_by = wanted.last_day, wanted.granted_by[:254]
            _record(session, events.STAFF_GRANTED, now, grant, last_day=wanted.last_day.isoformat())
            return Added(member.id, _is_ready(session, member))

    def end(self, email: str, *, role: Role | None = None, library: str | None = None) -> int:
        """End a person's grants, or those of one role or library, at once; how many. All their sessions end too,
        and who has no grant left can't use an invitation."""
        now = self._house.now()
        with self._house.database.writing() as session:
            member = by_email(session, email.strip().casefold())
            if member is None:
                return 0
            grants = [
                grant
                for grant in _open_grants(session, member.id)
                if role in {None, grant.role} and library in {None, grant.library}
            ]
            for grant in grants:
                self._end(session, grant, now, by="command")
            if grants:
                end_sessions(session, member)
            if not _open_grants(session, member.id):
                member.invitation_hash = member.invited_until = None
        return len(grants)

    def list(self) -> tuple[StaffInfo, ...]:
        """Everybody, by name."""
        with self._house.database.reading() as session:
            members = session.scalars(select(StaffMember).order_by(StaffMember.name, StaffMember.id)).all()
            grants = session.scalars(select(StaffGrant).order_by(StaffGrant.created_at)).all()
            return tuple(
                StaffInfo(
                    member.id,
                    member.name,
                    member.email,
                    _is_ready(session, member),
                    member.invited_until,
                    tuple(self._grant(grant) for grant in grants if grant.member_id == member.id),
                )
                for member in members
            )

    def grants_of(self, account_id: uuid.UUID) -> tuple[Grant, ...]:
        """What the person of an account may do now; empty for everybody else."""
        query = (
            select(StaffGrant)
            .join(StaffMember, StaffMember.id == StaffGrant.member_id)
            .where(StaffMember.account_id == account_id, StaffGrant.ended_at.is_(None))
        )
        with self._house.database.reading() as session:
            return tuple(grant for row in session.scalars(query) if (grant := self._grant(row)).live)

    def member_of(self, account_id: uuid.UUID) -> uuid.UUID | None:
        """The member whose account it is."""
        with self._house.database.reading() as session:
            query = select(StaffMember.id).where(StaffMember.account_id == account_id)
            return session.scalars(query).one_or_none()

    def has_grant(self, session: Session, member_id: uuid.UUID) -> bool:
        """Whether a member has a live grant of any kind."""
        return any(self._grant(grant).live for grant in _open_grants(session, member_id))

    def end_over(self, limit: int, *, dry_run: bool = False) -> Purged:
        """Write down the end of grants whose last day is over, and end the sessions of who has none left. The
        access itself ended with the day."""
        now = self._house.now()
        with self._house.database.writing() as session:
            found = session.scalars(select(StaffGrant).where(StaffGrant.ended_at.is_(None))).all()
            over = [grant for grant in found if not self._grant(grant).live]
            for grant in over[:limit] if not dry_run else ():
                self._end(session, grant, now, by="last_day")
                session.flush()
                if not self.has_grant(session, grant.member_id):
                    end_sessions(session, session.get_one(StaffMember, grant.member_id))
        done = min(len(over), limit)
        return Purged(done, len(over) - done)

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Forget who has had no grant for 90 days, their password and second factors with them."""
        since = now - KEPT_AFTER_END
        lately = exists().where(
            StaffGrant.member_id == StaffMember.id,
            or_(StaffGrant.ended_at.is_(None), StaffGrant.ended_at > since),
        )
        return purge(self._house, StaffMember.id, ~lately & (StaffMember.created_at < since), limit, dry_run)

    def _grant(self, row: StaffGrant) -> Grant:
        live = row.ended_at is None and row.last_day >= today_at(self._house, row.library)
        return Grant(row.id, Role(row.role), row.library, row.last_day, live)

    def _same_grant(self, session: Session, member_id: uuid.UUID, wanted: Wanted) -> StaffGrant | None:
        return next(
            (
                grant
                for grant in _open_grants(session, member_id)
                if (grant.role, grant.library) == (wanted.role.value, wanted.library)
            ),
            None,
        )

    def _check_library(self, library: str | None) -> None:
        if library is not None and library not in self._house.gateway.states():
            raise BadShape("library", "unknown")

    @staticmethod
    def _end(session: Session, grant: StaffGrant, now: datetime, by: str) -> None:
        grant.ended_at = now
        _record(session, events.STAFF_ENDED, now, grant, by=by)


def by_email(session: Session, email: str) -> StaffMember | None:
    """The member of a (case-folded) address."""
    return session.scalars(select(StaffMember).where(StaffMember.email == email)).one_or_none()


def end_sessions(session: Session, member: StaffMember) -> None:
    """Sign a member out everywhere, in the caller's transaction."""
    if member.account_id is not None:
        session.execute(delete(SignedInSession).where(SignedInSession.account_id == member.account_id))


def today_at(house: House, library: str | None) -> date:
    """The date it is at a library; for the portal as a whole, at its first one."""
    configured = house.settings.libraries
    found = house.settings.library(library) if library else None
    settings = found or next(iter(configured), None)
    return house.now().astimezone(settings.timezone if settings else ZoneInfo("Europe/Helsinki")).date()


def _open_grants(session: Session, member_id: uuid.UUID) -> Sequence[StaffGrant]:
    query = select(StaffGrant).where(StaffGrant.member_id == member_id, StaffGrant.ended_at.is_(None))
    return session.scalars(query.order_by(StaffGrant.created_at)).all()


def _is_ready(session: Session, member: StaffMember) -> bool:
    if member.password_hash is None:
        return False
    if member.totp_confirmed_at is not None:
        return True
    return (
        session.scalars(select(Passkey.id).where(Passkey.member_id == member.id).limit(1)).first() is not None
    )


def _record(session: Session, word: str, now: datetime, grant: StaffGrant, **detail: Any) -> None:
    events.record(
        session, word, now, library=grant.library, member=str(grant.member_id), role=grant.role, **detail
    )
