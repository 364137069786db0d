"""Sessions at the server: opened at sign-in, seen, listed, ended; idle and absolute limits."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.claim import ProviderSession
from discovery_accounts.models import Account, SignedInSession
from discovery_accounts.services import events, provider_sessions
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.tokens import new_token, token_hash

BROWSER = "browser"
API = "api"

_TOUCH_EVERY = timedelta(minutes=1)
"""How exact ``last_seen_at`` is: writing it at every request would make every page a writer."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session. ``token`` is shown once; ``expires_in`` in seconds, at most."""

    token: str = field(repr=False)
    session_id: uuid.UUID
    account_id: uuid.UUID
    expires_in: int


@dataclass(frozen=True, slots=True)
class Origin:
    """By what a session was opened: the kind of login, its settings, who it says one is, how surely."""

    login: str
    issuer: str
    login_name: str | None = None
    identity_id: uuid.UUID | None = None
    strength: Strength = Strength.NORMAL
    provider: ProviderSession | None = None


@dataclass(frozen=True, slots=True)
class SessionInfo:
    id: uuid.UUID
    kind: str
    browser: str | None
    created_at: datetime
    last_seen_at: datetime
    current: bool


class Sessions:
    def __init__(self, house: House) -> None:
        self._house = house

    def open(
        self, session: Session, account_id: uuid.UUID, kind: str, browser: str | None, origin: Origin
    ) -> Opened:
        """A new session for an account, in the caller's transaction. Its token is known to nobody else."""
        now = self._house.now()
        token = new_token()
        hours = self._hours(kind)
        row = SignedInSession(
            id=uuid.uuid4(),
            account_id=account_id,
            token_hash=token_hash(token),
            kind=kind,
            login=origin.login,
            issuer=origin.issuer,
            login_name=origin.login_name,
            identity_id=origin.identity_id,
            strength=origin.strength.value,
            browser=browser[:120] if browser else None,
            created_at=now,
            proved_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=hours),
        )
        session.add(row)
        session.flush()
        if origin.provider is not None:
            provider_sessions.remember(session, self._house, row, origin.provider)
        return Opened(token, row.id, account_id, hours * 3600)

    def find(self, token: str) -> Actor | None:
        """Who a token belongs to; ``None`` when it is unknown, ended, idle for too long or too old."""
        now = self._house.now()
        with self._house.database.columns() as columns:
            found = columns.execute(_BY_TOKEN, {"token_hash": token_hash(token)}).one_or_none()
        if found is None or found.expires_at <= now or now - found.last_seen_at > self._idle(found.kind):
            return None
        if now - found.last_seen_at >= _TOUCH_EVERY:
            self._touch(found.id, now)
        return Actor(
            account_id=found.account_id,
            session_id=found.id,
            kind=found.kind,
            login=found.login,
            proved_at=found.proved_at,
            language=found.language,
            name=found.name,
            strength=Strength(found.strength),
            stepped_up_at=found.stepped_up_at,
            login_name=found.login_name,
            mail_returns=found.email_paused_at is not None,
        )

    def list(self, actor: Actor) -> tuple[SessionInfo, ...]:
        """The account's live sessions, the newest first."""
        now = self._house.now()
        query = (
            select(SignedInSession)
            .where(SignedInSession.account_id == actor.account_id, SignedInSession.expires_at > now)
            .order_by(SignedInSession.created_at.desc(), SignedInSession.id)
        )
        with self._house.database.reading() as session:
            rows: Sequence[SignedInSession] = session.scalars(query).all()
        return tuple(
            SessionInfo(
                row.id, row.kind, row.browser, row.created_at, row.last_seen_at, row.id == actor.session_id
            )
            for row in rows
            if now - row.last_seen_at <= self._idle(row.kind)
        )

    def end(self, actor: Actor, session_id: uuid.UUID) -> None:
        """End one of one's own sessions, at once. Raises ``Problem`` ``not_found``."""
        with self._house.database.writing() as session:
            ended = session.execute(
                delete(SignedInSession)
                .where(SignedInSession.id == session_id, SignedInSession.account_id == actor.account_id)
                .returning(SignedInSession.id)
            ).all()
            if not ended:
                raise Problem(Code.NOT_FOUND)
            events.record(session, events.SIGNED_OUT, self._house.now(), account_id=actor.account_id)

    def end_by_token(self, token: str) -> None:
        """End the session of a token, if there is one: a browser signs in anew."""
        with self._house.database.writing() as session:
            session.execute(delete(SignedInSession).where(SignedInSession.token_hash == token_hash(token)))

    def end_others(self, actor: Actor) -> int:
        """End all sessions but the one that asks; how many."""
        with self._house.database.writing() as session:
            ended = session.execute(
                delete(SignedInSession)
                .where(SignedInSession.account_id == actor.account_id, SignedInSession.id != actor.session_id)
                .returning(SignedInSession.id)
            ).all()
            events.record(
                session, events.SIGNED_OUT, self._house.now(), account_id=actor.account_id, others=len(ended)
            )
        return len(ended)

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove sessions that are over."""
        settings = self._house.settings.session
        idle_since = now - timedelta(minutes=settings.idle_minutes)
        over = (SignedInSession.expires_at <= now) | (
            (SignedInSession.kind == BROWSER) & (SignedInSession.last_seen_at < idle_since)
        )
        return purge(self._house, SignedInSession.id, over, limit, dry_run)

    def _touch(self, session_id: uuid.UUID, now: datetime) -> None:
        with self._house.database.writing() as session:
            session.execute(
                update(SignedInSession)
                .where(SignedInSession.id == session_id)
                .values(last_seen_at=now)
                .execution_options(synchronize_session=False)
            )

    def _hours(self, kind: str) -> int:
        settings = self._house.settings.session
        return settings.api_hours if kind == API else settings.absolute_hours

    def _idle(self, kind: str) -> timedelta:
        settings = self._house.settings.session
        return (
            timedelta(hours=settings.api_hours) if kind == API else timedelta(minutes=settings.idle_minutes)
        )


def require_fresh(house: House, actor: Actor) -> None:
    """Raise ``Problem`` ``fresh_sign_in_required`` unless the person proved identity a moment ago (checklist L4)."""
    if not actor.is_fresh(house.now(), house.settings.session.fresh_minutes):
        raise Problem(Code.FRESH_SIGN_IN_REQUIRED)


def require_decider(house: House, actor: Actor) -> None:
    """For acts by which more or fewer people see a card, or all data leave as a file. Raise ``Problem`` unless we are
    sure who this is, and just now: ``step_up_required`` for a weak sign-in, ``fresh_sign_in_required``."""
    if not actor.sees_all:
        raise Problem(Code.STEP_UP_REQUIRED)
    require_fresh(house, actor)


_S, _A = SignedInSession.__table__.c, Account.__table__.c
_BY_TOKEN = (
    select(
        _S.id,
        _S.account_id,
        _S.kind,
        _S.login,
        _S.proved_at,
        _S.strength,
        _S.stepped_up_at,
        _S.login_name,
        _S.last_seen_at,
        _S.expires_at,
        _A.language,
        _A.name,
        _A.email_paused_at,
    )
    .join(Account.__table__, _A.id == _S.account_id)
    .where(_S.token_hash == bindparam("token_hash"))
)
