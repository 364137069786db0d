"""Checking stored PINs of cards that a mail is about to be written from, before it is written (rules 2.4).

Only those: a check by the clock of every card would be a sign-in at the library every night.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import LibraryError, PatronRef, Verified
from discovery_accounts.connectors.gateway import CardRequest
from discovery_accounts.domain.cards import CredentialState, LinkState
from discovery_accounts.domain.pin_check import is_due
from discovery_accounts.models import Account, Credential, LibraryCard, Link
from discovery_accounts.services.card_rows import number_of
from discovery_accounts.services.credentials import claim, release, unseal
from discovery_accounts.services.house import House
from discovery_accounts.services.library_locks import LibraryLocks
from discovery_accounts.services.link_states import state_now
from discovery_accounts.services.readings import Readings
from discovery_accounts.services.row_locks import lock_links
from discovery_accounts.services.verdicts import Verdict, settle
from discovery_accounts.vault.vault import CannotUnseal

AHEAD = timedelta(hours=1)
AT_ONCE = 8
"""Checks side by side: a library must not take a nightly run for an attack."""


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """``stood`` and ``refused`` PINs, ``unknown`` where there was no answer, ``left`` for the next run."""

    stood: int = 0
    refused: int = 0
    unknown: int = 0
    left: int = 0


_QUERY = (
    select(Credential)
    .join(Link, Link.id == Credential.link_id)
    .join(LibraryCard, LibraryCard.id == Link.card_id)
    .join(Account, Account.id == Link.account_id)
    .where(
        Account.ended_at.is_(None),  # no mail is written to it
        LibraryCard.gone_at.is_(None),
        Link.mail_due_at <= bindparam("soon"),
        Link.state == LinkState.ACTIVE.value,
        Credential.state == CredentialState.GOOD.value,
        (Credential.not_before.is_(None)) | (Credential.not_before <= bindparam("now")),
        (Link.until.is_(None)) | (Link.until > bindparam("now")),
    )
    .order_by(Link.mail_due_at, Link.id)
)


class Verification:
    def __init__(self, house: House) -> None:
        self._house = house

    def due(self, now: datetime) -> int:
        """How many cards are to be checked."""
        with self._house.database.reading() as session:
            return len(self._due(session, now))

    def verify(self, now: datetime, limit: int) -> VerificationReport:
        """Check at most ``limit`` cards."""
        stood = refused = unknown = tried = 0
        while tried < limit:
            claim_id, requests = self._claim(now, min(AT_ONCE, limit - tried))
            if not requests:
                break
            tried += len(requests)
            for outcome in self._check(claim_id, requests):
                stood += isinstance(outcome, Verified)
                unknown += isinstance(outcome, LibraryError)
                refused += not isinstance(outcome, Verified | LibraryError)
        return VerificationReport(stood, refused, unknown, self.due(now))

    def _check(self, claim_id: uuid.UUID, requests: Sequence[tuple[uuid.UUID, CardRequest]]) -> list[object]:
        found = self._house.gateway.read_cards(
            [request for _, request in requests],
            deadline=self._house.settings.act_deadline,
            late=partial(Readings(self._house).settle_late, claim_id),
        )
        outcomes: list[object] = []
        with self._house.database.writing() as session:
            lock_links(session, [link_id for link_id, _ in requests])
            for link_id, request in sorted(requests, key=lambda pair: pair[0]):
                outcome = found[request.key].pin
                if outcome is not None:
                    settle(session, self._house, Verdict(link_id, claim_id, outcome))
                    outcomes.append(outcome)
        return outcomes

    def _claim(self, now: datetime, count: int) -> tuple[uuid.UUID, list[tuple[uuid.UUID, CardRequest]]]:
        with self._house.database.writing() as session:
            due = self._due(session, now)[:count]
            lock_links(session, [credential.link_id for credential, _ in due])
            mine = claim(session, {credential.link_id: credential.checked_at for credential, _ in due}, now)
            claimed = {
                credential.link_id: request for credential, request in due if credential.link_id in mine.links
            }
            free = LibraryLocks(self._house).reserve(
                session, {one: (req.library, req.patron.card_number) for one, req in claimed.items()}
            )
            release(session, [link_id for link_id in claimed if link_id not in free], mine.id)
            return mine.id, [(link_id, request) for link_id, request in claimed.items() if link_id in free]

    def _due(self, session: Session, now: datetime) -> list[tuple[Credential, CardRequest]]:
        """Those to be checked that can be: what can't be opened, or must not be sent, is left out."""
        rows = session.scalars(_QUERY, {"soon": now + AHEAD, "now": now}).all()
        return [
            (row, request)
            for row in rows
            if self._is_due(row, now)
            and (request := self._request(row)) is not None
            and not LibraryLocks(self._house).wait(session, request.library, request.patron.card_number)
        ]

    def _is_due(self, credential: Credential, now: datetime) -> bool:
        library = self._house.libraries.get(credential.link.card.library)
        if library is None or library.pin_storage == "none":
            return False
        if state_now(credential.link, now) is not LinkState.ACTIVE:
            return False  # handed over: nothing may be shown through it
        return is_due(credential.checked_at, library.pin_reverify_minutes, now)

    def _request(self, credential: Credential) -> CardRequest | None:
        card = credential.link.card
        if credential.ciphertext is None or credential.key_id is None:
            return None
        pin = unseal(self._house, card.library, credential.link_id, credential.ciphertext, credential.key_id)
        if pin is None:
            return None
        try:
            patron = PatronRef(card.patron_id, number_of(self._house, card))
        except CannotUnseal:
            return None
        return CardRequest(credential.link_id, card.library, patron, pin, frozenset())
