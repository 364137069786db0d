"""One more proof within a session, by a code to a contact on file (rules 4.6, 4.7).

A code goes to the account's address, where that is the library's or was proved, or to the number that
the library has on file for a card the account holds. A number that somebody types is never used.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.connectors.api import NotAPatron, PatronRecord, PatronRef
from discovery_accounts.connectors.gateway import CardRequest, Want
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.masking import mask_email, mask_phone
from discovery_accounts.domain.phone_number import to_e164
from discovery_accounts.domain.strength import Strength
from discovery_accounts.models import Account, SignedInSession, StepUp
from discovery_accounts.services import events, letters, outbox
from discovery_accounts.services.account_cards import AccountCard, cards_of
from discovery_accounts.services.bounces import is_dead
from discovery_accounts.services.codes import LASTS, Codes, new_code
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.sessions import BROWSER, require_fresh
from discovery_accounts.services.throttles import Throttles
from discovery_accounts.services.tokens import new_token, token_hash

CODES = RateLimit(3, 3600)
"""How many codes are sent for one account."""


class Channel(StrEnum):
    EMAIL = outbox.EMAIL
    SMS = outbox.SMS


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a code can be sent to; ``masked`` is how that is shown."""

    channel: Channel
    recipient: str = field(repr=False)

    @property
    def masked(self) -> str:
        mask = mask_email if self.channel is Channel.EMAIL else mask_phone
        return mask(self.recipient)


@dataclass(frozen=True, slots=True)
class Contacts:
    """``whole`` is false when a library that may have a number on file did not answer."""

    known: tuple[Contact, ...] = ()
    whole: bool = True


