"""What a check of a stored PIN came to, written down: the credential's state, the library's lock, the audit.

A verdict counts only while the credential is as it was claimed: a new PIN given meanwhile is not
judged by the old one's.
"""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import (
    LibraryError,
    LoginBlocked,
    NoPinHere,
    RateLimited,
    Refused,
    Rejected,
    Verification,
    Verified,
    WrongPatron,
)
from discovery_accounts.domain.cards import CredentialState
from discovery_accounts.domain.pin_check import pause_after_silence
from discovery_accounts.models import Credential, Link
from discovery_accounts.services import events
from discovery_accounts.services.card_rows import number_of, set_number
from discovery_accounts.services.credentials import unseal
from discovery_accounts.services.house import House
from discovery_accounts.services.library_locks import LibraryLocks
from discovery_accounts.services.row_locks import NO_KEY, lock_links
from discovery_accounts.vault.vault import CannotUnseal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a stored PIN came to. ``claim`` is that under which the PIN was sent."""

    link_id: uuid.UUID
    claim: uuid.UUID
    outcome: Verification | LibraryError


def settle(session: Session, house: House, verdict: Verdict) -> None:
    """Write down what a check came to, in the caller's transaction, and free the claim.

    A check may be reported twice: as silent at the end of its page, and later by its verdict.
    """
    lock_links(session, [verdict.link_id])
    link = session.get(Link, verdict.link_id)
    if link is None:
        return
    credential = session.get(Credential, link.id, with_for_update=NO_KEY, populate_existing=True)
    _settle_lock(session, house, link, verdict.outcome)
    if credential is None or credential.claim != verdict.claim:
        return  # removed, or another PIN since
    now = house.now()
    _write_verdict(session, house, credential, link, verdict.outcome, now)
    if not _is_silence(verdict.outcome):
        credential.claim = None
    credential.claimed_at = None


def refuse_stored(house: House, link_id: uuid.UUID, pin: str) -> None:
    """The library refused this stored PIN where it was sent along with something else: it is never sent again,
    here or by others who have stored the same one."""
    with house.database.writing() as session:
        lock_links(session, [link_id])
        link = session.get(Link, link_id)
        credential = session.get(Credential, link_id, with_for_update=NO_KEY)
        if link is not None and credential is not None and _stored(house, link, credential) == pin:
            _refused(session, house, credential, link, house.now())


def _is_silence(outcome: Verification | LibraryError) -> bool:
    """Whether the verdict may still come: then the claim stays known, for it to be recognised."""
    return isinstance(outcome, LibraryError) and outcome.sent


def _write_verdict(
    session: Session,
    house: House,
    credential: Credential,
    link: Link,
    outcome: Verification | LibraryError,
    now: datetime,
) -> None:
    match outcome:
        case Verified(card_number=number):
            credential.checked_at, credential.unanswered, credential.not_before = now, 0, None
            if number and set_number(house, link.card, number):
                _record(session, events.CARD_RENUMBERED, link, now)
        case Rejected():
            _refused(session, house, credential, link, now)
        case LoginBlocked(reason="pin_expired"):
            _forget_pin(credential, link, CredentialState.PIN_CHANGED, house)
            _record(session, events.PIN_CHANGED, link, now, reason="pin_expired")
        case NoPinHere():
            _forget_pin(credential, link, CredentialState.NO_PIN_HERE, house)
            _record(session, events.PIN_REFUSED, link, now, reason="no_pin_here")
        case WrongPatron():
            _record(session, events.WRONG_PATRON, link, now)
            _silent(house, credential, link, now)
        case LoginBlocked() | LibraryError(sent=True):
            _silent(house, credential, link, now)


def _refused(session: Session, house: House, credential: Credential, link: Link, now: datetime) -> None:
    refused = _stored(house, link, credential)
    if refused is not None:
        _refuse_elsewhere(session, house, link, refused, now)
    _forget_pin(credential, link, CredentialState.PIN_CHANGED, house)
    _record(session, events.PIN_CHANGED, link, now)


def _settle_lock(session: Session, house: House, link: Link, outcome: Verification | LibraryError) -> None:
    """The check was counted towards the library's lock before it was sent; a refusal stays counted, and
    so does silence, for the library may have refused and not been heard."""
    if isinstance(outcome, Rejected) or (
        _is_silence(outcome) and not isinstance(outcome, Refused | RateLimited)
    ):
        return
    with suppress(CannotUnseal):
        number = number_of(house, link.card)
        verified = isinstance(outcome, Verified)
        LibraryLocks(house).settle(session, link.card.library, number, verified=verified)


def _refuse_elsewhere(session: Session, house: House, link: Link, refused: str, now: datetime) -> None:
    """The same PIN stored by other accounts for this card is refused too: it need not be sent to know."""
    others = select(Credential).join(Link).where(Link.card_id == link.card_id, Credential.link_id != link.id)
    query = others.where(Credential.state == CredentialState.GOOD.value).with_for_update(of=Credential)
    for other in session.scalars(query).all():
        theirs = session.get_one(Link, other.link_id)
        if _stored(house, theirs, other) == refused:
            _forget_pin(other, theirs, CredentialState.PIN_CHANGED, house)
            _record(session, events.PIN_CHANGED, theirs, now)


def _stored(house: House, link: Link, credential: Credential) -> str | None:
    if credential.ciphertext is None or credential.key_id is None:
        return None
    return unseal(house, link.card.library, link.id, credential.ciphertext, credential.key_id)


def _forget_pin(credential: Credential, link: Link, state: CredentialState, house: House) -> None:
    credential.state = state.value
    credential.ciphertext = credential.key_id = None
    # what was cached under the old PIN's consent can't be read any more
    link.answer_key = house.vault.new_data_key()


def _silent(house: House, credential: Credential, link: Link, now: datetime) -> None:
    """The PIN was sent and no verdict came: the library may have counted a refusal, so pause."""
    if credential.claimed_at is None:
        return  # paused already, at the end of the page that this check outlived
    credential.unanswered += 1
    # longer than the check itself may still be under way
    under_way = timedelta(seconds=3 * house.library(link.card.library).timeout)
    credential.not_before = now + max(pause_after_silence(credential.unanswered), under_way)


def _record(session: Session, word: str, link: Link, now: datetime, **detail: str) -> None:
    events.record(
        session,
        word,
        now,
        library=link.card.library,
        account_id=link.account_id,
        card_id=link.card_id,
        **detail,
    )
