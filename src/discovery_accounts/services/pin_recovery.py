"""A new PIN for somebody who forgot theirs, by a code to the contact on file; nobody is signed in by it.

Whoever asks gets the same answer at once. A row is written for every card number, known or not, and no
library is asked meanwhile: the job that sends the mail searches first (``pin_recovery_search.py``). So
neither the answer nor its time, nor what wrong codes come to, tells whether there is such a card (B6).
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import (
    Capability,
    LibraryError,
    NotAPatron,
    PinChange,
    PinChanged,
    PinRules,
    PinUnfit,
    SetsPins,
)
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.models import EmailChange, Identity, LibraryCard, PinRecovery, SignedInSession
from discovery_accounts.services import answers, events, pin_told
from discovery_accounts.services.acts import NOT_ANSWERED, NotAnswered, is_undone
from discovery_accounts.services.card_numbers import typed_number
from discovery_accounts.services.codes import (
    ASK_AGAIN_AFTER,
    CARD_CODE_ASKS,
    CODES_AT_A_LIBRARY,
    LASTS,
    Codes,
)
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.new_pins import FIELD, check_new_pin
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.row_locks import lock_card
from discovery_accounts.services.throttles import Throttles, network_of
from discovery_accounts.services.upserts import insert_missing
from discovery_accounts.vault.vault import CannotUnseal, Sealed

CHANGED = "changed"

WAITING, SENT, NOBODY, USING = "waiting", "sent", "nobody", "using"
NEEDED = frozenset({Capability.RECOVER_PIN, Capability.FIND_PATRONS})


@dataclass(frozen=True, slots=True)
class _Proved:
    """Whose PIN may be set: the code was right."""

    card_hash: str = field(repr=False)
    library: str
    card_number: str = field(repr=False)
    patron_id: str = field(repr=False)
    email: str | None = field(repr=False)
    language: str


class PinRecoveries:
    def __init__(self, house: House) -> None:
        self._house = house
        self._throttles = Throttles(house)

    def libraries(self) -> tuple[str, ...]:
        """Where a forgotten PIN can be replaced."""
        gateway = self._house.gateway
        return tuple(name for name in self._house.libraries if gateway.capabilities(name) >= NEEDED)

    def rules(self, library: str) -> PinRules:
        """What a PIN must be like there. Raises ``Problem``: ``unknown_library``, ``not_supported``."""
        self._house.library(library)
        if library not in self.libraries():
            raise Problem(Code.NOT_SUPPORTED)
        return self._house.gateway.knows(library, SetsPins).pin_rules

    def ask(self, library: str, card_number: str, language: str, address: str | None) -> None:
        """Have a code sent, if exactly one patron has that number and a contact on file. Raises ``BadShape`` and
        ``Problem``, for known numbers as for unknown ones."""
        self.rules(library)
        number = typed_number(self._house, library, card_number)
        self._throttles.count_asking("pin_recovery", CARD_CODE_ASKS, network_of(address))
        key, now = card_hash(self._house, library, number), self._house.now()
        content = {"library": library, "card_number": number, "language": language}
        sealed = seal(self._house, key, content)
        with self._house.database.writing() as session:
            row = session.get(PinRecovery, key, with_for_update=True)
            too_soon = row is not None and now - row.asked_at < ASK_AGAIN_AFTER
            if row is not None and not too_soon:
                session.delete(row)
                session.flush()
            if not too_soon:
                # two who ask at the same moment make one row
                asked = {
                    "card_hash": key,
                    "state": WAITING,
                    "tries": 0,
                    "sealed": sealed.ciphertext,
                    "key_id": sealed.key_id,
                    "asked_at": now,
                    "expires_at": now + LASTS,
                }
                insert_missing(session, PinRecovery, [asked])
        self._house.hurry.ask(SEND_MAIL)

    def confirm(
        self, library: str, card_number: str, code: str, new_pin: str, again: str, address: str | None
    ) -> str:
        """Set the PIN with the code: ``changed``, or ``not_answered`` when nobody knows. The account that the card
        opens is signed out everywhere, and our own count of wrong PINs is forgotten.

        Raises ``BadShape`` (also for what the library has against the PIN; the code stays good then) and
        ``Problem``: ``code_wrong`` whatever the reason, ``too_many_attempts``, ``library_unavailable``.
        """
        rules = self.rules(library)
        number = typed_number(self._house, library, card_number)
        check_new_pin(new_pin, again, rules)
        self._throttles.count_asking("pin_code_try", CARD_CODE_ASKS, network_of(address))
        self._throttles.count_asking("pin_code_library", CODES_AT_A_LIBRARY, library)
        proved = self._prove(library, number, code)
        answer = self._set(proved, new_pin)
        match answer:
            case PinUnfit(because=because):
                self._back(proved)
                raise BadShape(FIELD, because.value)
            case NotAPatron():
                self._drop(proved)
                raise Problem(Code.CODE_WRONG, field="code")
            case _:
                self._finish(proved, done=isinstance(answer, PinChanged))
                return CHANGED if isinstance(answer, PinChanged) else NOT_ANSWERED

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove what nobody used in time."""
        return purge(self._house, PinRecovery.card_hash, PinRecovery.expires_at <= now, limit, dry_run)

    def _prove(self, library: str, number: str, code: str) -> _Proved:
        key = card_hash(self._house, library, number)
        codes = codes_of(self._house)
        with self._house.database.writing() as session:
            row = session.get(PinRecovery, key, with_for_update=True)
            row = row if row is not None and codes.is_open(row) else None
            right = row is not None and codes.fits(row, code, key) and row.state == SENT
            content = unseal(self._house, row) if row is not None and right else None
            if row is not None and content is not None:
                row.state = USING
        if content is None or "patron_id" not in content:
            raise Problem(Code.CODE_WRONG, field="code")
        return _Proved(key, library, number, content["patron_id"], content.get("email"), content["language"])

    def _set(self, proved: _Proved, new_pin: str) -> PinChange | NotAnswered:
        """Sent once; what certainly was not done may be tried again with the same code."""
        try:
            return self._house.gateway.ask(
                proved.library,
                SetsPins,
                lambda one: one.set_pin(proved.patron_id, new_pin),
                deadline=self._house.settings.act_deadline,
            )
        except LibraryError as error:
            events.report_if_wrong_patron(self._house, error, library=proved.library)
            if is_undone(error):
                self._back(proved)
                raise Problem(Code.LIBRARY_UNAVAILABLE) from None
            return NotAnswered()

    def _back(self, proved: _Proved) -> None:
        with self._house.database.writing() as session:
            row = session.get(PinRecovery, proved.card_hash, with_for_update=True)
            if row is not None and row.state == USING:
                row.state = SENT

    def _drop(self, proved: _Proved) -> None:
        with self._house.database.writing() as session:
            session.execute(delete(PinRecovery).where(PinRecovery.card_hash == proved.card_hash))

    def _finish(self, proved: _Proved, *, done: bool) -> None:
        links: list[uuid.UUID] = []
        with self._house.database.writing() as session:
            session.execute(delete(PinRecovery).where(PinRecovery.card_hash == proved.card_hash))
            card = self._card(session, proved)
            if card is not None:
                links = list(pin_told.expect_another_pin(session, self._house, card.id))
            account_id = self._sign_out(session, proved)
            if proved.email:
                pin_told.tell(session, self._house, proved.library, proved.email, proved.language, account_id)
            events.record(
                session,
                events.PIN_RECOVERED,
                self._house.now(),
                library=proved.library,
                account_id=account_id,
                card_id=card.id if card is not None else None,
                outcome=CHANGED if done else NOT_ANSWERED,
            )
        answers.forget(self._house, links)
        self._throttles.reopen(proved.library, proved.card_number)
        self._house.hurry.ask(SEND_MAIL)

    @staticmethod
    def _card(session: Session, proved: _Proved) -> LibraryCard | None:
        query = select(LibraryCard).where(
            LibraryCard.library == proved.library, LibraryCard.patron_id == proved.patron_id
        )
        card = session.scalars(query).one_or_none()
        if card is not None:
            lock_card(session, card.id)
        return card

    @staticmethod
    def _sign_out(session: Session, proved: _Proved) -> uuid.UUID | None:
        """End every session of the account that the card opens, and a pending change of its address: somebody
        else may have known the old PIN (checklist L11)."""
        query = select(Identity.account_id).where(
            Identity.issuer == proved.library, Identity.subject == proved.patron_id
        )
        account_id = session.scalars(query.limit(1)).one_or_none()
        if account_id is not None:
            session.execute(delete(SignedInSession).where(SignedInSession.account_id == account_id))
            session.execute(delete(EmailChange).where(EmailChange.account_id == account_id))
        return account_id


def card_hash(house: House, library: str, number: str) -> str:
    return house.vault.keyed_hash("pin recovery", library, number.casefold())


def codes_of(house: House) -> Codes:
    """The codes for new PINs; each is about one card number."""
    return Codes(house, "pin recovery code")


def binding(key: str) -> tuple[str, str]:
    """What the sealed words of a row are bound to; ``key`` is its card hash."""
    return ("pin recovery", key)


def seal(house: House, key: str, content: Mapping[str, Any]) -> Sealed:
    return house.vault.seal(json.dumps(dict(content)), binding(key))


def unseal(house: House, row: PinRecovery) -> Mapping[str, Any] | None:
    """What was asked, and found; ``None`` when it can't be opened any more."""
    try:
        text = house.vault.unseal_text(Sealed(row.sealed, row.key_id), binding(row.card_hash))
    except CannotUnseal:
        return None
    content: Mapping[str, Any] = json.loads(text)
    return content
