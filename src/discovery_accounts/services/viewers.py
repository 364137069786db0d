"""Who can see a card, for its holder: the list of all accounts that have it, and the holder's word on each
(rules 3.0 to 3.4, 3.6). Everything takes effect with its transaction (checklist L13)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import Scope
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services import answers, deciding
from discovery_accounts.services.account_cards import cards_of, find_card
from discovery_accounts.services.admission import CODES
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.link_states import not_over
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import lock_card
from discovery_accounts.services.sessions import require_decider
from discovery_accounts.services.viewer_list import Viewer, asks, viewers_of


@dataclass(frozen=True, slots=True)
class WhoSees:
    """``allowed``: whether the holder lets anybody link the card; ``hands_over_at`` as of the card, where links
    wait for its patron's yes from then on."""

    library: str
    viewers: tuple[Viewer, ...]
    allowed: bool
    hands_over_at: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different; ``until`` counts if ``sets_until`` says so."""

    scopes: Collection[Scope] | None = None
    until: datetime | None = None
    sets_until: bool = False


class Viewers:
    """Whoever is not the card's holder gets a ``Problem``: ``no_such_card``, ``holder_only``,
    ``pending_approval``. What changes something also raises ``step_up_required`` for a weak sign-in,
    ``fresh_sign_in_required``, and ``not_found`` for a link that is not of this card."""

    def __init__(self, house: House) -> None:
        self._house = house

    def of(self, actor: Actor, card_id: uuid.UUID) -> WhoSees:
        """Everybody who has the card or asks for it, the oldest link first."""
        with self._house.database.reading() as session:
            card = self._held(session, actor, card_id)
            viewers = viewers_of(session, self._house, card, actor.account_id)
        if not actor.sees_all:
            viewers = tuple(one.as_masked() for one in viewers)
        return WhoSees(card.library, viewers, card.linking_refused_at is None, card.hands_over_at)

    def waiting(self, actor: Actor, card_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
        """How many wait for this person's answer, by card; ``card_ids`` are cards that they hold."""
        now = self._house.now()
        if not card_ids:
            return {}
        query = (
            select(Link)
            .join(Account, Account.id == Link.account_id)
            .where(Link.card_id.in_(card_ids), Link.account_id != actor.account_id, *not_over(now))
            .where(Account.ended_at.is_(None))  # hidden in the list, too
        )
        found: dict[uuid.UUID, int] = {}
        with self._house.database.reading() as session:
            for link in session.scalars(query):
                if asks(link, now):
                    found[link.card_id] = found.get(link.card_id, 0) + 1
        return found

    def approve(
        self, actor: Actor, card_id: uuid.UUID, link_id: uuid.UUID, scopes: Collection[Scope] | None = None
    ) -> Viewer:
        """Say yes. Raises ``BadShape``, and ``Problem`` ``linking_not_allowed`` where staff or the library
        do not."""
        self._require(actor, card_id)
        with self._house.database.writing() as session:
            link = self._link(session, actor, card_id, link_id)
            deciding.approve(session, self._house, link, scopes, actor.account_id)
        self._tell(link_id)
        return self._one(actor, card_id, link_id)

    def change(self, actor: Actor, card_id: uuid.UUID, link_id: uuid.UUID, change: Change) -> Viewer:
        """Change what a link may do, or how long. Raises ``BadShape``."""
        self._require(actor, card_id)
        with self._house.database.writing() as session:
            link = self._link(session, actor, card_id, link_id)
            if change.scopes is not None:
                deciding.change_scopes(self._house, link, change.scopes)
            if change.sets_until:
                deciding.change_end(link, change.until)
            deciding.note_change(session, self._house, link, actor.account_id)
        self._tell(link_id)
        return self._one(actor, card_id, link_id)

    def end(self, actor: Actor, card_id: uuid.UUID, link_id: uuid.UUID, *, silent: bool) -> None:
        """End one link. Raises ``BadShape`` for one's own, which is ended by removing the card."""
        self._require(actor, card_id)
        with self._house.database.writing() as session:
            link = self._link(session, actor, card_id, link_id)
            deciding.end(session, self._house, [link], actor.account_id, silent=silent)
        self._tell(link_id)

    def end_all(self, actor: Actor, card_id: uuid.UUID, *, silent: bool) -> int:
        """End every link but one's own; how many."""
        self._require(actor, card_id)
        with self._house.database.writing() as session:
            lock_card(session, card_id)
            self._held(session, actor, card_id)
            links = self._links(session, actor, card_id)
            deciding.end(session, self._house, links, actor.account_id, silent=silent)
            ended = [link.id for link in links]
        self._tell(*ended)
        return len(ended)

    def allow_linking(self, actor: Actor, card_id: uuid.UUID, *, allowed: bool) -> None:
        """Let others link the card from now on, or nobody any more."""
        self._require(actor, card_id)
        with self._house.database.writing() as session:
            lock_card(session, card_id)
            card = self._held(session, actor, card_id)
            deciding.allow_linking(session, self._house, card, actor.account_id, allowed=allowed)

    def _require(self, actor: Actor, card_id: uuid.UUID) -> None:
        """That this person may decide. A stranger is told that before anything else."""
        with self._house.database.reading() as session:
            self._held(session, actor, card_id)
        require_decider(self._house, actor)

    def _held(self, session: Session, actor: Actor, card_id: uuid.UUID) -> LibraryCard:
        now = self._house.now()
        card = find_card(cards_of(session, actor.account_id, actor.session_id, now), card_id)
        verdict = authorize(card.access if card else None, Action.DECIDE_WHO_SEES, now)
        if verdict is not Verdict.ALLOWED:
            raise Problem(CODES[verdict])
        return session.get_one(LibraryCard, card_id)

    def _link(self, session: Session, actor: Actor, card_id: uuid.UUID, link_id: uuid.UUID) -> Link:
        """Another account's link to the card, locked."""
        lock_card(session, card_id)
        self._held(session, actor, card_id)
        found = self._links(session, actor, card_id, Link.id == link_id, mine=True)
        if not found:
            raise Problem(Code.NOT_FOUND)
        if found[0].account_id == actor.account_id:
            raise BadShape("link", "own")
        return found[0]

    def _links(
        self,
        session: Session,
        actor: Actor,
        card_id: uuid.UUID,
        *more: ColumnElement[bool],
        mine: bool = False,
    ) -> Sequence[Link]:
        query = select(Link).where(Link.card_id == card_id, *not_over(self._house.now()), *more)
        if not mine:
            query = query.where(Link.account_id != actor.account_id)
        return session.scalars(query.order_by(Link.id).with_for_update(of=Link, key_share=True)).all()

    def _one(self, actor: Actor, card_id: uuid.UUID, link_id: uuid.UUID) -> Viewer:
        viewers = self.of(actor, card_id).viewers
        found = next((one for one in viewers if one.link_id == link_id), None)
        if found is None:  # ended again in the same second
            raise Problem(Code.NOT_FOUND)
        return found

    def _tell(self, *link_ids: uuid.UUID) -> None:
        """After the transaction: free what can't be read any more, and have what was written sent."""
        answers.forget(self._house, link_ids)
        self._house.hurry.ask(SEND_MAIL)
