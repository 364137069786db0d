"""Why a patron can't sign in: what the library says of the number, the patron and the PIN."""

from dataclasses import dataclass

from discovery_accounts.connectors.api import (
    CARD_NUMBER,
    Capability,
    LibraryError,
    LoginBlocked,
    NoPinHere,
    PatronRecord,
    ReadsPatrons,
    Rejected,
    Verification,
    Verified,
)
from discovery_accounts.domain.card_number import BadShape, check_pin, last_four
from discovery_accounts.domain.standing import Standing
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.sign_in_diagnosis_findings import Finding, Look, fine, odd, unseen, wrong
from discovery_accounts.services.throttles import Attempt, Throttles


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found of the number, and the patron's record where exactly one is meant."""

    finding: Finding
    record: PatronRecord | None = None


def library(house: House, name: str) -> Finding:
    """Whether the library can be asked now, as far as this process knows."""
    state = house.gateway.states()[name]
    if state.faults:
        return wrong(Look.LIBRARY, "faulty")
    if not state.available:
        return wrong(Look.LIBRARY, "silent")
    if Capability.VERIFY_PATRON not in house.gateway.capabilities(name):
        return wrong(Look.LIBRARY, "checks_no_pins")
    return fine(Look.LIBRARY, "answers" if state.last_answer_at else "not_asked", last=state.last_answer_at)


def record(house: House, name: str, number: str, known_patron: str | None) -> Heard:
    """Who has the number. ``known_patron`` is whose it was when we were last told: a renewed card has another
    number now."""
    if Capability.FIND_PATRONS not in house.gateway.capabilities(name):
        return Heard(unseen(Look.RECORD, "not_searchable"))
    deadline = house.settings.act_deadline
    try:
        found = house.gateway.find_patrons(name, CARD_NUMBER, number, deadline=deadline)
        if len(found) == 1:
            return Heard(fine(Look.RECORD, "found"), found[0])
        if found:
            return Heard(wrong(Look.RECORD, "several"))
        return _renewed(house, name, known_patron) or Heard(wrong(Look.RECORD, "none"))
    except LibraryError as error:
        events.report_if_wrong_patron(house, error, library=name)
        return Heard(wrong(Look.RECORD, "no_answer", failure=error.code))


def _renewed(house: House, name: str, known_patron: str | None) -> Heard | None:
    if known_patron is None or Capability.READ_PATRON not in house.gateway.capabilities(name):
        return None
    deadline = house.settings.act_deadline
    read = house.gateway.ask(name, ReadsPatrons, lambda one: one.read_patron(known_patron), deadline=deadline)
    if not isinstance(read, PatronRecord) or not read.card_number:
        return None
    return Heard(wrong(Look.RECORD, "renewed", last4=last_four(read.card_number)), read)


def standing(found: PatronRecord | None) -> Finding:
    """How the patron stands. Signing in works however they stand, where the library lets it."""
    if found is None:
        return unseen(Look.STANDING, "unknown")
    codes = tuple(block.code.value for block in found.blocks)
    values = {"blocks": codes, "expires_on": found.expires_on}
    if found.standing is Standing.GOOD:
        return fine(Look.STANDING, "good", **values)
    return odd(Look.STANDING, found.standing.value, **values)


def pin(house: House, name: str, number: str, typed: str, patron_id: str | None) -> Finding:
    """Check a PIN: once, and counted like any try of anybody."""
    try:
        typed = check_pin(typed)
    except BadShape as shape:
        return wrong(Look.PIN, "bad_shape", problem=f"pin.{shape.code}")
    throttles = Throttles(house)
    try:
        counted = throttles.begin(Attempt(name, number))
    except Problem as problem:
        return unseen(Look.PIN, "not_tried", until=house.now() + problem.wait if problem.wait else None)
    try:
        answer = house.gateway.sign_in(name, number, typed, deadline=house.settings.act_deadline)
    except LibraryError as error:
        throttles.unanswered(counted, error)
        events.report_if_wrong_patron(house, error, library=name)
        return wrong(Look.PIN, "no_answer", failure=error.code)
    if isinstance(answer.verification, Verified):
        throttles.succeeded(counted)
    return _judged(answer.verification, patron_id)


def _judged(verdict: Verification, patron_id: str | None) -> Finding:
    match verdict:
        case Verified(patron_id=whose):
            somebody_else = patron_id is not None and patron_id != whose
            return wrong(Look.PIN, "somebody_else") if somebody_else else fine(Look.PIN, "accepted")
        case Rejected():
            return wrong(Look.PIN, "refused")
        case LoginBlocked(reason=reason):
            return wrong(Look.PIN, "blocked", reason=reason)
        case NoPinHere():
            return wrong(Look.PIN, "none_there")
