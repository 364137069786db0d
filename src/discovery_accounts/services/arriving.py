"""Somebody proved who they are by an organisation: an account opens, or they are asked first."""

import logging
from dataclasses import dataclass

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.services import events
from discovery_accounts.services.entering import Entering, SignedIn, Visitor
from discovery_accounts.services.house import House
from discovery_accounts.services.joining import Joining
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.transfer import Transferred, Transfers
from discovery_accounts.telemetry.log import event as log_event
from discovery_accounts.telemetry.metrics import metrics

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A session was opened; ``transferred`` is what became of the card in the library."""

    signed_in: SignedIn
    transferred: Transferred
    return_to: str


@dataclass(frozen=True, slots=True)
class Asking:
    """The person is asked for consent, and no session is opened yet: the first time, or when their account
    knows this way of signing in but they never agreed to the transfer that belongs to it."""


def arrive(
    house: House, claim: Claim, login: LoginSettings, visitor: Visitor, browser: str, return_to: str
) -> Arrived | Asking:
    """Open the account of a claim that is known; ask about one that is not."""
    metrics.sign_in(login.name, "verified")
    transfers = Transfers(house)
    signed_in = None
    if not transfers.needs_yes(login, claim):
        signed_in = Entering(house).enter_known(claim, login.name, visitor)
    if signed_in is None:
        Joining(house).ask(claim, login.name, browser, return_to)
        return Asking()
    transferred = transfers.carry_out(signed_in.opened.account_id, login, claim)
    return Arrived(signed_in, transferred, return_to)


def refuse(house: House, login: LoginSettings, no: NoClaim) -> Problem:
    """The refusal of a proof that failed, for people; IT finds the reason in the events."""
    metrics.sign_in(login.name, no.reason)
    with house.database.writing() as session:
        events.record(session, events.SIGN_IN_REFUSED, house.now(), login=login.name, reason=no.reason)
    return Problem(Code(no.why.value))


def not_asked(login: LoginSettings, reason: str, why: Why = Why.NOT_EXPECTED) -> Problem:
    """The refusal of what nobody here asked for. Anybody can send that, as often as they like: it is
    counted and logged, but no row of the database comes of it."""
    metrics.sign_in(login.name, reason)
    log_event(log, events.SIGN_IN_REFUSED, login=login.name, reason=reason)
    return Problem(Code(why.value))


def unavailable(house: House, login: LoginSettings, code: str) -> Problem:
    """The refusal when the provider could not be asked; ``code`` is its failure's."""
    metrics.sign_in(login.name, code)
    with house.database.writing() as session:
        events.record(session, events.PROVIDER_FAILED, house.now(), login=login.name, reason=code)
    return Problem(Code.PROVIDER_UNAVAILABLE)
