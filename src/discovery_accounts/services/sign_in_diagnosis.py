"""“Why can this patron not sign in?”: staff look, once, for a reason that is written down (checklist D4)."""

import uuid
from dataclasses import dataclass, field

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.domain.card_number import BadShape, last_four, normalise_card_number
from discovery_accounts.services import events
from discovery_accounts.services import sign_in_diagnosis_library as there
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sign_in_diagnosis_account import (
    CARD,
    Known,
    counters,
    kept,
    known_by_number,
    known_by_patron,
)
from discovery_accounts.services.sign_in_diagnosis_findings import (
    Finding,
    Ids,
    Look,
    Reason,
    fine,
    unseen,
    wrong,
)
from discovery_accounts.services.throttles import Throttles

TEN_IN_A_QUARTER = RateLimit(10, 900)
_OF_THE_CARD = (Look.COUNTERS, Look.RECORD, Look.STANDING, Look.ACCOUNT, Look.LINK, Look.STORED_PIN, Look.PIN)


@dataclass(frozen=True, slots=True)
class Question:
    """What staff ask: a number as it was typed or read out, and perhaps the PIN that the patron typed."""

    library: str
    card_number: str = field(repr=False)
    reason: str
    pin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that was found, in order. ``last4`` of the number asked about; ``ids`` are for IT."""

    library: str
    last4: str | None
    findings: tuple[Finding, ...]
    ids: Ids = field(default_factory=Ids)


class SignInDiagnosis:
    def __init__(self, house: House) -> None:
        self._house = house

    def look(self, member_id: uuid.UUID, question: Question) -> Diagnosis:
        """Look at everything that could keep the patron out; ``member_id`` is the one of staff who asks.

        Raises ``BadShape`` about ``reason``, ``pin`` or a number that is missing, ``Problem``
        ``unknown_library`` and, at the eleventh look in a quarter of an hour, ``too_many_attempts``.
        """
        reason = _checked(question)
        if question.library not in self._house.gateway.states():
            raise Problem(Code.UNKNOWN_LIBRARY, field="library")
        Throttles(self._house).count_asking("diagnosis", TEN_IN_A_QUARTER, str(member_id))
        looking = _Looking(self._house, question)
        try:
            return looking.look()
        finally:  # whatever happens, that somebody looked is known
            self._write_down(member_id, reason, looking)

    def _write_down(self, member_id: uuid.UUID, reason: Reason, looking: "_Looking") -> None:
        known = looking.known
        pin = next((one.code for one in looking.findings if one.look is Look.PIN), "")
        with self._house.database.writing() as session:
            events.record(
                session,
                events.STAFF_LOOKED,
                self._house.now(),
                library=looking.library,
                account_id=known.account.id if known.account else None,
                card_id=known.card.id if known.card else None,
                staff=str(member_id),
                reason=reason.value,
                pin=pin,
            )


class _Looking:
    """One look: what is known so far, and what was found."""

    def __init__(self, house: House, question: Question) -> None:
        self._house = house
        self._question = question
        self._record: PatronRecord | None = None
        self.library = question.library
        self.known = Known()
        self.findings: list[Finding] = []

    def look(self) -> Diagnosis:
        number = self._number()
        self._note(self._login())
        self._note(there.library(self._house, self.library))
        if number is None or self.findings[-1].code.endswith(".faulty"):
            for look in _OF_THE_CARD:
                self._note(unseen(look, "not_looked"))
            return Diagnosis(self.library, None, tuple(self.findings))
        self._at_the_card(number)
        self._note(self._pin(number))
        ids = Ids(
            self.known.account.id if self.known.account else None,
            self.known.card.id if self.known.card else None,
            self._record.patron_id if self._record else None,
        )
        return Diagnosis(self.library, last_four(number), tuple(self.findings), ids)

    def _at_the_card(self, number: str) -> None:
        self._note(counters(self._house, self.library, number))
        self.known = known_by_number(self._house, self.library, number)
        patron_id = self.known.card.patron_id if self.known.card else None
        heard = there.record(self._house, self.library, number, patron_id)
        self._record = heard.record
        if heard.record is not None and heard.record.patron_id != patron_id:
            self.known = known_by_patron(self._house, self.library, heard.record.patron_id)
        self._note(heard.finding)
        self._note(there.standing(heard.record))
        for finding in kept(self._house, self.library, self.known):
            self._note(finding)

    def _number(self) -> str | None:
        try:
            number = normalise_card_number(self._question.card_number)
        except BadShape as shape:
            self._note(wrong(Look.SHAPE, shape.code))
            return None
        settings = self._house.settings.library(self.library)
        pattern = settings.card_number_pattern if settings else None
        if pattern is not None and not pattern.fullmatch(number):
            self._note(wrong(Look.SHAPE, "pattern"))
            return None
        self._note(fine(Look.SHAPE, "good"))
        return number

    def _login(self) -> Finding:
        by_card = any(login.kind == CARD for login in self._house.settings.logins)
        return fine(Look.LOGIN, "on") if by_card else wrong(Look.LOGIN, "off")

    def _pin(self, number: str) -> Finding:
        codes = {finding.code for finding in self.findings}
        if self._question.pin is None:
            return unseen(Look.PIN, "not_given")
        if codes & {"record.none", "record.several", "record.no_answer", "library.checks_no_pins"}:
            return unseen(Look.PIN, "no_use")
        patron_id = self._record.patron_id if self._record else None
        return there.pin(self._house, self.library, number, self._question.pin, patron_id)

    def _note(self, finding: Finding) -> None:
        self.findings.append(finding)


def _checked(question: Question) -> Reason:
    try:
        reason = Reason(question.reason)
    except ValueError:
        raise BadShape("reason", "missing") from None
    if question.pin is not None and reason is not Reason.AT_DESK:
        raise BadShape("pin", "not_present")
    if not question.card_number.strip():
        raise BadShape("card_number", "missing")
    return reason
