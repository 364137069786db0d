"""What a reading has to ask about each card, decided before any library is asked."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.cards import CardState, CredentialState, LinkProof, LinkState
from discovery_accounts.domain.pin_check import is_due
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.answers import KeptLoans

RECORD_RECENT = timedelta(seconds=10)
"""A record read so lately is not asked again even when everything else is asked anew."""


class PinPlan(Enum):
    """``FREE``: no check is due. ``CHECK``: ours to make. ``AWAIT``: another reading is making it.
    ``PAUSED``: due, but it must not be sent now."""

    FREE = auto()
    CHECK = auto()
    AWAIT = auto()
    PAUSED = auto()


@dataclass(frozen=True, slots=True)
class Plan:
    """For one card: ``settled`` is its state when nothing is to be asked; else what to ask.

    ``claim`` is the right to send the PIN, once it was taken.
    """

    card: AccountCard
    settled: CardState | None = None
    want: frozenset[Want] = frozenset()
    pin: PinPlan = PinPlan.FREE
    kept: KeptLoans | None = field(default=None, repr=False)
    claim: uuid.UUID | None = None

    @property
    def asks(self) -> bool:
        return self.settled is None and (bool(self.want) or self.pin is not PinPlan.FREE)


@dataclass(frozen=True, slots=True)
class Planner:
    """Decides for the cards of one reading. ``libraries`` are those with sound settings."""

    libraries: Mapping[str, LibrarySettings]
    want: frozenset[Want]
    refresh: bool
    now: datetime

    def plan(self, card: AccountCard, kept: KeptLoans | None) -> Plan:
        """The plan for one card, before PIN checks are claimed: ``CHECK`` here means "due"."""
        settled = self._settled(card)
        if settled is not None:
            return Plan(card, settled)
        if Want.LOANS not in self._allowed(card):
            kept = None
        want = self._missing(card, kept)
        # what is shown again from a minute ago needs no check; what is asked anew, or acted on, does
        pin = self._pin(card) if want or not self.want else PinPlan.FREE
        return Plan(card, None, want, pin, kept)

    def _settled(self, card: AccountCard) -> CardState | None:
        if card.link_state is LinkState.PENDING:
            return CardState.PENDING_APPROVAL
        library = self.libraries.get(card.library)
        if library is None:
            return CardState.UNAVAILABLE
        if not self._stores(card):
            if card.pin is not None and card.pin.state is CredentialState.PIN_CHANGED:
                return CardState.PIN_CHANGED
            without_pin = card.pin is None and card.proof is not LinkProof.PIN
            return None if card.proved or without_pin else CardState.PIN_NEEDED
        return None

    def _stores(self, card: AccountCard) -> bool:
        """Whether there is a PIN to check; one stored before the library chose to store none is not used."""
        stored = card.pin is not None and card.pin.ciphertext is not None
        return stored and self.libraries[card.library].pin_storage == "encrypted"

    def _allowed(self, card: AccountCard) -> frozenset[Want]:
        if authorize(card.access, Action.SEE_LOANS, self.now) is Verdict.ALLOWED:
            return self.want
        return self.want - {Want.LOANS}

    def _missing(self, card: AccountCard, kept: KeptLoans | None) -> frozenset[Want]:
        """What is wanted and not known freshly enough."""
        lasts = timedelta(seconds=self.libraries[card.library].cache_seconds)
        missing = set(self._allowed(card))
        if kept is not None and not self.refresh and self.now - kept.as_of < lasts:
            missing.discard(Want.LOANS)
        record_lasts = RECORD_RECENT if self.refresh else max(lasts, RECORD_RECENT)
        if card.read_at is not None and card.gone_at is None and self.now - card.read_at < record_lasts:
            missing.discard(Want.PATRON)
        return frozenset(missing)

    def _pin(self, card: AccountCard) -> PinPlan:
        pin = card.pin
        if pin is None or not self._stores(card):
            return PinPlan.FREE  # given in this session
        if not is_due(pin.checked_at, self.libraries[card.library].pin_reverify_minutes, self.now):
            return PinPlan.FREE
        if pin.not_before is not None and pin.not_before > self.now:
            return PinPlan.PAUSED
        return PinPlan.CHECK
