"""Renewing the time of a card by its holder, once the contact data was looked at."""

import uuid
from dataclasses import dataclass
from datetime import date

from discovery_accounts.connectors.api import (
    CardNotRenewed,
    CardRenewed,
    CardTerms,
    NotAPatron,
    PatronRef,
    Rejected,
    RenewsCards,
    TimedOut,
    Unsupported,
)
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import check_pin
from discovery_accounts.models import LibraryCard
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import NOT_ANSWERED, Acts, NotAnswered
from discovery_accounts.services.credentials import unseal
from discovery_accounts.services.house import House
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.throttles import Attempt, Counted, Throttles
from discovery_accounts.services.verdicts import refuse_stored

RENEWED = "renewed"
ASKED = "asked"


@dataclass(frozen=True, slots=True)
class RenewalOffer:
    """``terms`` is ``None`` when the library tells them only for a PIN, and none was given or is stored."""

    card: AccountCard
    terms: CardTerms | None
    needs_pin: bool


@dataclass(frozen=True, slots=True)
class CardRenewalResult:
    """``code`` is ``renewed``, ``asked`` (the library decides), a ``NotCardRenewable``, or ``not_answered``."""

    card: AccountCard
    done: bool
    code: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Asking:
    """The card's patron, and the PIN that goes with the question: typed, stored, or none asked for."""

    card: AccountCard
    patron: PatronRef
    pin: str | None
    typed: bool
    counted: Counted | None

    def __repr__(self) -> str:
        return f"_Asking(card={self.card.id})"


class CardRenewals:
    """All raise ``Problem`` with the reason why a card may not be used for that, ``pin_rejected`` among them."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._own = OwnCards(house)
        self._acts = Acts(house)
        self._throttles = Throttles(house)

    def offer(
        self, actor: Actor, card_id: uuid.UUID, pin: str | None = None, *, address: str | None = None
    ) -> RenewalOffer:
        """Whether the time can be renewed now, in the library's words. A PIN is sent once, and counted."""
        card, needs_pin = self._card(actor, card_id)
        wants_typed = needs_pin and self._stored(card) is None
        if wants_typed and pin is None:
            return RenewalOffer(card, None, True)
        asking = self._begin(actor, card, pin, needs_pin, address)
        try:
            terms = self._acts.ask(
                asking.card, RenewsCards, lambda one: one.card_terms(asking.patron, asking.pin)
            )
        except Problem:
            self._unanswered(asking)
            raise
        self._settle(asking, terms)
        assert isinstance(terms, CardTerms)
        return RenewalOffer(card, terms, wants_typed)

    def form(self, actor: Actor, card_id: uuid.UUID) -> RenewalOffer:
        """What is known without asking the library: whether it will want a PIN typed."""
        card, needs_pin = self._card(actor, card_id)
        return RenewalOffer(card, None, needs_pin and self._stored(card) is None)

    def renew(
        self, actor: Actor, card_id: uuid.UUID, pin: str | None = None, *, address: str | None = None
    ) -> CardRenewalResult:
        """Renew, sent once. Without an answer the record tells whether the card is valid for longer now."""
        card, needs_pin = self._card(actor, card_id)
        if needs_pin and pin is None and self._stored(card) is None:
            raise Problem(Code.PIN_NEEDED)
        asking = self._begin(actor, card, pin, needs_pin, address)
        try:
            answer = self._acts.act(
                actor,
                asking.card,
                RenewsCards,
                lambda one: one.renew_card(asking.patron, asking.pin),
                word=events.CARD_TIME_RENEWED,
                says=_code,
            )
        except Problem:
            if asking.counted is not None:
                self._throttles.take_back(asking.counted)
            raise
        self._read_anew(card)
        if isinstance(answer, NotAnswered):
            self._unanswered(asking)
            return self._look(card)
        self._settle(asking, answer)
        match answer:
            case CardRenewed(expires_on=expires_on, asked=asked):
                return CardRenewalResult(card, True, ASKED if asked else RENEWED, expires_on)
            case CardNotRenewed(because=because):
                return CardRenewalResult(card, False, because)
        raise Problem(Code.PIN_REJECTED, field="pin")

    def _card(self, actor: Actor, card_id: uuid.UUID) -> tuple[AccountCard, bool]:
        card = self._own.check(actor, card_id, Action.CHANGE_OWN_DATA)
        try:
            needs_pin = self._house.gateway.knows(card.library, RenewsCards).card_renewal_needs_pin
        except Unsupported:
            raise Problem(Code.NOT_SUPPORTED) from None
        return card, needs_pin

    def _stored(self, card: AccountCard) -> str | None:
        """The PIN that is kept for this link, where the library lets PINs be kept."""
        kept = card.pin
        if kept is None or kept.ciphertext is None or kept.key_id is None:
            return None
        if self._house.library(card.library).pin_storage != "encrypted":
            return None
        return unseal(self._house, card.library, card.link_id, kept.ciphertext, kept.key_id)

    def _begin(
        self, actor: Actor, card: AccountCard, pin: str | None, needs_pin: bool, address: str | None
    ) -> _Asking:
        if not needs_pin or pin is None:
            # a stored PIN that is due is checked first, and one that no longer stands is not sent
            card = self._own.admit(actor, card.id, Action.CHANGE_OWN_DATA, RenewsCards)
        if not needs_pin:
            return _Asking(card, PatronRef(card.patron_id, ""), None, False, None)
        sent = check_pin(pin) if pin is not None else self._stored(card)
        if sent is None:
            raise Problem(Code.PIN_NEEDED)
        patron = self._own.patron(card)
        mine = f"link:{card.link_id}"
        attempt = Attempt(card.library, patron.card_number, address, actor.account_id, mine)
        return _Asking(card, patron, sent, pin is not None, self._throttles.begin(attempt))

    def _settle(
        self, asking: _Asking, answer: CardTerms | CardRenewed | CardNotRenewed | NotAPatron | Rejected
    ) -> None:
        if isinstance(answer, Rejected):
            if not asking.typed:
                refuse_stored(self._house, asking.card.link_id, asking.pin or "")
                raise Problem(Code.PIN_CHANGED)
            raise Problem(Code.PIN_REJECTED, field="pin")
        if asking.counted is not None:
            if isinstance(answer, NotAPatron):
                self._throttles.take_back(asking.counted)
            else:
                self._throttles.succeeded(asking.counted)
        if isinstance(answer, NotAPatron):
            raise Problem(Code.NOT_A_PATRON)

    def _unanswered(self, asking: _Asking) -> None:
        if asking.counted is not None:
            self._throttles.unanswered(asking.counted, TimedOut("no answer to a renewal of a card"))

    def _look(self, card: AccountCard) -> CardRenewalResult:
        record = self._own.record(card)
        now, before = record.expires_on if record else None, card.expires_on
        if now is not None and before is not None and now > before:
            return CardRenewalResult(card, True, RENEWED, now)
        return CardRenewalResult(card, False, NOT_ANSWERED)

    def _read_anew(self, card: AccountCard) -> None:
        """The card's page asks for the record again, however lately it was read."""
        with self._house.database.writing() as session:
            session.get_one(LibraryCard, card.id).read_at = None


def _code(answer: CardRenewed | CardNotRenewed | NotAPatron | Rejected) -> str:
    match answer:
        case CardRenewed(asked=asked):
            return ASKED if asked else RENEWED
        case CardNotRenewed(because=because):
            return because.value
        case NotAPatron():
            return Code.NOT_A_PATRON.value
        case Rejected():
            return Code.PIN_REJECTED.value
