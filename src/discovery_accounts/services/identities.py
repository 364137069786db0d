"""The ways to sign in to an account: listed, added after proof of both sides, removed but for the last.

Never by e-mail address (checklist L1). What proves the new way is kept, sealed and bound to the
browser, until the person confirms on a page that names both (checklist O4).
"""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import LinkProof
from discovery_accounts.domain.masking import mask_user_name
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.claim import Claim
from discovery_accounts.models import Account, EmailChange, Identity, LibraryCard, SignedInSession
from discovery_accounts.services import events
from discovery_accounts.services.claim_text import mark_of, read_claim, write_claim
from discovery_accounts.services.entering import find_identity, library_of, new_identity, note_use
from discovery_accounts.services.holding import hold
from discovery_accounts.services.house import House
from discovery_accounts.services.login_steps import LoginSteps, Step, StepKind
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import NO_KEY
from discovery_accounts.services.sessions import require_fresh
from discovery_accounts.services.staff_entry import came_as_staff
from discovery_accounts.services.step_up import require_step_up


@dataclass(frozen=True, slots=True)
class Method:
    """One identity of the account. ``shown_as`` is the name it is known by, ``number_last4`` where it is a
    card that we have a row of; ``current`` when this session was opened by it."""

    id: uuid.UUID
    login: str
    login_name: str | None
    issuer: str
    shown_as: str | None = field(repr=False)
    number_last4: str | None = field(repr=False)
    last_used_at: datetime
    current: bool = False

    def as_masked(self) -> "Method":
        """For somebody of whom we are not sure enough (rules 4.6)."""
        shown_as = self.shown_as and mask_user_name(self.shown_as)
        return replace(self, shown_as=shown_as, number_last4=None)


@dataclass(frozen=True, slots=True)
class Adding:
    """A proved way of signing in that waits for the person's word. ``other_account`` is the account that it
    opens already, if it is not this one; ``mine`` when it opens this one."""

    login: str
    login_name: str
    issuer: str
    shown_as: str | None = field(repr=False)
    other_account: uuid.UUID | None
    mine: bool
    strength: Strength = Strength.NORMAL
    confirmed: bool = False
    """By a code to a contact of ``other_account``."""
    mark: str = ""


class Identities:
    def __init__(self, house: House) -> None:
        self._house = house
        self._steps = LoginSteps(house)

    def list(self, actor: Actor) -> tuple[Method, ...]:
        """The account's ways to sign in, the oldest first."""
        with self._house.database.reading() as session:
            methods = methods_of(session, actor.account_id, actor.session_id)
        return methods if actor.sees_all else tuple(method.as_masked() for method in methods)

    def keep_proof(self, actor: Actor, claim: Claim, login_name: str, browser: str) -> None:
        """Somebody signed in proved one more way: keep it until they confirm. Raises ``Problem``:
        ``fresh_sign_in_required``, ``sign_in_not_strong_enough``."""
        require_sure(self._house, actor)
        content = {"claim": write_claim(claim), "account": str(actor.account_id)}
        self._steps.put(StepKind.ADDING, browser, login_name, content, browser=browser)

    def adding(self, actor: Actor, browser: str | None) -> Adding | None:
        """What waits for this person's word in this browser."""
        step = self._steps.look(StepKind.ADDING, browser) if browser else None
        if step is None or not _is_of(step, actor, browser):
            return None
        claim = read_claim(step.content["claim"])
        with self._house.database.reading() as session:
            found = find_identity(session, claim)
        mine = found is not None and found.account_id == actor.account_id
        return Adding(
            claim.login,
            step.login_name,
            claim.issuer,
            claim.person.user_name or claim.person.email,
            found.account_id if found is not None and not mine else None,
            mine,
            claim.strength,
            found is not None and step.content.get("confirmed") == str(found.account_id),
            mark_of(self._house, claim),
        )

    def note_confirmed(self, actor: Actor, browser: str | None, other_account: uuid.UUID) -> None:
        """A code sent for ``other_account`` was right: what waits goes on waiting, with that."""
        step = self._steps.look(StepKind.ADDING, browser) if browser else None
        if step is None or not _is_of(step, actor, browser) or browser is None:
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        content = {**step.content, "confirmed": str(other_account)}
        self._steps.put(StepKind.ADDING, browser, step.login_name, content, browser=browser)

    def add(self, actor: Actor, browser: str | None) -> None:
        """Add what waits. Raises ``Problem``: as ``keep_proof``, ``step_up_required``,
        ``answer_not_expected``, ``identity_of_another_account``. Sessions from before and changes under way
        end (checklist L11)."""
        require_sure(self._house, actor)
        require_step_up(self._house, actor)
        claim, login_name = self.take(actor, browser)
        member = came_as_staff(self._house, actor)
        now = self._house.now()
        with self._house.database.writing() as session:
            account = session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            found = find_identity(session, claim)
            if found is not None and found.account_id != account.id:
                raise Problem(Code.IDENTITY_OF_ANOTHER_ACCOUNT)
            identity = found or new_identity(session, account.id, claim, now)
            note_use(identity, claim, login_name, now)
            if member is not None and claim.strength is Strength.STRONG:
                identity.staff_member_id = member
            self._hold_card(session, account, claim)
            end_what_was(session, actor.account_id, but=actor.session_id)
            events.record(
                session, events.IDENTITY_ADDED, now, library=library_of(claim), account_id=account.id
            )

    def take(self, actor: Actor, browser: str | None) -> tuple[Claim, str]:
        """The proof that waits, which is over with this, and the name of its login."""
        step = self._steps.take(StepKind.ADDING, browser) if browser else None
        if step is None or not _is_of(step, actor, browser):
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        return read_claim(step.content["claim"]), step.login_name

    def remove(self, actor: Actor, identity_id: uuid.UUID) -> None:
        """Remove a way to sign in, and end the sessions it opened but this one. Raises ``Problem``:
        as ``keep_proof``, ``step_up_required``, ``not_found``, ``last_sign_in_method``."""
        require_sure(self._house, actor)
        require_step_up(self._house, actor)
        with self._house.database.writing() as session:
            # locked, or two removals side by side could take the last two
            session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            identity = session.get(Identity, identity_id)
            if identity is None or identity.account_id != actor.account_id:
                raise Problem(Code.NOT_FOUND)
            mine = select(func.count()).where(Identity.account_id == actor.account_id)
            if (session.scalar(mine) or 0) < 2:
                raise Problem(Code.LAST_SIGN_IN_METHOD)
            end_identity(session, identity, but=actor.session_id)
            events.record(
                session,
                events.IDENTITY_REMOVED,
                self._house.now(),
                library=library_of(identity),
                account_id=actor.account_id,
            )

    def _hold_card(self, session: Session, account: Account, claim: Claim) -> None:
        """Who proved a card is its holder, where the card is in the account already."""
        query = select(LibraryCard).where(
            LibraryCard.library == claim.issuer, LibraryCard.patron_id == claim.subject
        )
        card = session.scalars(query).one_or_none() if claim.login == "card" else None
        if card is not None:
            hold(session, self._house, account, card, LinkProof.PIN, make=False)


