"""Taking up an invitation to somebody else's card (rules 3.5).

Every try is counted, for the account and for the network it comes from, and taken back when the code was right.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import NotAPatron, PatronRecord
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import LinkProof, LinkState, Relation, Scope, in_order, read_scopes
from discovery_accounts.domain.invitation_code import read_code
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.models import Account, Invitation, LibraryCard, Link
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.invitations import code_hash, is_open
from discovery_accounts.services.link_states import not_over, state_now
from discovery_accounts.services.new_links import NewLinks, Terms
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.records import read_record
from discovery_accounts.services.row_locks import NO_KEY, lock_card
from discovery_accounts.services.sessions import require_fresh
from discovery_accounts.services.throttles import Attempt, Throttles


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody is invited to. ``invited_by`` is the name that the holder's account chose, if it did."""

    library: str
    scopes: tuple[Scope, ...]
    until: datetime | None
    expires_at: datetime
    invited_by: str | None = field(repr=False)
    card_id: uuid.UUID
    patron_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Taking:
    """How the person wants to have the card; what is left out is as for any other link."""

    label: str | None = field(default=None, repr=False)
    relation: Relation | None = None


class Accepting:
    def __init__(self, house: House) -> None:
        self._house = house
        self._throttles = Throttles(house)

    def look(self, actor: Actor, code: str, *, address: str | None = None) -> Offered:
        """What the code is for; nothing is changed by it. Raises ``Problem``: ``invitation_not_valid``,
        ``too_many_attempts``."""
        with self._counted(actor, address), self._house.database.reading() as session:
            return self._offered(session, self._find(session, code))

    def accept(
        self, actor: Actor, code: str, taking: Taking = Taking(), *, address: str | None = None
    ) -> uuid.UUID:
        """The card's id. Raises as ``look``, ``BadShape`` about ``label``, and ``Problem``:
        ``fresh_sign_in_required``, ``card_already_linked`` (of one's own invitation, too),
        ``linking_not_allowed``, ``not_a_patron``, ``library_unavailable``."""
        label = clean_label(taking.label) if taking.label is not None else None
        require_fresh(self._house, actor)
        offered = self.look(actor, code, address=address)
        self._check_not_mine(actor, offered.card_id)
        record = read_record(self._house, offered.library, offered.patron_id)
        if isinstance(record, NotAPatron):
            raise Problem(Code.NOT_A_PATRON)
        with self._house.database.writing() as session:
            lock_card(session, offered.card_id)
            account = session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            row = self._find(session, code, lock=True)
            terms = Terms(
                LinkProof.INVITATION,
                read_scopes(row.scopes),
                taking.relation or Relation.LOOKED_AFTER,
                label,
                row.until,
                said_yes=True,
            )
            row.used_at = self._house.now()
            self._link(session, account, row, terms, record)
        return offered.card_id

    def _link(
        self, session: Session, account: Account, row: Invitation, terms: Terms, record: PatronRecord
    ) -> None:
        card = session.get_one(LibraryCard, row.card_id)
        NewLinks(self._house).make(session, account, card, terms, record)
        events.record(
            session,
            events.INVITATION_TAKEN,
            self._house.now(),
            library=card.library,
            account_id=account.id,
            card_id=card.id,
        )

    @contextmanager
    def _counted(self, actor: Actor, address: str | None) -> Iterator[None]:
        counted = self._throttles.begin(Attempt.for_code(actor.account_id, address))
        try:
            yield
        except Problem as problem:
            if problem.code is Code.INVITATION_NOT_VALID:
                self._note_refusal(actor)
                raise
            self._throttles.take_back(counted)
            raise
        except BaseException:
            self._throttles.take_back(counted)
            raise
        self._throttles.take_back(counted)

    def _note_refusal(self, actor: Actor) -> None:
        with self._house.database.writing() as session:
            events.record(
                session,
                events.LINK_REFUSED,
                self._house.now(),
                account_id=actor.account_id,
                reason=Code.INVITATION_NOT_VALID.value,
            )

    def _find(self, session: Session, code: str, *, lock: bool = False) -> Invitation:
        """An open invitation of somebody who still holds the card. Raises ``Problem``."""
        plain = read_code(code)
        query = select(Invitation).where(Invitation.code_hash == code_hash(self._house, plain or ""))
        row = session.scalars(query.with_for_update() if lock else query).one_or_none()
        now = self._house.now()
        if plain is None or row is None or not is_open(row, now):
            raise Problem(Code.INVITATION_NOT_VALID)
        held = select(Link).where(
            Link.account_id == row.account_id, Link.card_id == row.card_id, Link.holder, *not_over(now)
        )
        link = session.scalars(held).one_or_none()
        if link is None or state_now(link, now) is not LinkState.ACTIVE:
            raise Problem(Code.INVITATION_NOT_VALID)
        return row

    def _offered(self, session: Session, row: Invitation) -> Offered:
        card = session.get_one(LibraryCard, row.card_id)
        return Offered(
            library=card.library,
            scopes=in_order(read_scopes(row.scopes)),
            until=row.until,
            expires_at=row.expires_at,
            invited_by=session.get_one(Account, row.account_id).name,
            card_id=card.id,
            patron_id=card.patron_id,
        )

    def _check_not_mine(self, actor: Actor, card_id: uuid.UUID) -> None:
        """Before the library is asked; the row is looked at again where it is made."""
        query = select(Link.id).where(
            Link.account_id == actor.account_id, Link.card_id == card_id, *not_over(self._house.now())
        )
        with self._house.database.reading() as session:
            if session.scalar(query) is not None:
                raise Problem(Code.CARD_ALREADY_LINKED)
