"""Two accounts of one person become one: both proven, with a preview, never by e-mail address."""

import uuid
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.claim import Claim
from discovery_accounts.models import Account, Identity, LibraryCard, Link
from discovery_accounts.services import answers, events
from discovery_accounts.services.account_joining import is_of_staff, live_links, lock_both, take_in
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
from discovery_accounts.services.step_up import Contacts, StepUps, require_step_up

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
            have = set(session.scalars(live_links(actor.account_id).with_only_columns(Link.card_id)).all())
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
            gone = take_in(session, mine, other, now)
            end_what_was(session, actor.account_id, but=actor.session_id)
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
        rows = lock_both(session, mine, other)
        still = select(Identity.account_id).where(Identity.id == found.id) if found is not None else None
        if len(rows) < 2 or still is None or session.scalar(still) != other:
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        return rows[mine], rows[other]

    @staticmethod
    def _refuse_staff(session: Session, other: Account) -> None:
        """A staff member may take in another account of theirs, but nobody takes in a staff member's: what
        they may do must not follow a proof that is less than the password and second factor of staff."""
        if is_of_staff(session, other.id):
            raise Problem(Code.IDENTITY_OF_ANOTHER_ACCOUNT)


def _require_sure_proof(strength: Strength) -> None:
    """Raise ``Problem`` for a weak proof of the other account: here all of it would be seen unmasked."""
    if not strength.at_least(Strength.NORMAL):
        raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)