def require_sure(house: House, actor: Actor) -> None:
    """Raise ``Problem`` unless the person signed in a moment ago, and by more than somebody's mail: a way
    that lasts must not come of one that is weaker, nor take the place of a better one (checklist L4, L5)."""
    require_fresh(house, actor)
    if not actor.strength.at_least(Strength.NORMAL):
        raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)


def methods_of(
    session: Session, account_id: uuid.UUID, current_session: uuid.UUID | None = None
) -> tuple[Method, ...]:
    query = (
        select(Identity, LibraryCard.number_last4)
        .outerjoin(
            LibraryCard,
            (LibraryCard.library == Identity.issuer) & (LibraryCard.patron_id == Identity.subject),
        )
        .where(Identity.account_id == account_id)
        .order_by(Identity.created_at, Identity.id)
    )
    used = select(SignedInSession.identity_id).where(SignedInSession.id == current_session)
    current = session.scalar(used) if current_session else None
    return tuple(
        Method(
            one.id,
            one.login,
            one.login_name,
            one.issuer,
            one.shown_as,
            last4,
            one.last_used_at,
            one.id == current,
        )
        for one, last4 in session.execute(query)
    )


def end_identity(session: Session, identity: Identity, *, but: uuid.UUID | None = None) -> None:
    """Remove an identity and the sessions it opened, except ``but``, in the caller's transaction."""
    opened = SignedInSession.identity_id == identity.id
    session.execute(
        delete(SignedInSession)
        .where(opened if but is None else opened & (SignedInSession.id != but))
        .execution_options(synchronize_session=False)
    )
    session.delete(identity)


def end_what_was(session: Session, account_id: uuid.UUID, *, but: uuid.UUID | None) -> None:
    """End the account's sessions except ``but``, and its pending change of address: from now on somebody else's
    doing from before a new way to sign in is of no use to them (checklist L11)."""
    opened = SignedInSession.account_id == account_id
    session.execute(
        delete(SignedInSession)
        .where(opened if but is None else opened & (SignedInSession.id != but))
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(EmailChange).where(EmailChange.account_id == account_id))


def _is_of(step: Step, actor: Actor, browser: str | None) -> bool:
    return step.is_of(browser) and step.content["account"] == str(actor.account_id)
