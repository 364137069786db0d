"""Two accounts of one person become one: both proven, with a preview, never by e-mail address."""

import uuid
from dataclasses import dataclass, field, replace

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.claim import Claim
from discovery_accounts.models import (
    Account,
    Alert,
    Base,
    Event,
    FavouriteAct,
    FavouriteList,
    Identity,
    LibraryCard,
    Link,
    OutboxMessage,
    PersonKey,
    StaffMember,
    TransferConsent,
)
from discovery_accounts.services import answers, events
from discovery_accounts.services.entering import find_identity
from discovery_accounts.services.house import House
from discovery_accounts.services.identities import (
    Adding,
    Identities,
    Method,
    end_what_was,
    methods_of,
    require_sure,
)
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.retention.joining import at_merge as take_memberships
from discovery_accounts.services.reviews.ending import at_merge as take_reviews
from discovery_accounts.services.row_locks import lock_cards_of, lock_links
from discovery_accounts.services.step_up import Contacts, StepUps, require_step_up

MOVED: tuple[type[Base], ...] = (
    Identity,
    TransferConsent,
    Event,
    PersonKey,
    OutboxMessage,
    FavouriteList,
    FavouriteAct,
    Alert,
)
"""Rows that simply change hands. Links need care; sessions and pending changes of address end."""


OTHER = "other_account"


@dataclass(frozen=True, slots=True)
class MergeCard:
    """A card of the other account; ``in_both`` when this account has it too, and keeps its own name for it."""

    library: str
    label: str = field(repr=False)
    number_last4: str = field(repr=False)
    in_both: bool


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What comes over. The other account's name, language and e-mail address are given up where this one
    has its own: ``gives_up_email``."""

    methods: tuple[Method, ...]
    cards: tuple[MergeCard, ...]
    gives_up_email: bool


class Merging:
    def __init__(self, house: House) -> None:
        self._house = house
        self._identities = Identities(house)

    def preview(self, actor: Actor, browser: str | None) -> MergePreview:
        """What ``merge`` would do. Raises ``Problem`` ``answer_not_expected`` when no proof of another
        account waits in this browser."""
        adding = self._identities.adding(actor, browser)
        if adding is None or adding.other_account is None:
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        _require_sure_proof(adding.strength)
        with self._house.database.reading() as session:
            mine = session.get_one(Account, actor.account_id)
            other = session.get_one(Account, adding.other_account)
            have = set(session.scalars(_live_links(actor.account_id).with_only_columns(Link.card_id)).all())
            cards = session.execute(
                select(LibraryCard.library, Link.label, Link.number_last4, Link.card_id)
                .join(Link, Link.card_id == LibraryCard.id)
                .where(Link.account_id == other.id, Link.state != LinkState.ENDED.value)
                .order_by(Link.since)
            ).all()
            return MergePreview(
                methods_of(session, other.id),
                tuple(MergeCard(lib, label, last4, card_id in have) for lib, label, last4, card_id in cards),
                gives_up_email=mine.email is not None and other.email not in {None, mine.email},
            )

    def merge(self, actor: Actor, browser: str | None) -> None:
        """Take the other account into this one. Raises ``Problem``: ``fresh_sign_in_required``,
        ``sign_in_not_strong_enough``, ``step_up_required``, with the detail ``OTHER`` where the other account
        wants one too; ``answer_not_expected``, ``identity_of_another_account`` where the other one is of staff."""
        require_sure(self._house, actor)
        require_step_up(self._house, actor)
        about = self._require_code(actor, browser)
        claim, _login_name = self._identities.take(actor, browser)
        _require_sure_proof(claim.strength)
        now = self._house.now()
        with self._house.database.writing() as session:
            mine, other = self._lock(session, actor.account_id, claim)
            if other.id != about:
                raise Problem(Code.ANSWER_NOT_EXPECTED)
            self._refuse_staff(session, other)
            gone = self._take_links(session, mine, other)
            for model in MOVED:
                _hand_over(session, model, other.id, mine.id)
            take_reviews(session, mine.id, other.id)
            take_memberships(session, mine.id, other.id, now)
            _fill_in(mine, other)
            end_what_was(session, actor)
            session.flush()
            session.expire_all()
            session.execute(delete(Account).where(Account.id == other.id))
            events.record(session, events.ACCOUNTS_MERGED, now, account_id=mine.id)
        answers.forget(self._house, gone)

    def contacts(self, actor: Actor, browser: str | None) -> tuple[Actor, Contacts]:
        """Where a code for the other account can be sent, and who stands for that account in this session.
        Raises ``Problem`` ``answer_not_expected``, ``sign_in_not_strong_enough``."""
        _adding, other = self._other(actor, browser)
        return other, StepUps(self._house).contacts(other)

    def ask_code(self, actor: Actor, browser: str | None, channel: str, language: str) -> None:
        """Send a code to a contact of the other account. Raises as ``contacts`` and ``StepUps.ask``."""
        _adding, other = self._other(actor, browser)
        StepUps(self._house).ask(other, channel, language)

    def give_code(self, actor: Actor, browser: str | None, code: str) -> None:
        """Note that the code was right. Raises as ``contacts``, and ``code_wrong``."""
        _adding, other = self._other(actor, browser)
        StepUps(self._house).check(other, code)
        self._identities.note_confirmed(actor, browser, other.account_id)

    def _other(self, actor: Actor, browser: str | None) -> tuple[Adding, Actor]:
        require_sure(self._house, actor)
        adding = self._identities.adding(actor, browser)
        if adding is None or adding.other_account is None:
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        _require_sure_proof(adding.strength)
        return adding, replace(actor, account_id=adding.other_account, strength=adding.strength)

    def _require_code(self, actor: Actor, browser: str | None) -> uuid.UUID:
        """The other account, which would ask whoever signs in to it for a code before its ways of signing in
        change; taking it in changes all of them. A proof that is strong is enough there as well."""
        adding, other = self._other(actor, browser)
        sure = adding.confirmed or adding.strength is Strength.STRONG
        if not sure and StepUps(self._house).may_confirm(other):
            raise Problem(Code.STEP_UP_REQUIRED, detail=OTHER)
        return other.account_id

    @staticmethod
    def _lock(session: Session, mine: uuid.UUID, claim: Claim) -> tuple[Account, Account]:
        """Both accounts and all that hangs on them, in the order of ``row_locks``. What the proof opens is
        looked at once more then: meanwhile it may have been removed, or either account joined to another."""
        found = find_identity(session, claim)
        other = found.account_id if found is not None else mine
        both = [mine, other]
        links = session.scalars(select(Link.id).where(Link.account_id.in_(both))).all()
        lock_cards_of(session, links)
        query = select(Account).where(Account.id.in_(both)).order_by(Account.id).with_for_update()
        rows = {row.id: row for row in session.scalars(query)}
        lock_links(session, session.scalars(select(Link.id).where(Link.account_id.in_(both))).all())
        still = select(Identity.account_id).where(Identity.id == found.id) if found is not None else None
        if len(rows) < 2 or still is None or session.scalar(still) != other:
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        return rows[mine], rows[other]

    def _take_links(self, session: Session, mine: Account, other: Account) -> list[uuid.UUID]:
        """Move the other account's links; where both have the card, the one that may do more stays."""
        own = {link.card_id: link for link in session.scalars(_links(mine.id))}
        gone = []
        for link in session.scalars(_links(other.id)).all():
            rival = own.get(link.card_id)
            if rival is not None:
                keep, drop = (link, rival) if _rank(link) > _rank(rival) else (rival, link)
                keep.label = rival.label or keep.label
                gone.append(drop.id)
                session.delete(drop)
                session.flush()
                link = keep
            link.account_id = mine.id
            link.mail_due_at = None  # the other's digest ends; if there is one here, it sets that anew
        session.flush()
        return gone

    @staticmethod
    def _refuse_staff(session: Session, other: Account) -> None:
        """A staff member may take in another account of theirs, but nobody takes in a staff member's: what
        they may do must not follow a proof that is less than the password and second factor of staff."""
        if session.scalar(select(StaffMember.id).where(StaffMember.account_id == other.id)) is not None:
            raise Problem(Code.IDENTITY_OF_ANOTHER_ACCOUNT)


