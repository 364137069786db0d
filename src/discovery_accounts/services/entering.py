"""A claim opens the account it belongs to, and makes it at the first time (rules 1.1)."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import LinkProof
from discovery_accounts.domain.email_address import check_email
from discovery_accounts.login.claim import Claim, ProvedCard
from discovery_accounts.models import Account, Identity, LibraryCard
from discovery_accounts.services import events
from discovery_accounts.services.card_rows import find_or_make, take_over
from discovery_accounts.services.endings.restoring import restore
from discovery_accounts.services.holding import hold
from discovery_accounts.services.house import House
from discovery_accounts.services.known_browsers import KnownBrowsers
from discovery_accounts.services.pins import keep_pin
from discovery_accounts.services.retention.activity import note_sign_in
from discovery_accounts.services.row_locks import NO_KEY
from discovery_accounts.services.sessions import BROWSER, Opened, Origin, Sessions


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who knocks, as far as the door can tell. ``known_token`` is the cookie of a browser seen before."""

    kind: str
    address: str | None = field(default=None, repr=False)
    browser: str | None = None
    known_token: str | None = field(default=None, repr=False)
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The session that was opened, and the token by which this browser, if it is one, is known from now on.
    ``came_back``: the account had ended, and is as it was."""

    opened: Opened
    known_token: str | None = field(repr=False)
    first_time: bool = False
    came_back: bool = False


Also = Callable[[Session, Account, Identity], None]
"""What else is written when the account is opened, in the same transaction."""

_MEANWHILE = (IntegrityError, StaleDataError, NoResultFound)
"""What the database says when somebody else made, removed or joined the same rows at the same moment."""
_SHOWN = 254  # characters of the name that an identity is known by


class Entering:
    def __init__(self, house: House) -> None:
        self._house = house
        self._browsers = KnownBrowsers(house)

    def account_of(self, claim: Claim) -> uuid.UUID | None:
        """The account that the claim opens already."""
        with self._house.database.reading() as session:
            found = find_identity(session, claim)
            return found.account_id if found is not None else None

    def enter(self, claim: Claim, login_name: str, visitor: Visitor, also: Also | None = None) -> SignedIn:
        """Open the claim's account, made if need be; a new session for it."""
        signed_in = self._again_if_changed(claim, login_name, visitor, also, make=True)
        assert signed_in is not None
        return signed_in

    def enter_known(self, claim: Claim, login_name: str, visitor: Visitor) -> SignedIn | None:
        """The same, where nothing may be made: ``None`` for a claim that opens no account (any more)."""
        return self._again_if_changed(claim, login_name, visitor, None, make=False)

    def _again_if_changed(
        self, claim: Claim, login_name: str, visitor: Visitor, also: Also | None, *, make: bool
    ) -> SignedIn | None:
        try:
            return self._enter(claim, login_name, visitor, also, make)
        except _MEANWHILE:
            # two first sign-ins of one person at the same moment: the other one has made the account;
            # or it was joined to another one, or this way to it was taken back
            return self._enter(claim, login_name, visitor, also, make)

    def _enter(
        self, claim: Claim, login_name: str, visitor: Visitor, also: Also | None, make: bool
    ) -> SignedIn | None:
        now = self._house.now()
        with self._house.database.writing() as session:
            card = self._card(session, claim.card) if claim.card else None
            identity = find_identity(session, claim)
            first_time = identity is None
            if identity is None and not make:
                return None
            if identity is None:
                identity = self._make_account(session, claim, visitor)
            account = session.get_one(Account, identity.account_id, with_for_update=NO_KEY)
            came_back = restore(session, account, now)
            account.last_sign_in_at = now
            note_use(identity, claim, login_name, now)
            _take_over_address(account, claim)
            origin = Origin(
                claim.login, claim.issuer, login_name, identity.id, claim.strength, claim.provider
            )
            opened = Sessions(self._house).open(session, account.id, visitor.kind, visitor.browser, origin)
            if card is not None and claim.card is not None:
                self._hold(session, account, card, claim.card, opened, first_time)
            note_sign_in(session, account.id, now)
            if also is not None:
                also(session, account, identity)
            events.record(
                session,
                events.SIGNED_IN,
                now,
                library=library_of(claim),
                account_id=account.id,
                card_id=card.id if card is not None else None,
            )
            known = visitor.kind == BROWSER and card is not None
            token = self._browsers.remember(session, visitor.known_token, card) if known and card else None
        return SignedIn(opened, token, first_time, came_back)

    def _make_account(self, session: Session, claim: Claim, visitor: Visitor) -> Identity:
        now = self._house.now()
        account = Account(
            id=uuid.uuid4(),
            created_at=now,
            last_sign_in_at=now,
            language=visitor.language,
            name=(claim.person.full_name or "")[:120] or None,
        )
        session.add(account)
        session.flush()
        identity = new_identity(session, account.id, claim, now)
        events.record(session, events.ACCOUNT_MADE, now, library=library_of(claim), account_id=account.id)
        return identity

    def _card(self, session: Session, proved: ProvedCard) -> LibraryCard:
        card = find_or_make(session, self._house, proved.library, proved.patron_id, proved.card_number)
        if proved.record is not None:
            take_over(self._house, card, proved.record, self._house.now())
        return card

    def _hold(
        self,
        session: Session,
        account: Account,
        card: LibraryCard,
        proved: ProvedCard,
        opened: Opened,
        first_time: bool,
    ) -> None:
        proof = LinkProof.PIN if proved.pin is not None else LinkProof.EMAIL
        link = hold(session, self._house, account, card, proof, make=first_time)
        if link is not None and proved.pin is not None:
            keep_pin(session, self._house, link, card.library, proved.pin, opened.session_id)


def library_of(proved: Claim | Identity) -> str | None:
    """The library that proved it; ``None`` where an organisation did, whose name may be a long address."""
    return proved.issuer if proved.login == "card" else None


def find_identity(session: Session, claim: Claim) -> Identity | None:
    """By (login, issuer, subject), letter by letter (checklist L2)."""
    query = select(Identity).where(
        Identity.login == claim.login, Identity.issuer == claim.issuer, Identity.subject == claim.subject
    )
    return session.scalars(query).one_or_none()


def new_identity(session: Session, account_id: uuid.UUID, claim: Claim, now: datetime) -> Identity:
    """One more way to sign in to an account, in the caller's transaction."""
    identity = Identity(
        account_id=account_id,
        login=claim.login,
        issuer=claim.issuer,
        subject=claim.subject,
        created_at=now,
        last_used_at=now,
    )
    session.add(identity)
    session.flush()
    return identity


def note_use(identity: Identity, claim: Claim, login_name: str, now: datetime) -> None:
    """The identity was just proved: when, by which settings, under which name."""
    identity.last_used_at = now
    identity.login_name = login_name
    identity.shown_as = (claim.person.user_name or claim.person.email or "")[:_SHOWN] or identity.shown_as


def _take_over_address(account: Account, claim: Claim) -> None:
    """The address that the library or the identity provider has on file may be written to (rules 1.2); one
    that was typed stays."""
    record = claim.card.record if claim.card else None
    given = (record.email if record else None, "library"), (claim.person.email, "provider")
    address, source = next((pair for pair in given if pair[0]), (None, ""))
    if account.email is None and address:
        with suppress(BadShape):  # two addresses in one field, or a remark: nothing can be sent there
            account.email, account.email_source = check_email(address), source
            account.email_verified_at = None
