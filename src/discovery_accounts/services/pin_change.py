"""Another PIN by the old one, at the library and in what we keep (rules 2.4, 4.7)."""

import uuid

from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import (
    ChangesPins,
    LoginBlocked,
    NotAPatron,
    PinChange,
    PinChanged,
    PinRules,
    PinUnfit,
    Rejected,
    TimedOut,
    Unsupported,
)
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape, check_pin
from discovery_accounts.domain.cards import LinkProof
from discovery_accounts.models import Account, Link
from discovery_accounts.services import answers, events, pin_told
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import NOT_ANSWERED, Acts, NotAnswered
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.new_pins import FIELD, check_new_pin
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.pins import keep_pin
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import lock_card
from discovery_accounts.services.step_up import require_certainty
from discovery_accounts.services.throttles import Attempt, Counted, Throttles

CHANGED = "changed"


class PinChanges:
    def __init__(self, house: House) -> None:
        self._house = house
        self._own = OwnCards(house)
        self._throttles = Throttles(house)

    def rules(self, actor: Actor, card_id: uuid.UUID) -> tuple[AccountCard, PinRules]:
        """The card and what a PIN must be like there; no library is asked. Raises ``Problem``."""
        card = self._own.check(actor, card_id, Action.CHANGE_OWN_DATA)
        try:
            return card, self._house.gateway.knows(card.library, ChangesPins).pin_rules
        except Unsupported:
            raise Problem(Code.NOT_SUPPORTED) from None

    def change(
        self,
        actor: Actor,
        card_id: uuid.UUID,
        old_pin: str,
        new_pin: str,
        again: str,
        *,
        address: str | None = None,
    ) -> str:
        """``changed``, or ``not_answered`` when nobody knows. The old PIN is counted like any PIN that is
        tried, so that the library is never brought to lock the card.

        Raises ``BadShape`` (also for what the library has against the new PIN) and ``Problem``, among others
        ``pin_rejected``, ``card_locked``, ``too_many_attempts``, ``step_up_required``.
        """
        card, rules = self.rules(actor, card_id)
        require_certainty(self._house, actor)
        _check_old(old_pin)
        check_new_pin(new_pin, again, rules)
        patron = self._own.patron(card)
        mine = f"link:{card.link_id}"
        counted = self._throttles.begin(
            Attempt(card.library, patron.card_number, address, actor.account_id, mine)
        )
        try:
            answer = Acts(self._house).act(
                actor,
                card,
                ChangesPins,
                lambda one: one.change_pin(patron, old_pin, new_pin),
                word=events.PIN_SET,
                says=_code,
            )
        except Problem:
            self._throttles.take_back(counted)
            raise
        if isinstance(answer, NotAnswered):
            self._throttles.unanswered(counted, TimedOut("no answer to a change of a PIN"))
            return self._try_new(actor, card, new_pin, address)
        self._settle(answer, counted)
        self._keep(actor, card, new_pin)
        return CHANGED

    def _settle(self, answer: PinChange | Rejected | LoginBlocked, counted: Counted) -> None:
        match answer:
            case PinChanged():
                self._throttles.succeeded(counted)
            case Rejected():
                raise Problem(Code.PIN_REJECTED, field="old_pin")
            case LoginBlocked():
                raise Problem(Code.CARD_LOCKED)
            case NotAPatron():
                self._throttles.take_back(counted)
                raise Problem(Code.NOT_A_PATRON)
            case PinUnfit(because=because):
                self._throttles.take_back(counted)
                raise BadShape(FIELD, because.value)

    def _try_new(self, actor: Actor, card: AccountCard, new_pin: str, address: str | None) -> str:
        """The change is not sent again. Whether it was made is seen by the new PIN, tried once, where a try is left."""
        try:
            Cards(self._house).give_pin(actor, card.id, new_pin, address=address)
        except Problem:
            with self._house.database.writing() as session:
                links = pin_told.expect_another_pin(session, self._house, card.id)
            answers.forget(self._house, list(links))
            return NOT_ANSWERED
        self._keep(actor, card, new_pin)
        return CHANGED

    def _keep(self, actor: Actor, card: AccountCard, new_pin: str) -> None:
        """Our own copy is replaced; those of other accounts are checked at their next reading."""
        on_file = self._own.address_on_file(card)
        with self._house.database.writing() as session:
            lock_card(session, card.id)
            if card.pin is not None or card.proof is LinkProof.PIN:
                link = session.get_one(Link, card.link_id)
                keep_pin(session, self._house, link, card.library, new_pin, actor.session_id)
            links = pin_told.expect_another_pin(session, self._house, card.id, but=card.link_id)
            to = on_file or _own_address(session, actor)
            if to:
                pin_told.tell(session, self._house, card.library, to, actor.language, actor.account_id)
        answers.forget(self._house, list(links))
        self._house.hurry.ask(SEND_MAIL)


def _own_address(session: Session, actor: Actor) -> str | None:
    """The account's address, where it may be written to."""
    account = session.get_one(Account, actor.account_id)
    on_file = account.email_source in {"library", "provider"}
    return account.email if on_file or account.email_verified_at is not None else None


def _check_old(pin: str) -> None:
    try:
        check_pin(pin)
    except BadShape as problem:
        raise BadShape("old_pin", problem.code) from None


def _code(answer: PinChange | Rejected | LoginBlocked) -> str:
    match answer:
        case PinChanged():
            return CHANGED
        case PinUnfit(because=because):
            return because.value
        case Rejected():
            return Code.PIN_REJECTED.value
        case LoginBlocked():
            return Code.CARD_LOCKED.value
        case NotAPatron():
            return Code.NOT_A_PATRON.value
