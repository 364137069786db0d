"""Staff forbid linking: that a card gets into any more accounts, or that an account gets any more cards (rules 3.4).

Each act has a reason out of a short table, is written down, and is shown to whom it was done to. What is there
already stays, unless it is to end too.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import EndedBy
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services import answers, events, notices
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.link_states import not_over
from discovery_accounts.services.linking_desk import Desk
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import NO_KEY, lock_card, lock_links
from discovery_accounts.services.unlinking import end_links


class BlockReason(StrEnum):
    """Why staff do it. Not free text: that would hold what the audit must not."""

    HOLDER_ASKED = "holder_asked"
    SAFETY = "safety"
    MISUSE = "misuse"
    MISTAKE = "mistake"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done. ``end``: links that are there end too; ``tell``: their owners are told that they did,
    never by whom."""

    reason: str
    end: bool = False
    tell: bool = True


@dataclass(frozen=True, slots=True)
class Did:
    """Whether it is otherwise than before, and how many links ended."""

    changed: bool
    ended: int = 0


class LinkingBlocks:
    """Raises ``Problem`` ``not_found`` for what is not the business of the ``Desk``, ``BadShape`` about
    ``reason``."""

    def __init__(self, house: House) -> None:
        self._house = house

    def block_card(self, desk: Desk, card_id: uuid.UUID, order: Order) -> Did:
        """From the end of this on nobody links the card any more, by PIN, invitation or else."""
        reason = check_reason(order)
        with self._house.database.writing() as session:
            card = _card(session, desk, card_id)
            changed = card.linking_blocked_at is None
            if changed:
                card.linking_blocked_at = self._house.now()
            ended = self._end(session, order, Link.card_id == card.id) if order.end else []
            if changed or ended:
                self._note(session, events.LINKING_FORBIDDEN, desk, reason, card=card, ended=len(ended))
        return self._done(Did(changed, len(ended)), ended)

    def unblock_card(self, desk: Desk, card_id: uuid.UUID, order: Order) -> Did:
        """The card may be linked again, if its holder and the library's rules let it."""
        reason = check_reason(order)
        with self._house.database.writing() as session:
            card = _card(session, desk, card_id)
            changed = card.linking_blocked_at is not None
            card.linking_blocked_at = None
            if changed:
                self._note(session, events.LINKING_ALLOWED, desk, reason, card=card)
        return Did(changed)

    def end_links_of(self, desk: Desk, card_id: uuid.UUID, order: Order) -> Did:
        """End all links of others to the card; it may be linked again."""
        check_reason(order)
        with self._house.database.writing() as session:
            card = _card(session, desk, card_id)
            ended = self._end(session, order, Link.card_id == card.id)
        return self._done(Did(bool(ended), len(ended)), ended)

    def block_account(self, desk: Desk, account_id: uuid.UUID, order: Order) -> Did:
        """From the end of this on the account gets no more cards. It concerns all libraries, so it is for staff of
        all of them."""
        changed = self._set_account(desk, account_id, order, blocked=True)
        if not order.end:
            return Did(changed)
        with self._house.database.writing() as session:  # from here on none can come along
            ended = self._end(session, order, Link.account_id == account_id)
        return self._done(Did(changed or bool(ended), len(ended)), ended)

    def unblock_account(self, desk: Desk, account_id: uuid.UUID, order: Order) -> Did:
        return Did(self._set_account(desk, account_id, order, blocked=False))

    def _set_account(self, desk: Desk, account_id: uuid.UUID, order: Order, *, blocked: bool) -> bool:
        reason = check_reason(order)
        if desk.libraries is not None:
            raise Problem(Code.NOT_FOUND)
        with self._house.database.writing() as session:
            account = session.get(Account, account_id, with_for_update=NO_KEY)
            if account is None:
                raise Problem(Code.NOT_FOUND)
            changed = blocked is (account.linking_blocked_at is None)
            if changed:
                account.linking_blocked_at = self._house.now() if blocked else None
                word = events.LINKING_FORBIDDEN if blocked else events.LINKING_ALLOWED
                self._note(session, word, desk, reason, account_id=account.id)
        return changed

    def _end(self, session: Session, order: Order, whose: ColumnElement[bool]) -> Sequence[uuid.UUID]:
        """End the links to cards of others; the ids. The holder's own stays: it is their card."""
        where = (whose, Link.holder.is_(False), *not_over(self._house.now()))
        lock_links(session, session.scalars(select(Link.id).where(*where)).all())
        links = session.scalars(select(Link).where(*where).order_by(Link.id)).all()
        if links:
            end_links(session, self._house, links, EndedBy.STAFF, reason=order.reason, silent=not order.tell)
        if order.tell:
            for link in links:
                notices.link_was_ended(session, self._house, link)
        return [link.id for link in links]

    def _note(
        self,
        session: Session,
        word: str,
        desk: Desk,
        reason: BlockReason,
        *,
        card: LibraryCard | None = None,
        account_id: uuid.UUID | None = None,
        ended: int = 0,
    ) -> None:
        events.record(
            session,
            word,
            self._house.now(),
            library=card.library if card else None,
            card_id=card.id if card else None,
            account_id=account_id,
            by="staff",
            staff=desk.staff,
            reason=reason.value,
            ended=ended,
        )

    def _done(self, did: Did, ended: Sequence[uuid.UUID]) -> Did:
        answers.forget(self._house, ended)
        if ended:
            self._house.hurry.ask(SEND_MAIL)
        return did


def check_reason(order: Order) -> BlockReason:
    """The reason, if it is one of the table. Raises ``BadShape``."""
    try:
        return BlockReason(order.reason)
    except ValueError:
        raise BadShape("reason", "missing") from None


def _card(session: Session, desk: Desk, card_id: uuid.UUID) -> LibraryCard:
    """The card, locked before anything of it is read, if it is of one of the libraries."""
    lock_card(session, card_id)
    card = session.get(LibraryCard, card_id)
    if card is None or not desk.covers(card.library):
        raise Problem(Code.NOT_FOUND)
    return card
