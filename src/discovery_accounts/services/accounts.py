"""The account itself: its name, language and e-mail address, and how it is signed in to (rules 1)."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.email_address import check_email
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.domain.masking import mask_email, mask_name
from discovery_accounts.models import Account, EmailChange, Event
from discovery_accounts.services import events, letters, outbox
from discovery_accounts.services.bounces import is_dead
from discovery_accounts.services.codes import Codes, is_used_up, new_code
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.row_locks import NO_KEY
from discovery_accounts.services.sessions import require_fresh
from discovery_accounts.services.step_up import has_stepped_up, require_step_up
from discovery_accounts.services.throttles import Throttles
from discovery_accounts.services.tokens import new_token, token_hash

CHANGE_LASTS = timedelta(hours=1)
ASKS_OF_ACCOUNT = RateLimit(5, 3600)
ASKS_TO_ADDRESS = RateLimit(3, 3600)
"""How many mails one account may have sent, and how many one address may get so, whoever asks."""
CHANGES_AN_HOUR = 5


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """``email_verified``: the address may be written to; ``pending_email`` waits for its link. ``masked``:
    name and addresses are, because the person's sign-in was a weak one. ``mail_returns``: mail to ``email`` came back,
    so nothing is sent there until it is proved anew. ``change_needs_code``: of the present address."""

    id: uuid.UUID
    created_at: datetime
    last_sign_in_at: datetime
    name: str | None = field(repr=False)
    language: str | None
    email: str | None = field(repr=False)
    email_source: str | None
    email_verified: bool
    pending_email: str | None = field(repr=False)
    masked: bool = False
    mail_returns: bool = False
    change_needs_code: bool = False

    def as_masked(self) -> "AccountInfo":
        return replace(
            self,
            name=self.name and mask_name(self.name),
            email=self.email and mask_email(self.email),
            pending_email=self.pending_email and mask_email(self.pending_email),
            masked=True,
        )


@dataclass(frozen=True, slots=True)
class PendingChange:
    """An address waiting for its proof."""

    address: str = field(repr=False)
    needs_code: bool


class Accounts:
    def __init__(self, house: House) -> None:
        self._house = house
        self._codes = Codes(house, "email code")

    def info(self, actor: Actor) -> AccountInfo:
        """The profile; masked for somebody of whom we are not sure enough (rules 4.6)."""
        now = self._house.now()
        with self._house.database.reading() as session:
            account = session.get_one(Account, actor.account_id)
            change = session.get(EmailChange, actor.account_id)
            pending = change.address if change is not None and change.expires_at > now else None
            info = AccountInfo(
                id=account.id,
                created_at=account.created_at,
                last_sign_in_at=account.last_sign_in_at,
                name=account.name,
                language=account.language,
                email=account.email,
                email_source=account.email_source,
                email_verified=may_write_to(account) is not None,
                pending_email=pending,
                mail_returns=account.email_paused_at is not None,
                change_needs_code=account.email is not None and not is_dead(account),
            )
        return info if actor.sees_all else info.as_masked()

    def save_profile(self, actor: Actor, *, name: str | None, language: str | None) -> None:
        """Change name and language; ``None`` leaves one as it is, an empty name removes it. Raises ``BadShape``,
        and ``Problem`` ``step_up_required`` for a name that the person may not even see whole."""
        self.check_profile(name=name, language=language)
        if name is not None and not actor.sees_all:
            raise Problem(Code.STEP_UP_REQUIRED)
        cleaned = clean_label(name, "name") if name else name
        with self._house.database.writing() as session:
            account = session.get_one(Account, actor.account_id)
            if cleaned is not None:
                account.name = cleaned or None
            if language is not None:
                account.language = language

    def check_profile(self, *, name: str | None, language: str | None) -> None:
        """Raise ``BadShape`` where ``save_profile`` would."""
        if name:
            clean_label(name, "name")
        if language is not None and language not in self._house.settings.languages:
            raise BadShape("language", "unknown")

    def ask_email_change(self, actor: Actor, address: str, language: str, link_base: str) -> None:
        """Send the one-time link to the new address, and a code to the old one if there is one.

        ``link_base`` is the address of the page that confirms, to which the token is added. The
        present address stays until the new one is proved. Raises ``BadShape`` and ``Problem``:
        ``fresh_sign_in_required``, ``step_up_required``, ``too_many_attempts`` after five an hour.
        """
        address = check_email(address)
        if not has_stepped_up(self._house, actor):
            require_fresh(self._house, actor)
        require_step_up(self._house, actor)
        throttles = Throttles(self._house)
        throttles.count_asking("email", ASKS_OF_ACCOUNT, str(actor.account_id))
        throttles.count_asking("email", ASKS_TO_ADDRESS, address.casefold())
        with self._house.database.writing() as session:
            account = session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            self._ask(session, account, address, language, link_base)
        self._house.hurry.ask(SEND_MAIL)

    def ask_email_again(self, actor: Actor, language: str, link_base: str) -> None:
        """Send the one-time link to the address that mail came back from: opened, it is written to again. Raises
        ``Problem``: ``not_found`` where no mail came back, ``too_many_attempts``."""
        throttles = Throttles(self._house)
        throttles.count_asking("email", ASKS_OF_ACCOUNT, str(actor.account_id))
        with self._house.database.writing() as session:
            account = session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            if account.email is None or account.email_paused_at is None:
                raise Problem(Code.NOT_FOUND)
            self._ask(session, account, account.email, language, link_base)
        self._house.hurry.ask(SEND_MAIL)

    def _ask(self, session: Session, account: Account, address: str, language: str, link_base: str) -> None:
        """The old address gets a code, unless there is no such address, or it is the one that is tried again."""
        token, code = new_token(), new_code()
        again = account.email_paused_at is not None and address == account.email
        old = None if again or is_dead(account) else account.email
        self._check_asked(session, account)
        session.execute(delete(EmailChange).where(EmailChange.account_id == account.id))
        session.add(
            EmailChange(
                account_id=account.id,
                address=address,
                token_hash=token_hash(token),
                code_hash=self._codes.hash(code, str(account.id)) if old else None,
                expires_at=self._house.now() + CHANGE_LASTS,
                tries=0,
            )
        )
        words = letters.confirm_address(language, f"{link_base}/{token}")
        self._send(session, account.id, "email_confirm", address, words)
        if old:
            page = f"{self._house.settings.public_url}/account"
            words = letters.address_changes(language, code, page)
            self._send(session, account.id, "email_code", old, words)
        events.record(session, events.EMAIL_CHANGE_ASKED, self._house.now(), account_id=account.id)

    def pending_change(self, token: str) -> PendingChange:
        """What a one-time link is about. Raises ``Problem`` ``link_expired``."""
        with self._house.database.reading() as session:
            change = self._change(session, token)
            return PendingChange(change.address, change.code_hash is not None)

    def confirm_email(self, token: str, code: str | None) -> None:
        """Use the new address. Raises ``Problem``: ``link_expired``, ``code_wrong``; five wrong codes end the link."""
        with self._house.database.writing() as session:
            change = self._change(session, token)
            right = self._codes.fits(change, code or "", str(change.account_id)) or change.code_hash is None
            if right:
                self._use(session, change)
            elif is_used_up(change):
                session.delete(change)
        if not right:
            raise Problem(Code.CODE_WRONG, field="code")

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove changes that nobody confirmed in time."""
        return purge(self._house, EmailChange.account_id, EmailChange.expires_at <= now, limit, dry_run)

    def _check_asked(self, session: Session, account: Account) -> None:
        """Each asking writes to an address that may be a stranger's, and gives five more tries at a code."""
        now = self._house.now()
        query = select(Event.at).where(
            Event.account_id == account.id,
            Event.word == events.EMAIL_CHANGE_ASKED,
            Event.at > now - CHANGE_LASTS,
        )
        asked = session.scalars(query.order_by(Event.at)).all()
        if len(asked) >= CHANGES_AN_HOUR:
            raise Problem(Code.TOO_MANY_ATTEMPTS, wait=asked[-CHANGES_AN_HOUR] + CHANGE_LASTS - now)

    def _use(self, session: Session, change: EmailChange) -> None:
        account = session.get_one(Account, change.account_id, with_for_update=NO_KEY)
        account.email, account.email_source = change.address, "typed"
        account.email_verified_at = self._house.now()
        account.email_paused_at = account.email_paused_because = None
        session.delete(change)
        events.record(session, events.EMAIL_CHANGED, self._house.now(), account_id=account.id)

    def _change(self, session: Session, token: str) -> EmailChange:
        query = (
            select(EmailChange)
            .where(EmailChange.token_hash == token_hash(token))
            .with_for_update(key_share=True)
        )
        change = session.scalars(query).one_or_none()
        if change is None or change.expires_at <= self._house.now():
            raise Problem(Code.LINK_EXPIRED)
        account = session.get_one(Account, change.account_id)
        known = account.email and not is_dead(account) and change.address != account.email
        if change.code_hash is None and known:
            raise Problem(Code.LINK_EXPIRED)  # an address has come meanwhile, and its code was never asked
        return change

    def _send(
        self, session: Session, account_id: uuid.UUID, kind: str, address: str, words: letters.Words
    ) -> None:
        outbox.write(
            session, self._house, outbox.Letter(kind, address, words.subject, words.text, account_id)
        )


def may_write_to(account: Account) -> str | None:
    """The account's address, if a library or an organisation told it or the person proved it, and mail to it does
    not come back. Of an account that ended nobody is written to."""
    if account.email_paused_at is not None or account.ended_at is not None:
        return None
    told = account.email_source in {"library", "provider"} or account.email_verified_at is not None
    return account.email if told else None


def may_write_to_it() -> ColumnElement[bool]:
    """Whether ``may_write_to`` gives an address, asked in the database."""
    told = Account.email_source.in_(("library", "provider")) | Account.email_verified_at.is_not(None)
    return and_(
        Account.email.is_not(None), Account.email_paused_at.is_(None), Account.ended_at.is_(None), told
    )
