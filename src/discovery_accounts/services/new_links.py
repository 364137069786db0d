"""The row by which a card comes into an account, whatever it was proved by (rules 3.0, 3.3, 3.4).

The card and the account are locked by the caller, so that what is counted here holds until the end of
the transaction: ten people who link one card at once are counted one after another (checklist L10).
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.domain.cards import (
    EndedBy,
    LinkProof,
    LinkState,
    Relation,
    Scope,
    write_scopes,
)
from discovery_accounts.domain.handover import is_minor
from discovery_accounts.domain.linking import Circumstances, Refused, check_scopes, decide
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services import events, notices
from discovery_accounts.services.account_cards import free_colour
from discovery_accounts.services.card_rows import take_over
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import consent_of, not_over, state_now
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.unlinking import end_link


@dataclass(frozen=True, slots=True)
class Terms:
    """How a card comes into an account. ``said_yes``: by the holder's own doing. ``until`` is the first moment
    at which the link is over. ``label`` left out: the library's name."""

    proof: LinkProof
    scopes: Collection[Scope]
    relation: Relation | None = None
    label: str | None = field(default=None, repr=False)
    until: datetime | None = None
    said_yes: bool = False


class NewLinks:
    def __init__(self, house: House) -> None:
        self._house = house

    def make(
        self,
        session: Session,
        account: Account,
        card: LibraryCard,
        terms: Terms,
        record: PatronRecord | None,
    ) -> Link:
        """The link, flushed; it may wait for the holder's yes. It is written down with what it came to be with, and
        the holder told, at the address in the patron's ``record``.

        Raises ``BadShape`` and ``Problem``: ``card_already_linked``, ``linking_not_allowed`` with the reason as its
        detail."""
        if record is not None:
            take_over(self._house, card, record, self._house.now())
        link = self._row(session, account, card, terms)
        events.record(
            session,
            events.LINKED,
            link.since,
            library=card.library,
            account_id=account.id,
            card_id=card.id,
            **consent_of(link),
        )
        if record is not None:
            notices.card_was_linked(session, self._house, link, record.email)
        return link

    def _row(self, session: Session, account: Account, card: LibraryCard, terms: Terms) -> Link:
        scopes = check_scopes(terms.scopes)
        link = session.scalars(
            select(Link).where(Link.account_id == account.id, Link.card_id == card.id)
        ).one_or_none()
        if link is not None and state_now(link, self._house.now()) is not LinkState.ENDED:
            raise Problem(Code.CARD_ALREADY_LINKED)
        if link is not None and link.state != LinkState.ENDED.value:
            # its last day is over, and no job has been there yet: nothing of before may go on
            end_link(session, self._house, link, EndedBy.TIME)
        if link is not None and terms.proof is not LinkProof.PIN:
            link.holder = False  # what others may allow is to see the card, whatever it was before
        state = self._decide(session, account, card, link, terms)
        relation = terms.relation or self._default_relation(session, account.id)
        colour = free_colour(session, account.id, self._house.now())
        if link is None:
            link = Link(id=uuid.uuid4(), account_id=account.id, card_id=card.id, card=card, holder=False)
            session.add(link)
        now = self._house.now()
        title = self._house.library(card.library).title(account.language or self._house.settings.languages[0])
        link.label = terms.label or title[:60]
        link.number_last4 = card.number_last4
        link.relation = relation.value
        link.colour = link.colour or colour
        link.scopes = write_scopes(scopes)
        link.state = state.value
        link.proof = terms.proof.value
        link.since, link.until, link.ended_at = now, terms.until, None
        link.confirmed_at = now if terms.said_yes else None
        link.told_at = None
        if state is not LinkState.PENDING:  # else it stays known, or removing the link that waits would do
            link.ended_by = None  # away with the "no"
        link.answer_key = self._house.vault.new_data_key()
        session.flush()
        return link

    def _decide(
        self, session: Session, account: Account, card: LibraryCard, link: Link | None, terms: Terms
    ) -> LinkState:
        if link is not None and link.holder and link.ended_by in {None, EndedBy.OWNER.value}:
            return LinkState.ACTIVE  # one's own card, removed and added again
        now = self._house.now()
        library = self._house.library(card.library)
        verdict = decide(
            Circumstances(
                library_allows=library.linking,
                approval=library.approval,
                minor=is_minor(card.hands_over_at, now),
                refused=card.linking_refused_at is not None,
                blocked=card.linking_blocked_at is not None or account.linking_blocked_at is not None,
                ended=link is not None and link.ended_by not in {None, EndedBy.OWNER.value},
                said_yes=terms.said_yes,
                proof=terms.proof,
                viewers=self._count(session, Link.card_id == card.id, Link.holder.is_(False)),
                max_viewers=library.max_viewers,
                cards=self._count(session, Link.account_id == account.id),
                max_cards=self._house.settings.limits.cards,
            )
        )
        if isinstance(verdict, Refused):
            raise Problem(Code.LINKING_NOT_ALLOWED, detail=verdict.value)
        return verdict

    def _count(self, session: Session, *conditions: ColumnElement[bool]) -> int:
        live = not_over(self._house.now())
        return session.scalar(select(func.count()).select_from(Link).where(*conditions, *live)) or 0

    def _default_relation(self, session: Session, account_id: uuid.UUID) -> Relation:
        has_some = self._count(session, Link.account_id == account_id)
        return Relation.LOOKED_AFTER if has_some else Relation.OWN
