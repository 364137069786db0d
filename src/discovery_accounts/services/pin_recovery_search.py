"""Whose card number it is: asked of its library by the job that sends mail, after the person was answered.

A code is written only when the library answered with exactly one active patron who has that very
number, and a contact on file to send it to.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import CARD_NUMBER, LibraryError, PatronRecord
from discovery_accounts.domain.card_number import BadShape, normalise_card_number
from discovery_accounts.domain.phone_number import to_e164
from discovery_accounts.models import PinRecovery
from discovery_accounts.services import events, letters, outbox
from discovery_accounts.services.codes import CODES_FOR_A_CARD, LASTS, new_code
from discovery_accounts.services.email_found import is_active, mail_address
from discovery_accounts.services.house import House
from discovery_accounts.services.pin_recovery import (
    NOBODY,
    SENT,
    WAITING,
    PinRecoveries,
    codes_of,
    seal,
    unseal,
)
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.throttles import Throttles
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

_CLAIM_FOR = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class _Question:
    card_hash: str = field(repr=False)
    claimed_at: datetime
    content: Mapping[str, Any] = field(repr=False)


class PinRecoverySearch:
    def __init__(self, house: House) -> None:
        self._house = house

    def search(self, now: datetime, limit: int) -> int:
        """Answer what waits, at most ``limit``; how many got a code."""
        return sum(self._answer(question, now) for question in self._claim(now, limit))

    def _claim(self, now: datetime, limit: int) -> list[_Question]:
        """Take questions, so that nobody else asks them meanwhile; who dies gives them back by time."""
        unclaimed = (PinRecovery.claimed_at.is_(None)) | (PinRecovery.claimed_at < now - _CLAIM_FOR)
        due = (PinRecovery.state == WAITING, PinRecovery.expires_at > now, unclaimed)
        query = select(PinRecovery).where(*due).order_by(PinRecovery.asked_at).limit(limit)
        with self._house.database.writing() as session:
            rows = session.scalars(query.with_for_update(skip_locked=True)).all()
            for row in rows:
                row.claimed_at = now
            contents = [(row, unseal(self._house, row)) for row in rows]
            return [_Question(row.card_hash, now, content) for row, content in contents if content]

    def _answer(self, question: _Question, now: datetime) -> bool:
        library, number = question.content["library"], question.content["card_number"]
        if library not in PinRecoveries(self._house).libraries():
            return False
        try:
            found = self._house.gateway.find_patrons(
                library, CARD_NUMBER, number, deadline=self._house.settings.act_deadline
            )
        except LibraryError as error:  # asked again while the row lasts
            event(log, "pin_recovery.failed", level=logging.WARNING, library=library, problem=error.code)
            return False
        record = found[0] if len(found) == 1 else None
        meant = record is not None and is_active(record) and _has_number(record, number)
        letter = self._contact(record) if record is not None and meant else None
        if letter is not None and self._too_many(question.card_hash):
            letter = None
        return self._settle(question, record, letter, now)

    def _contact(self, record: PatronRecord) -> tuple[str, str] | None:
        """By what, and to where; a text message only where there is no address."""
        if (address := mail_address(record)) is not None:
            return outbox.EMAIL, address
        texts = self._house.settings.texts
        number = to_e164(record.phone, texts.country) if texts is not None else None
        return (outbox.SMS, number) if number else None

    def _too_many(self, key: str) -> bool:
        try:
            Throttles(self._house).count_asking("pin_codes", CODES_FOR_A_CARD, key)
        except Problem:
            return True
        return False

    def _settle(
        self, question: _Question, record: PatronRecord | None, contact: tuple[str, str] | None, now: datetime
    ) -> bool:
        with self._house.database.writing() as session:
            row = session.get(PinRecovery, question.card_hash, with_for_update=True)
            if row is None or row.state != WAITING or row.claimed_at != question.claimed_at:
                return False  # asked anew meanwhile
            if record is None or contact is None:
                row.state = NOBODY
            else:
                self._send(session, row, question.content, record, contact, now)
            events.record(
                session,
                events.PIN_RECOVERY_ASKED,
                now,
                library=question.content["library"],
                outcome=row.state,
            )
            return row.state == SENT

    def _send(
        self,
        session: Session,
        row: PinRecovery,
        content: Mapping[str, Any],
        record: PatronRecord,
        contact: tuple[str, str],
        now: datetime,
    ) -> None:
        code, (channel, recipient) = new_code(), contact
        found = {**content, "patron_id": record.patron_id, "email": mail_address(record)}
        sealed = seal(self._house, row.card_hash, found)
        row.sealed, row.key_id = sealed.ciphertext, sealed.key_id
        row.code_hash = codes_of(self._house).hash(code, row.card_hash)
        row.state, row.expires_at = SENT, now + LASTS
        language = content["language"] or self._house.settings.languages[0]
        if channel == outbox.SMS:
            text = letters.pin_recovery_text(language, code)
            letter = outbox.Letter("pin_recovery", recipient, "", text, channel=outbox.SMS)
        else:
            words = letters.pin_recovery(
                language, code, self._house.library(content["library"]).title(language)
            )
            letter = outbox.Letter("pin_recovery", recipient, words.subject, words.text)
        outbox.write(session, self._house, letter, at=now)


def _has_number(record: PatronRecord, number: str) -> bool:
    """Whether it is the very number that was typed, not one that a search took for alike."""
    try:
        theirs = normalise_card_number(record.card_number or "")
    except BadShape:
        return False
    return theirs.casefold() == number.casefold()
