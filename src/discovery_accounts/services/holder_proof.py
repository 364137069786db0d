"""Showing that a card linked as one's own is: by a code to the address that the library has on file (rules 3.0).

A PIN alone makes no holder, for others may know it. The proof makes the account the card's holder and
adds no way to sign in.
"""

import uuid
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import LinkProof, LinkState, Relation
from discovery_accounts.domain.linking import Refused
from discovery_accounts.domain.masking import mask_email
from discovery_accounts.models import Account, HolderCode, LibraryCard
from discovery_accounts.services import answers, events, letters_links, outbox
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.admission import Admission
from discovery_accounts.services.codes import (
    ASK_AGAIN_AFTER,
    CARD_CODE_ASKS,
    CODES_AT_A_LIBRARY,
    CODES_FOR_A_CARD,
    LASTS,
    Codes,
    is_used_up,
    new_code,
)
from discovery_accounts.services.email_found import mail_address
from discovery_accounts.services.holding import hold
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.row_locks import NO_KEY, lock_card
from discovery_accounts.services.sessions import require_decider
from discovery_accounts.services.throttles import Throttles, network_of


def may_prove(card: AccountCard) -> bool:
    """Whether a code could make this account the card's holder."""
    return not card.holder and card.relation is Relation.OWN and card.proof is LinkProof.PIN


class HolderProofs:
    """All raise ``Problem``: ``no_such_card``, ``holder_only`` for a card that was not linked as one's own by its
    PIN, ``step_up_required`` for a weak sign-in, ``fresh_sign_in_required``; and ``BadShape`` for a card whose
    holder this account is already."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._codes = Codes(house, "holder code")
        self._throttles = Throttles(house)
        self._own = OwnCards(house)

    def check(self, actor: Actor, card_id: uuid.UUID) -> AccountCard:
        """The card, if its holder can be proved here now."""
        card = self._own.check(actor, card_id, Action.SEE_CARD)
        if card.holder:
            raise BadShape("card", "of_holder")
        if not may_prove(card):
            raise Problem(Code.HOLDER_ONLY)
        require_decider(self._house, actor)
        return card

    def is_asked(self, card: AccountCard) -> bool:
        """Whether a code is on its way that can still be given in."""
        with self._house.database.reading() as session:
            row = session.get(HolderCode, card.link_id)
            return row is not None and self._codes.is_open(row)

    def ask(self, actor: Actor, card_id: uuid.UUID, language: str, address: str | None) -> str:
        """Send a code; where to, masked. Raises ``BadShape`` where the library has no address on file,
        ``Problem`` also ``too_many_attempts``, ``library_unavailable``, and why the card can't be read now."""
        card = self.check(actor, card_id)
        if card.link_state is LinkState.ACTIVE:  # whose PIN stands no more proves nothing by this link
            Admission(self._house).admit(actor, {card_id}, Action.SEE_CARD).card(card_id)
        self._throttles.count_asking("holder", CARD_CODE_ASKS, network_of(address))
        self._not_too_soon(card)
        record = self._own.record(card)
        if record is None:
            raise Problem(Code.LIBRARY_UNAVAILABLE)
        recipient = mail_address(record)
        if recipient is None:
            raise BadShape("contact", "missing")
        self._throttles.count_asking("codes", CODES_FOR_A_CARD, str(card.id))
        code, now = new_code(), self._house.now()
        library = self._house.library(card.library).title(language)
        words = letters_links.holder_code(language, library, code)
        with self._house.database.writing() as session:
            lock_card(session, card_id)
            session.execute(delete(HolderCode).where(HolderCode.link_id == card.link_id))
            session.add(
                HolderCode(
                    link_id=card.link_id,
                    code_hash=self._codes.hash(code, *_about(card)),
                    tries=0,
                    created_at=now,
                    expires_at=now + LASTS,
                )
            )
            # not of this account: what it may read there it must not learn here
            letter = outbox.Letter("holder_code", recipient, words.subject, words.text)
            outbox.write(session, self._house, letter)
        self._house.hurry.ask(SEND_MAIL)
        return mask_email(recipient)

    def verify(self, actor: Actor, card_id: uuid.UUID, code: str, address: str | None) -> None:
        """Become the card's holder by the code. Raises ``Problem`` also ``code_wrong``, whatever is wrong with it,
        ``too_many_attempts``, and ``linking_not_allowed`` for a card that staff keep from being linked."""
        card = self.check(actor, card_id)
        self._throttles.count_asking("holder_try", CARD_CODE_ASKS, network_of(address))
        self._throttles.count_asking("holder_library", CODES_AT_A_LIBRARY, card.library)
        with self._house.database.writing() as session:
            lock_card(session, card_id)
            account = session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            right = self._use(session, card, code)
            if right:
                self._hold(session, account, card)
        if not right:
            raise Problem(Code.CODE_WRONG, field="code")
        answers.forget(self._house, [card.link_id])

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove codes that are over."""
        return purge(self._house, HolderCode.link_id, HolderCode.expires_at <= now, limit, dry_run)

    def _not_too_soon(self, card: AccountCard) -> None:
        with self._house.database.reading() as session:
            row = session.get(HolderCode, card.link_id)
            again = row.created_at + ASK_AGAIN_AFTER if row is not None else None
        if again is not None and again > self._house.now():
            raise Problem(Code.TOO_MANY_ATTEMPTS, wait=again - self._house.now())

    def _use(self, session: Session, card: AccountCard, code: str) -> bool:
        row = session.get(HolderCode, card.link_id, with_for_update=True)
        if row is None or not self._codes.is_open(row):
            return False
        right = self._codes.fits(row, code, *_about(card))
        if right:
            session.delete(row)
        elif is_used_up(row):
            row.code_hash = None
        return right

    def _hold(self, session: Session, account: Account, card: AccountCard) -> None:
        row = session.get_one(LibraryCard, card.id)
        if row.linking_blocked_at is not None or account.linking_blocked_at is not None:
            raise Problem(Code.LINKING_NOT_ALLOWED, detail=Refused.STAFF.value)
        if hold(session, self._house, account, row, LinkProof.EMAIL, make=False) is None:
            raise Problem(Code.NO_SUCH_CARD)  # ended in this very moment
        events.record(
            session,
            events.HOLDER_PROVED,
            self._house.now(),
            library=card.library,
            account_id=account.id,
            card_id=card.id,
            link=str(card.link_id),
        )


def _about(card: AccountCard) -> tuple[str, str]:
    return str(card.link_id), str(card.id)
