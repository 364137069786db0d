"""Calendar feeds: addresses at which a calendar program reads when loans are due, until they are stopped.

A feed tells what the account may see at the moment it is read, through the account's links as they are then. Its
secret is shown once; the hash of it is kept.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import Capability
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import CredentialState, LinkProof
from discovery_accounts.models import Account, Feed
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard, cards_of, find_card
from discovery_accounts.services.admission import CODES
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import NO_KEY, lock_links
from discovery_accounts.services.sessions import require_decider
from discovery_accounts.services.tokens import new_token, token_hash

MOST = 20
"""Feeds of one account."""


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """``card`` is ``None`` for all cards of the account."""

    id: uuid.UUID
    card: AccountCard | None
    language: str
    created_at: datetime
    last_read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewFeed:
    """``token`` is shown once."""

    info: FeedInfo
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FeedCards:
    """The cards that can be in a feed, and those that can't with the code of why not."""

    possible: tuple[AccountCard, ...]
    others: tuple[tuple[AccountCard, Code], ...]


class Feeds:
    def __init__(self, house: House) -> None:
        self._house = house

    def list(self, actor: Actor) -> tuple[FeedInfo, ...]:
        """The account's feeds, the oldest first."""
        query = select(Feed).where(Feed.account_id == actor.account_id).order_by(Feed.created_at, Feed.id)
        with self._house.database.reading() as session:
            cards = {card.link_id: card for card in self._cards(session, actor)}
            rows = session.scalars(query).all()
        return tuple(
            FeedInfo(
                row.id,
                cards[row.link_id] if row.link_id is not None else None,
                row.language,
                row.created_at,
                row.last_read_at,
            )
            for row in rows
            if row.link_id is None or row.link_id in cards
        )

    def cards(self, actor: Actor) -> FeedCards:
        with self._house.database.reading() as session:
            cards = self._cards(session, actor)
        refused = {card.id: code for card in cards if (code := self._why_not(card)) is not None}
        return FeedCards(
            tuple(card for card in cards if card.id not in refused),
            tuple((card, refused[card.id]) for card in cards if card.id in refused),
        )

    def make(self, actor: Actor, card_id: uuid.UUID | None, language: str) -> NewFeed:
        """A feed of one card, or of all that the account has whenever it is read.

        Raises ``BadShape`` at the 21st, ``Problem``: ``fresh_sign_in_required``, ``step_up_required``,
        ``no_such_card``, ``missing_scope``, ``pending_approval``, ``pin_needed`` where no PIN is kept,
        ``not_supported``.
        """
        if card_id is not None:
            self._admit(actor, card_id)  # a stranger is told so before anything else
        require_decider(self._house, actor)
        token, now = new_token(), self._house.now()
        with self._house.database.writing() as session:
            if card_id is not None:
                lock_links(session, [self._admit(actor, card_id).link_id])
            session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            cards = self._cards(session, actor)
            card = find_card(cards, card_id) if card_id is not None else None
            if card_id is not None and (card is None or self._why_not(card) is not None):
                raise Problem(Code.NO_SUCH_CARD)
            mine = select(func.count()).select_from(Feed).where(Feed.account_id == actor.account_id)
            if (session.scalar(mine) or 0) >= MOST:
                raise BadShape("card", "too_many_feeds")
            row = Feed(
                id=uuid.uuid4(),
                account_id=actor.account_id,
                link_id=card.link_id if card else None,
                token_hash=token_hash(token),
                language=language,
                created_at=now,
            )
            session.add(row)
            self._record(session, events.FEED_MADE, actor, row, cards)
            info = FeedInfo(row.id, card, language, now, None)
        return NewFeed(info, token)

    def revoke(self, actor: Actor, feed_id: uuid.UUID) -> None:
        """Nobody can read it from now on. Raises ``Problem`` ``not_found``."""
        with self._house.database.writing() as session:
            row = session.scalars(
                select(Feed).where(Feed.id == feed_id, Feed.account_id == actor.account_id).with_for_update()
            ).one_or_none()
            if row is None:
                raise Problem(Code.NOT_FOUND)
            self._record(session, events.FEED_REVOKED, actor, row, self._cards(session, actor))
            session.delete(row)

    def _admit(self, actor: Actor, card_id: uuid.UUID) -> AccountCard:
        with self._house.database.reading() as session:
            card = find_card(self._cards(session, actor), card_id)
        if card is None:
            raise Problem(Code.NO_SUCH_CARD)
        code = self._why_not(card)
        if code is not None:
            raise Problem(code)
        return card

    def _why_not(self, card: AccountCard) -> Code | None:
        verdict = authorize(card.access, Action.SEE_LOANS, self._house.now())
        if verdict is not Verdict.ALLOWED:
            return CODES[verdict]
        library = self._house.libraries.get(card.library)
        if library is None:
            return None  # its settings are faulty just now
        if Capability.LIST_LOANS not in self._house.gateway.capabilities(card.library):
            return Code.NOT_SUPPORTED
        no_pin_here = card.pin is not None and card.pin.state is CredentialState.NO_PIN_HERE
        by_pin = card.pin is not None or card.proof is LinkProof.PIN
        return Code.PIN_NEEDED if no_pin_here or (by_pin and library.pin_storage == "none") else None

    def _cards(self, session: Session, actor: Actor) -> tuple[AccountCard, ...]:
        cards = cards_of(session, actor.account_id, actor.session_id, self._house.now())
        return cards if actor.sees_all else tuple(card.as_masked() for card in cards)

    def _record(
        self, session: Session, word: str, actor: Actor, row: Feed, cards: tuple[AccountCard, ...]
    ) -> None:
        """One event a card, for each card has a log of its own."""
        mine = [card for card in cards if row.link_id in {None, card.link_id}]
        for card in mine:
            if self._why_not(card) is None:
                events.record(
                    session,
                    word,
                    self._house.now(),
                    library=card.library,
                    account_id=actor.account_id,
                    card_id=card.id,
                    feed=str(row.id),
                )
