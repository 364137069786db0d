"""Whose address it is: asked of the libraries by the job that sends mail, after the person was answered.

A code is written only when all libraries answered and exactly one active patron is meant. A library
that can't be asked leaves the question open, to be asked again while the sign-in lasts: with half the
answers one of two who share an address would be taken for the only one.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.connectors.api import CARD_NUMBER, Capability, LibraryError, PatronRecord
from discovery_accounts.connectors.people import same_address
from discovery_accounts.models import EmailSignIn
from discovery_accounts.services import events, letters, outbox
from discovery_accounts.services.codes import LASTS, new_code
from discovery_accounts.services.email_found import is_active, mail_address, write_found
from discovery_accounts.services.email_sign_in import NOBODY, SENT, WAITING, codes_of, seal, unseal
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.tokens import new_token, token_hash
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

_CLAIM_FOR = timedelta(seconds=45)
_SIDE_BY_SIDE = 8

Found = tuple[str, PatronRecord]
"""A patron and the library that has the record."""


@dataclass(frozen=True, slots=True)
class Question:
    """One sign-in that waits to be searched for. ``content`` is what was asked."""

    asked_hash: str = field(repr=False)
    login_name: str
    claimed_at: datetime
    content: Mapping[str, Any] = field(repr=False)


class EmailSearch:
    def __init__(self, house: House) -> None:
        self._house = house

    def search(self, now: datetime, limit: int) -> int:
        """Answer what waits, at most ``limit``; how many got a code."""
        questions = self._claim(now, limit)
        asks = [(question, library) for question in questions for library in self._libraries(question)]
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            answers = list(pool.map(lambda ask: self._find(*ask), asks))
        sent = 0
        for question in questions:
            mine = [answer for ask, answer in zip(asks, answers, strict=True) if ask[0] is question]
            if not any(isinstance(answer, LibraryError) for answer in mine):
                found = [one for answer in mine if not isinstance(answer, LibraryError) for one in answer]
                sent += self._settle(question, found, now)
        return sent

    def _claim(self, now: datetime, limit: int) -> list[Question]:
        """Take questions, so that nobody else asks them meanwhile; who dies gives them back by time."""
        with self._house.database.writing() as session:
            query = select(EmailSignIn).where(*_due(now)).order_by(EmailSignIn.asked_at).limit(limit)
            rows = session.scalars(query.with_for_update(skip_locked=True)).all()
            for row in rows:
                row.claimed_at = now
            contents = [(row, unseal(self._house, row)) for row in rows]
            return [
                Question(row.asked_hash, row.login_name, now, content) for row, content in contents if content
            ]

    def _libraries(self, question: Question) -> Sequence[str]:
        login = self._house.settings.login(question.login_name)
        return searched(self._house, login) if login is not None and login.kind == "email" else ()

    def _find(self, question: Question, library: str) -> Sequence[Found] | LibraryError:
        """The active patrons of one library who are meant."""
        email, number = question.content["email"], question.content["card_number"]
        gateway, deadline = self._house.gateway, self._house.settings.act_deadline
        try:
            found = gateway.find_by_email(library, email, deadline=deadline)
            if number is not None:
                known = {record.patron_id for record in found}
                found = ()
                if self._could_be(library, number):
                    found = gateway.find_patrons(library, CARD_NUMBER, number, deadline=deadline)
                found = tuple(record for record in found if record.patron_id in known or _has(record, email))
        except LibraryError as error:
            event(log, "email_search.failed", level=logging.WARNING, library=library, problem=error.code)
            return error
        return [(library, record) for record in found if is_active(record)]

    def _could_be(self, library: str, number: str) -> bool:
        try:
            pattern = self._house.library(library).card_number_pattern
        except Problem:
            return False
        return pattern is None or pattern.fullmatch(number) is not None

    def _settle(self, question: Question, found: Sequence[Found], now: datetime) -> bool:
        with self._house.database.writing() as session:
            row = session.get(EmailSignIn, question.asked_hash, with_for_update=True)
            if row is None or row.state != WAITING or row.claimed_at != question.claimed_at:
                return False  # asked anew meanwhile, or tried too often
            meant = len(found) == 1 and found[0][1].card_number and mail_address(found[0][1])
            library = found[0][0] if meant else None
            if meant:
                self._send(session, row, question.content, *found[0], now)
            else:
                row.state = NOBODY
            outcome = "sent" if meant else "several" if len(found) > 1 else "nobody"
            events.record(session, events.SIGN_IN_CODE_ASKED, now, library=library, outcome=outcome)
            return library is not None

    def _send(
        self,
        session: Session,
        row: EmailSignIn,
        content: Mapping[str, Any],
        library: str,
        record: PatronRecord,
        now: datetime,
    ) -> None:
        token, code = new_token(), new_code()
        sealed = seal(self._house, row.asked_hash, {**content, "found": write_found(library, record)})
        row.sealed, row.key_id = sealed.ciphertext, sealed.key_id
        row.token_hash, row.code_hash = token_hash(token), codes_of(self._house).hash(code, row.asked_hash)
        row.state, row.expires_at = SENT, now + LASTS
        language = content["language"] or self._house.settings.languages[0]
        link = f"{self._house.settings.public_url}/sign-in/{row.login_name}/link/{token}"
        title = self._house.library(library).title(language)
        words = letters.sign_in(language, code, link, title)
        # never to the address as it was typed: should a library ever find too much, no stranger gets a code
        letter = outbox.Letter("email_sign_in", mail_address(record) or "", words.subject, words.text)
        outbox.write(session, self._house, letter, at=now)


def searched(house: House, login: LoginSettings) -> Sequence[str]:
    """The libraries that are searched for addresses by this login: its own, or all that can be."""
    names = [login.library] if login.library else list(house.libraries)
    return [name for name in names if Capability.FIND_PATRONS in house.gateway.capabilities(name)]


def _has(record: PatronRecord, email: str) -> bool:
    return record.email is not None and same_address(record.email.strip(), email)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        EmailSignIn.state == WAITING,
        EmailSignIn.expires_at > now,
        (EmailSignIn.claimed_at.is_(None)) | (EmailSignIn.claimed_at < now - _CLAIM_FOR),
    )
