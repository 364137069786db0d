"""What a reading has to ask about each card, decided before any library is asked."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Capability
from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.cards import CardState, CredentialState, LinkProof, LinkState
from discovery_accounts.domain.pin_check import is_due
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.answers import Kept

RECORD_RECENT = timedelta(seconds=10)
"""A record read so lately is not asked again even when everything else is asked anew."""


@dataclass(frozen=True, slots=True)
class Need:
    """What showing something asks of the link, and of the library (any of ``capabilities``)."""

    action: Action
    capabilities: frozenset[Capability]


NEEDS: Mapping[Want, Need] = {
    Want.LOANS: Need(Action.SEE_LOANS, frozenset({Capability.LIST_LOANS})),
    Want.HOLDS: Need(Action.SEE_HOLDS, frozenset({Capability.LIST_HOLDS})),
    Want.FEES: Need(Action.SEE_FEES, frozenset({Capability.LIST_FEES})),
    Want.OWED: Need(Action.SEE_FEES, frozenset({Capability.LIST_FEES})),
}
"""The patron's record needs nothing: how a card stands may be seen by everybody who has it."""


def may_see(card: AccountCard, want: Want, now: datetime) -> bool:
    """Whether the account may see that of the card."""
    needed = NEEDS.get(want)
    return needed is None or authorize(card.access, needed.action, now) is Verdict.ALLOWED


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

    ``due`` is what the reading is to tell in the end: ``want``, and what is kept and fresh enough. ``claim``
    is the right to send the PIN, once it was taken.
    """

    card: AccountCard
    settled: CardState | None = None
    want: frozenset[Want] = frozenset()
    pin: PinPlan = PinPlan.FREE
    kept: Mapping[Want, Kept] = field(default_factory=dict, repr=False)
    due: frozenset[Want] = frozenset()
    claim: uuid.UUID | None = None

    @property
    def asks(self) -> bool:
        return self.settled is None and (bool(self.want) or self.pin is not PinPlan.FREE)


@dataclass(frozen=True, slots=True)
class Planner:
    """Decides for the cards of one reading. ``libraries`` are those with sound settings, ``able`` tells by
    its name what a library can do. Without ``ask`` only what is kept is shown, dated."""

    libraries: Mapping[str, LibrarySettings]
    able: Callable[[str], frozenset[Capability]]
    want: frozenset[Want]
    refresh: bool
    now: datetime
    ask: bool = True

    def plan(self, card: AccountCard, kept: Mapping[Want, Kept]) -> Plan:
        """The plan for one card, before PIN checks are claimed: ``CHECK`` here means "due"."""
        settled = self._settled(card)
        if settled is not None:
            return Plan(card, settled)
        due = self._allowed(card)
        kept = {want: copy for want, copy in kept.items() if self._may_show(want, due)}
        if not self.ask:
            return Plan(card, None, frozenset(), PinPlan.PAUSED, kept, due)
        want = self._missing(card, due, kept)
        # what is shown again from a minute ago needs no check; what is asked anew, or acted on, does, and so does
        # the record alone, which may have been told to somebody else
        again = bool(due - {Want.PATRON}) and not want
        pin = PinPlan.FREE if again else self._pin(card)
        return Plan(card, None, want, pin, kept, due)

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
        """What of the wanted this account may see, and the library can tell."""
        able = self.able(card.library)
        return frozenset(
            want
            for want in self.want
            if (needed := NEEDS.get(want)) is None
            or (able & needed.capabilities and may_see(card, want, self.now))
        )

    @staticmethod
    def _may_show(want: Want, due: frozenset[Want]) -> bool:
        return want in due or (want is Want.FEES and Want.OWED in due)

    def _missing(self, card: AccountCard, due: frozenset[Want], kept: Mapping[Want, Kept]) -> frozenset[Want]:
        """What is due and not known freshly enough."""
        lasts = timedelta(seconds=self.libraries[card.library].cache_seconds)
        fresh = {want for want, copy in kept.items() if not self.refresh and self.now - copy.as_of < lasts}
        if Want.FEES in fresh:
            fresh.add(Want.OWED)
        missing = due - fresh
        record_lasts = RECORD_RECENT if self.refresh else max(lasts, RECORD_RECENT)
        if card.read_at is not None and card.gone_at is None and self.now - card.read_at < record_lasts:
            missing -= {Want.PATRON}
        return missing

    def _pin(self, card: AccountCard) -> PinPlan:
        pin = card.pin
        if pin is None or not self._stores(card):
            return PinPlan.FREE  # given in this session
        if not is_due(pin.checked_at, self.libraries[card.library].pin_reverify_minutes, self.now):
            return PinPlan.FREE
        if pin.not_before is not None and pin.not_before > self.now:
            return PinPlan.PAUSED
        return PinPlan.CHECK
