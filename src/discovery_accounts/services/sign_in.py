"""Signing in: a claim opens the account it belongs to, and makes it at the first time (rules 1.1, 4.1)."""

import uuid
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import LibraryError
from discovery_accounts.domain.card_number import BadShape, check_pin
from discovery_accounts.domain.cards import ALL_SCOPES, LinkState, Relation, write_scopes
from discovery_accounts.domain.email_address import check_email
from discovery_accounts.login.card import CardLogin
from discovery_accounts.login.claim import Claim, NoClaim, ProvedCard
from discovery_accounts.models import Account, Identity, LibraryCard, Link
from discovery_accounts.services import events
from discovery_accounts.services.card_numbers import typed_number
from discovery_accounts.services.card_rows import find_or_make, take_over
from discovery_accounts.services.house import House
from discovery_accounts.services.known_browsers import KnownBrowsers
from discovery_accounts.services.pins import keep_pin
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import NO_KEY
from discovery_accounts.services.sessions import BROWSER, Opened, Sessions
from discovery_accounts.services.throttles import Attempt, Throttles
from discovery_accounts.telemetry.metrics import metrics


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
    """The session that was opened, and the token by which this browser, if it is one, is known from now on."""

    opened: Opened
    known_token: str | None = field(repr=False)
    first_time: bool = False


class SignIn:
    def __init__(self, house: House) -> None:
        self._house = house
        self._throttles = Throttles(house)
        self._browsers = KnownBrowsers(house)

    def by_card(self, login: str, library: str, card_number: str, pin: str, visitor: Visitor) -> SignedIn:
        """Sign in by a card's number and PIN.

        Raises ``BadShape`` before any library is asked, and ``Problem``: one same
        ``sign_in_refused`` for an unknown card and a wrong PIN, ``too_many_attempts``,
        ``library_unavailable``, ``unknown_library``.
        """
        number, pin = typed_number(self._house, library, card_number), check_pin(pin)
        known = self._browsers.hash_if_known(visitor.known_token, library, number)
        counted = self._throttles.begin(Attempt(library, number, visitor.address, None, known))
        card_login = CardLogin(login, self._house.gateway, self._house.settings.act_deadline)
        try:
            claim = card_login.prove(library, number, pin)
        except LibraryError as error:
            self._throttles.unanswered(counted, error)
            metrics.sign_in(library, error.code)
            events.report_if_wrong_patron(self._house, error, library=library)
            raise Problem(Code.LIBRARY_UNAVAILABLE) from None
        if isinstance(claim, NoClaim):
            self._note_refusal(library, claim.reason)
            metrics.sign_in(library, claim.reason)
            raise Problem(Code.SIGN_IN_REFUSED)
        self._throttles.succeeded(counted)
        metrics.sign_in(library, "verified")
        return self.open_account(claim, visitor)

    def open_account(self, claim: Claim, visitor: Visitor) -> SignedIn:
        """Open the claim's account, made if need be; a new session for it."""
        try:
            return self._open(claim, visitor)
        except IntegrityError:
            # two first sign-ins with one card at the same moment: the other one has made the account
            return self._open(claim, visitor)

    def _open(self, claim: Claim, visitor: Visitor) -> SignedIn:
        with self._house.database.writing() as session:
            card = self._card(session, claim.card) if claim.card else None
            identity = _find_identity(session, claim)
            first_time = identity is None
            if identity is None:
                identity = self._make_account(session, claim, visitor)
            account = session.get_one(Account, identity.account_id, with_for_update=NO_KEY)
            account.last_sign_in_at = identity.last_used_at = self._house.now()
            self._take_over_address(account, claim)
            opened = Sessions(self._house).open(
                session, account.id, visitor.kind, claim.login, claim.issuer, visitor.browser
            )
            if card is not None and claim.card is not None:
                self._hold(session, account, card, claim.card, opened, first_time)
            events.record(
                session, events.SIGNED_IN, self._house.now(), library=claim.issuer, account_id=account.id
            )
            known = visitor.kind == BROWSER and card is not None
            token = self._browsers.remember(session, visitor.known_token, card) if known and card else None
        return SignedIn(opened, token, first_time)

    def _make_account(self, session: Session, claim: Claim, visitor: Visitor) -> Identity:
        now = self._house.now()
        account = Account(id=uuid.uuid4(), created_at=now, last_sign_in_at=now, language=visitor.language)
        session.add(account)
        session.flush()
        identity = Identity(
            account_id=account.id,
            login=claim.login,
            issuer=claim.issuer,
            subject=claim.subject,
            created_at=now,
            last_used_at=now,
        )
        session.add(identity)
        session.flush()
        events.record(session, events.ACCOUNT_MADE, now, library=claim.issuer, account_id=account.id)
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
        """Who signs in with a card is its holder (rules 3.0); a card they removed stays removed."""
        query = select(Link).where(Link.account_id == account.id, Link.card_id == card.id)
        link = session.scalars(query).one_or_none()
        if link is None and first_time:
            link = self._first_link(session, account, card)
        if link is None or link.state == LinkState.ENDED.value:
            return
        link.holder = True
        link.number_last4 = card.number_last4
        link.state, link.ended_by = LinkState.ACTIVE.value, None
        link.scopes = write_scopes(ALL_SCOPES)
        if proved.pin is not None:
            keep_pin(session, self._house, link, card.library, proved.pin, opened.session_id)

    def _first_link(self, session: Session, account: Account, card: LibraryCard) -> Link:
        title = self._house.library(card.library).title(account.language or self._house.settings.languages[0])
        link = Link(
            id=uuid.uuid4(),
            account_id=account.id,
            card_id=card.id,
            label=title[:60],
            number_last4=card.number_last4,
            relation=Relation.OWN.value,
            holder=True,
            scopes=write_scopes(ALL_SCOPES),
            state=LinkState.ACTIVE.value,
            since=self._house.now(),
            answer_key=self._house.vault.new_data_key(),
        )
        session.add(link)
        session.flush()
        return link

    @staticmethod
    def _take_over_address(account: Account, claim: Claim) -> None:
        """The address on file at the library may be written to (rules 1.2); one that was typed stays."""
        record = claim.card.record if claim.card else None
        if account.email is None and record is not None and record.email:
            with suppress(BadShape):  # two addresses in one field, or a remark: nothing can be sent there
                account.email, account.email_source = check_email(record.email), "library"
                account.email_verified_at = None

    def _note_refusal(self, library: str, reason: str) -> None:
        with self._house.database.writing() as session:
            events.record(session, events.SIGN_IN_REFUSED, self._house.now(), library=library, reason=reason)


def _find_identity(session: Session, claim: Claim) -> Identity | None:
    query = select(Identity).where(
        Identity.login == claim.login, Identity.issuer == claim.issuer, Identity.subject == claim.subject
    )
    return session.scalars(query).one_or_none()