def _require_sure_proof(strength: Strength) -> None:
    """Raise ``Problem`` for a weak proof of the other account: here all of it would be seen unmasked."""
    if not strength.at_least(Strength.NORMAL):
        raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)


def _rank(link: Link) -> tuple[bool, bool]:
    return (link.state != LinkState.ENDED.value, link.holder)


def _links(account_id: uuid.UUID) -> Select[Link]:
    return select(Link).where(Link.account_id == account_id).order_by(Link.id)


def _live_links(account_id: uuid.UUID) -> Select[Link]:
    return _links(account_id).where(Link.state != LinkState.ENDED.value)


def _hand_over(session: Session, model: type[Base], before: uuid.UUID, after: uuid.UUID) -> None:
    column = model.__table__.c.account_id
    session.execute(update(model).where(column == before).values(account_id=after))


def _fill_in(mine: Account, other: Account) -> None:
    mine.created_at = min(mine.created_at, other.created_at)
    mine.name = mine.name or other.name
    mine.language = mine.language or other.language
    mine.linking_blocked_at = mine.linking_blocked_at or other.linking_blocked_at
    if mine.protected_at is None:
        mine.protected_at, mine.protected_because = other.protected_at, other.protected_because
    if mine.email is None:
        mine.email, mine.email_source = other.email, other.email_source
        mine.email_verified_at = other.email_verified_at
        mine.email_paused_at = other.email_paused_at
        mine.email_paused_because = other.email_paused_because
