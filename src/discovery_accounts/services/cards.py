"""What a person does with the cards of their account: look, name, repair, remove (rules 2)."""

import uuid
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import (
    LibraryError,
    LoginBlocked,
    NoPinHere,
    PatronRecord,
    PatronRef,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.gateway import CardAnswer, CardRequest, Want
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import check_pin
from discovery_accounts.domain.cards import EndedBy, LinkState
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import answers, events
from discovery_accounts.services.account_cards import AccountCard, cards_of, find_card
from discovery_accounts.services.card_rows import number_of, take_over
from discovery_accounts.services.house import House
from discovery_accounts.services.pins import keep_pin
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.readings import Readings
from discovery_accounts.services.row_locks import lock_card
from discovery_accounts.services.sessions import require_fresh
from discovery_accounts.services.showing import CardReading, is_gone, lies
from discovery_accounts.services.throttles import Attempt, Counted, Throttles
from discovery_accounts.services.unlinking import end_link
from discovery_accounts.vault.vault import CannotUnseal


class Cards:
    def __init__(self, house: House) -> None:
        self._house = house
        self._throttles = Throttles(house)

    def read(self, actor: Actor, *, refresh: bool = False) -> tuple[CardReading, ...]:
        """All cards with their state, standing and expiry; libraries are asked in parallel."""
        return Readings(self._house).read(actor, frozenset({Want.PATRON}), refresh=refresh)

    def read_one(self, actor: Actor, card_id: uuid.UUID) -> CardReading:
        """One card. Raises ``Problem`` ``no_such_card``."""
        readings = Readings(self._house).read(actor, frozenset({Want.PATRON}), only={card_id})
        if not readings:
            raise Problem(Code.NO_SUCH_CARD)
        return readings[0]

    def all(self, actor: Actor) -> tuple[AccountCard, ...]:
        """The account's own records of its cards, no library asked."""
        now = self._house.now()
        with self._house.database.reading() as session:
            cards = cards_of(session, actor.account_id, actor.session_id, now)
        seen = [card for card in cards if authorize(card.access, Action.SEE_CARD, now) is Verdict.ALLOWED]
        return tuple(card if actor.sees_all else card.as_masked() for card in seen)

    def find(self, actor: Actor, card_id: uuid.UUID) -> AccountCard:
        """One of them. Raises ``Problem`` ``no_such_card``."""
        card = find_card(self.all(actor), card_id)
        if card is None:
            raise Problem(Code.NO_SUCH_CARD)
        return card

    def mark(
        self, actor: Actor, card_id: uuid.UUID, *, label: str | None = None, colour: int | None = None
    ) -> None:
        """Give the card another name, another colour (1 to ``COLOURS``), or both; only its owner sees them.
        Raises ``BadShape``, ``Problem``."""
        cleaned = None if label is None else clean_label(label)
        with self._house.database.writing() as session:
            link = self._link(session, actor, card_id)
            link.colour = colour or link.colour
            if cleaned is not None and cleaned != link.label:
                link.label = cleaned
                self._record(session, events.LINK_RENAMED, actor, link.card)

    def give_pin(self, actor: Actor, card_id: uuid.UUID, pin: str, *, address: str | None = None) -> None:
        """Repair a card after its PIN changed, or give the PIN that is stored nowhere.

        Checked with the library first. Raises ``BadShape`` and ``Problem``: ``pin_rejected``,
        ``no_pin_here``, ``not_a_patron``, ``library_unavailable``, ``too_many_attempts``, ``card_locked``.
        """
        pin = check_pin(pin)
        card = self.find(actor, card_id)
        self._house.library(card.library)
        if card.link_state is LinkState.PENDING:
            raise Problem(Code.PENDING_APPROVAL)
        number = self._number(card)
        mine = f"link:{card.link_id}"  # strangers' tries at the card must not keep its owner from mending it
        counted = self._throttles.begin(Attempt(card.library, number, address, actor.account_id, mine))
        answer = self._ask(card, number, pin)
        if not isinstance(answer.pin, Verified) or lies(answer) or is_gone(answer):
            self._refuse(actor, card, answer, counted)
        self._throttles.succeeded(counted)
        with self._house.database.writing() as session:
            link = self._link(session, actor, card_id)
            if isinstance(answer.patron, PatronRecord):
                take_over(self._house, link.card, answer.patron, self._house.now())
            link.number_last4 = link.card.number_last4
            keep_pin(session, self._house, link, card.library, pin, actor.session_id)
            self._record(session, events.PIN_ACCEPTED, actor, link.card)

    def remove(self, actor: Actor, card_id: uuid.UUID) -> None:
        """Remove the card from this account: consent, PIN and kept answers end at once (rules 2.3)."""
        require_fresh(self._house, actor)
        with self._house.database.writing() as session:
            link = self._link(session, actor, card_id)
            end_link(session, self._house, link, EndedBy.OWNER)
            link_id = link.id
        answers.forget(self._house, [link_id])

    def _number(self, card: AccountCard) -> str:
        """The card's number; where ours can't be opened any more, the library is asked for it."""
        with suppress(CannotUnseal), self._house.database.reading() as session:
            return number_of(self._house, session.get_one(LibraryCard, card.id))
        record = self._ask(card, "", None).patron
        if isinstance(record, PatronRecord) and record.card_number:
            return record.card_number
        raise Problem(Code.LIBRARY_UNAVAILABLE)

    def _ask(self, card: AccountCard, number: str, pin: str | None) -> CardAnswer:
        request = CardRequest(
            card.link_id, card.library, PatronRef(card.patron_id, number), pin, frozenset({Want.PATRON})
        )
        deadline = self._house.settings.act_deadline
        return self._house.gateway.read_cards([request], deadline=deadline)[card.link_id]

    def _refuse(self, actor: Actor, card: AccountCard, answer: CardAnswer, counted: Counted) -> None:
        if is_gone(answer):
            self._throttles.take_back(counted)
            raise Problem(Code.NOT_A_PATRON)
        if lies(answer) or answer.pin is None or isinstance(answer.pin, LibraryError):
            self._throttles.unanswered(
                counted, answer.pin if isinstance(answer.pin, LibraryError) else WrongPatron()
            )
            if lies(answer):
                events.report_if_wrong_patron(
                    self._house,
                    WrongPatron(),
                    library=card.library,
                    account_id=actor.account_id,
                    card_id=card.id,
                )
            raise Problem(Code.LIBRARY_UNAVAILABLE)
        code = _REFUSALS.get(type(answer.pin), Code.PIN_REJECTED)
        with self._house.database.writing() as session:
            events.record(
                session,
                events.PIN_REFUSED,
                self._house.now(),
                library=card.library,
                account_id=actor.account_id,
                card_id=card.id,
                reason=code.value,
            )
        raise Problem(code, field="pin")

    def _link(self, session: Session, actor: Actor, card_id: uuid.UUID) -> Link:
        lock_card(session, card_id)
        query = (
            select(Link)
            .where(
                Link.account_id == actor.account_id,
                Link.card_id == card_id,
                Link.state != LinkState.ENDED.value,
            )
            .with_for_update(of=Link, key_share=True)
        )
        link = session.scalars(query).one_or_none()
        if link is None or (link.until is not None and link.until <= self._house.now()):
            raise Problem(Code.NO_SUCH_CARD)
        return link

    def _record(self, session: Session, word: str, actor: Actor, card: LibraryCard, **detail: str) -> None:
        events.record(
            session,
            word,
            self._house.now(),
            library=card.library,
            account_id=actor.account_id,
            card_id=card.id,
            **detail,
        )


_REFUSALS = {LoginBlocked: Code.CARD_LOCKED, NoPinHere: Code.NO_PIN_HERE}