class StepUps:
    def __init__(self, house: House) -> None:
        self._house = house
        self._codes = Codes(house, "step-up code")

    def contacts(self, actor: Actor) -> Contacts:
        """Where this person can be sent a code, the best first. Libraries are asked for numbers, where the
        portal sends text messages at all.

        Who came by a code in a mail confirms by a text message if there is a number: a second code
        in the same mailbox would prove nothing new.
        """
        address = self._address(actor)
        mail = (Contact(Channel.EMAIL, address),) if address else ()
        number, whole = self._number(actor)
        if number is None:
            return Contacts(mail, whole)
        text = (Contact(Channel.SMS, number),)
        return Contacts(text if actor.strength is Strength.WEAK else (*mail, *text), whole)

    def may_confirm(self, actor: Actor) -> bool:
        """Whether there is, or may be, any way to send this person a code."""
        if self._address(actor) is not None:
            return True
        number, whole = self._number(actor)
        return number is not None or not whole

    def ask(self, actor: Actor, channel: str, language: str) -> Contact:
        """Send a code; an earlier one of this session is worth nothing from then on. Where it went to.
        Raises ``BadShape`` for a channel there is not, ``Problem`` ``too_many_attempts`` after three an hour."""
        contact = next((one for one in self.contacts(actor).known if one.channel == channel), None)
        if contact is None:
            raise BadShape("channel", "unavailable" if channel else "missing")
        Throttles(self._house).count_asking("step_up", CODES, str(actor.account_id))
        code, now = new_code(), self._house.now()
        with self._house.database.writing() as session:
            session.execute(delete(StepUp).where(StepUp.session_id == actor.session_id))
            session.add(
                StepUp(
                    session_id=actor.session_id,
                    channel=contact.channel.value,
                    code_hash=self._codes.hash(code, *_about(actor)),
                    tries=0,
                    sent_at=now,
                    expires_at=now + LASTS,
                )
            )
            outbox.write(session, self._house, self._letter(actor, contact, code, language))
            self._record(session, events.STEP_UP_ASKED, actor, channel=contact.channel.value)
        self._house.hurry.ask(SEND_MAIL)
        return contact

    def verify(self, actor: Actor, code: str) -> str | None:
        """Note that the code was right; the session's new token, where it is a browser's (checklist W2).
        Raises ``Problem`` ``code_wrong``, also for a code that is over or was tried five times."""
        return self._settle(actor, code, steps_up=True)

    def check(self, actor: Actor, code: str) -> None:
        """As ``verify`` for an account that is to be joined to the session's own: nothing comes of it here.
        ``actor`` is the session's, but for the account."""
        self._settle(actor, code, steps_up=False)

    def _settle(self, actor: Actor, code: str, *, steps_up: bool) -> str | None:
        with self._house.database.writing() as session:
            row = session.get(StepUp, actor.session_id, with_for_update=True)
            right = (
                row is not None and self._codes.is_open(row) and self._codes.fits(row, code, *_about(actor))
            )
            token = self._step_up(session, actor) if right and steps_up else None
            if row is not None and right:
                session.delete(row)
            self._record(session, events.STEPPED_UP if right else events.STEP_UP_REFUSED, actor)
        if not right:
            raise Problem(Code.CODE_WRONG, field="code")
        return token

    def is_asked(self, actor: Actor) -> bool:
        """Whether a code is on its way that can still be given in."""
        with self._house.database.reading() as session:
            row = session.get(StepUp, actor.session_id)
            return row is not None and self._codes.is_open(row)

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove codes that are over."""
        return purge(self._house, StepUp.session_id, StepUp.expires_at <= now, limit, dry_run)

    def _step_up(self, session: Session, actor: Actor) -> str | None:
        token = new_token() if actor.kind == BROWSER else None
        values: dict[str, object] = {"stepped_up_at": self._house.now()}
        if token is not None:
            values["token_hash"] = token_hash(token)
        session.execute(
            update(SignedInSession).where(SignedInSession.id == actor.session_id).values(**values)
        )
        return token

    def _address(self, actor: Actor) -> str | None:
        with self._house.database.reading() as session:
            account = session.get_one(Account, actor.account_id)
            if is_dead(account):
                return None
            on_file = account.email_source in {"library", "provider"}
            return account.email if on_file or account.email_verified_at is not None else None

    def _number(self, actor: Actor) -> tuple[str | None, bool]:
        """The number on file of a card that the account holds, and whether all libraries answered."""
        texts = self._house.settings.texts
        if texts is None:
            return None, True
        with self._house.database.reading() as session:
            cards = cards_of(session, actor.account_id, actor.session_id, self._house.now())
        held = [card for card in cards if card.holder and card.link_state is LinkState.ACTIVE]
        records = self._records([card for card in held if card.library in self._house.libraries])
        numbers = [
            to_e164(record.phone, texts.country) for record in records if isinstance(record, PatronRecord)
        ]
        whole = len(records) == len(held) and all(
            isinstance(record, PatronRecord | NotAPatron) for record in records
        )
        return next((number for number in numbers if number), None), whole

    def _records(self, cards: list[AccountCard]) -> list[object]:
        requests = [
            CardRequest(
                card.link_id, card.library, PatronRef(card.patron_id, ""), None, frozenset({Want.PATRON})
            )
            for card in cards
        ]
        deadline = self._house.settings.page_deadline
        answers = self._house.gateway.read_cards(requests, deadline=deadline)
        return [answers[card.link_id].patron for card in cards]

    def _letter(self, actor: Actor, contact: Contact, code: str, language: str) -> outbox.Letter:
        if contact.channel is Channel.SMS:
            text = letters.step_up_text(language, code)
            return outbox.Letter("step_up", contact.recipient, "", text, actor.account_id, channel=outbox.SMS)
        words = letters.step_up(language, code, f"{self._house.settings.public_url}/account")
        return outbox.Letter("step_up", contact.recipient, words.subject, words.text, actor.account_id)

    def _record(self, session: Session, word: str, actor: Actor, **detail: Any) -> None:
        events.record(session, word, self._house.now(), account_id=actor.account_id, **detail)


def _about(actor: Actor) -> tuple[str, str]:
    """The account's too: a code sent for one proves nothing about another one in the same session."""
    return str(actor.session_id), str(actor.account_id)


def has_stepped_up(house: House, actor: Actor) -> bool:
    """Whether the person proved themselves a moment ago, by a code or by a strong sign-in."""
    now, minutes = house.now(), house.settings.session.fresh_minutes
    by_code = actor.stepped_up_at is not None and now - actor.stepped_up_at <= timedelta(minutes=minutes)
    return by_code or (actor.strength is Strength.STRONG and actor.is_fresh(now, minutes))


def require_certainty(house: House, actor: Actor) -> None:
    """For changing one's own data at a library (rules 4.7): a code given a moment ago, or where none was, a
    fresh sign-in first and then a code. Raises ``Problem``: ``fresh_sign_in_required``, ``step_up_required``."""
    if not has_stepped_up(house, actor):
        require_fresh(house, actor)
    require_step_up(house, actor)


def require_step_up(house: House, actor: Actor) -> None:
    """Raise ``Problem`` ``step_up_required`` unless ``has_stepped_up``. Who can't be sent a code at all needs
    a fresh sign-in instead (``fresh_sign_in_required``); see decision 15."""
    if has_stepped_up(house, actor):
        return
    if StepUps(house).may_confirm(actor):
        raise Problem(Code.STEP_UP_REQUIRED)
    require_fresh(house, actor)
