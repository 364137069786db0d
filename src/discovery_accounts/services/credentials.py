"""Stored PINs: sealed into their link's row, opened only to be checked, forgotten when refused.

Over all processes only one reading at a time may send a PIN: it claims the row first. So a PIN
that is refused once is never sent again, however many pages are open (rules 2.4). A verdict counts
only while the row is as it was claimed: a new PIN given meanwhile is not judged by the old one's.
"""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import (
    LibraryError,
    LoginBlocked,
    NoPinHere,
    Rejected,
    Verification,
    Verified,
    WrongPatron,
)
from discovery_accounts.domain.cards import CredentialState
from discovery_accounts.domain.pin_check import CLAIM_FOR, pause_after_silence
from discovery_accounts.models import Credential, LibraryCard, Link
from discovery_accounts.services import events
from discovery_accounts.services.card_rows import number_of, set_number
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.row_locks import NO_KEY, lock_links
from discovery_accounts.services.throttles import Throttles
from discovery_accounts.vault.vault import CannotUnseal, Sealed


def binding(library: str, link_id: uuid.UUID) -> tuple[str, str, str]:
    """What a sealed PIN is bound to."""
    return ("pin", library, str(link_id))


def store(session: Session, house: House, link: Link, library: str, pin: str) -> None:
    """Keep a PIN that the library accepted just now."""
    sealed = house.vault.seal(pin, binding(library, link.id))
    credential = session.get(Credential, link.id) or Credential(link_id=link.id)
    credential.ciphertext, credential.key_id = sealed.ciphertext, sealed.key_id
    credential.state = CredentialState.GOOD.value
    credential.checked_at = house.now()
    credential.claim = credential.claimed_at = credential.not_before = None
    credential.unanswered = 0
    session.add(credential)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send the PINs of these links, once."""

    id: uuid.UUID
    links: frozenset[uuid.UUID]


def claim(session: Session, due: Mapping[uuid.UUID, datetime | None], now: datetime) -> Claim:
    """Take the right to send these PINs, where it is free and the PIN is still the one that was read:
    ``due`` is when each (by link) was checked last, as far as the caller knows."""
    mine = uuid.uuid4()
    taken = set()
    for link_id, checked_at in sorted(due.items()):
        result = session.execute(
            update(Credential)
            .where(
                Credential.link_id == link_id,
                Credential.state == CredentialState.GOOD.value,
                Credential.checked_at.is_not_distinct_from(checked_at),
                or_(Credential.claimed_at.is_(None), Credential.claimed_at < now - CLAIM_FOR),
                or_(Credential.not_before.is_(None), Credential.not_before <= now),
            )
            .values(claim=mine, claimed_at=now)
            .execution_options(synchronize_session=False)
        )
        assert isinstance(result, CursorResult)
        if result.rowcount == 1:
            taken.add(link_id)
    return Claim(mine, frozenset(taken))


def unseal(house: House, library: str, link_id: uuid.UUID, ciphertext: bytes, key_id: str) -> str | None:
    """The PIN, or ``None`` when the row was tampered with or its key is gone: then it is asked anew."""
    try:
        return house.vault.unseal_text(Sealed(ciphertext, key_id), binding(library, link_id))
    except CannotUnseal:
        return None


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
    if credential is None or credential.claim != verdict.claim:
        # removed, or another PIN since; the library has counted the refusal all the same
        if isinstance(verdict.outcome, Rejected):
            _count_refusal(session, house, link)
        return
    now = house.now()
    _write_verdict(session, house, credential, link, verdict.outcome, now)
    if not _is_silence(verdict.outcome):
        credential.claim = None
    credential.claimed_at = None


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
            _silent(credential, now)
        case LoginBlocked():
            _silent(credential, now)
        case LibraryError(sent=True):
            _silent(credential, now)


def _refused(session: Session, house: House, credential: Credential, link: Link, now: datetime) -> None:
    _count_refusal(session, house, link)
    _forget_pin(credential, link, CredentialState.PIN_CHANGED, house)
    _record(session, events.PIN_CHANGED, link, now)


def purge_unwanted(house: House, limit: int, *, dry_run: bool = False) -> Purged:
    """Remove PINs that were stored before their library chose to have none stored (``pin_storage``)."""
    storing_none = [one.name for one in house.libraries.values() if one.pin_storage == "none"]
    theirs = select(Link.id).join(LibraryCard).where(LibraryCard.library.in_(storing_none))
    return purge(house, Credential.link_id, Credential.link_id.in_(theirs), limit, dry_run)


def _count_refusal(session: Session, house: House, link: Link) -> None:
    with suppress(CannotUnseal):
        Throttles(house).stored_pin_refused(session, link.card.library, number_of(house, link.card))


def _forget_pin(credential: Credential, link: Link, state: CredentialState, house: House) -> None:
    credential.state = state.value
    credential.ciphertext = credential.key_id = None
    # what was cached under the old PIN's consent can't be read any more
    link.answer_key = house.vault.new_data_key()


def _silent(credential: Credential, now: datetime) -> None:
    """The PIN was sent and no verdict came: the library may have counted a refusal, so pause."""
    if credential.claimed_at is None:
        return  # paused already, at the end of the page that this check outlived
    credential.unanswered += 1
    credential.not_before = now + pause_after_silence(credential.unanswered)


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
