"""What a reading comes to for one card: its state, how old it is, and what may be shown of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from typing import Any

from discovery_accounts.connectors.api import (
    Fee,
    Hold,
    LibraryError,
    Loan,
    NotAPatron,
    PatronRecord,
    WrongPatron,
)
from discovery_accounts.connectors.gateway import CardAnswer, Want
from discovery_accounts.domain.cards import SHOWN, CardState, CredentialState, LinkState
from discovery_accounts.domain.money import Money, totals
from discovery_accounts.domain.pin_check import STALE_FOR
from discovery_accounts.domain.standing import Block, Standing
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.answers import Kept
from discovery_accounts.services.plans import Plan, may_see

_WORSE = (CardState.FRESH, CardState.STALE, CardState.UNAVAILABLE)


class PinVerdict(Enum):
    """Whether the stored PIN still stands, as far as this reading could learn."""

    STANDS = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """One thing read of a card: how fresh it is, of when, and what it is; no records when unavailable."""

    state: CardState
    as_of: datetime | None = None
    records: tuple[Any, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class CardReading:
    """A card and what may be shown of it. ``state`` is that of the part that is worst off, ``as_of`` when the
    library told what is oldest of it. ``parts`` has no entry for what was not wanted, may not be seen, or the
    library can't tell."""

    card: AccountCard
    state: CardState
    as_of: datetime | None = None
    parts: Mapping[Want, Part] = field(default_factory=dict, repr=False)

    @property
    def loans(self) -> tuple[Loan, ...] | None:
        """``None`` when they are not known, or may not be seen."""
        return self._records(Want.LOANS)

    @property
    def holds(self) -> tuple[Hold, ...] | None:
        """As ``loans``."""
        return self._records(Want.HOLDS)

    @property
    def fees(self) -> tuple[Fee, ...] | None:
        """As ``loans``."""
        return self._records(Want.FEES)

    @property
    def owed(self) -> tuple[Money, ...] | None:
        """The sum for each currency; as ``loans``."""
        fees = self.fees
        return self._records(Want.OWED) if fees is None else totals([fee.outstanding for fee in fees])

    def _records(self, want: Want) -> tuple[Any, ...] | None:
        part = self.parts.get(want)
        return None if part is None or part.state not in SHOWN else part.records

    @property
    def standing(self) -> Standing | None:
        return self.card.standing if self._is_told else None

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.card.blocks if self._is_told else ()

    @property
    def expires_on(self) -> date | None:
        return self.card.expires_on if self._is_told else None

    @property
    def _is_told(self) -> bool:
        """Whether the library told it through this link: its row is shared with others who look at the
        card, and a link that may not see anything now must not see what they were told."""
        return self.state in SHOWN


def show(
    plan: Plan, card: AccountCard, answer: CardAnswer | None, pin: PinVerdict, now: datetime
) -> CardReading:
    """The outcome for one card. ``card`` is its row as it is after the reading."""
    if card.link_state is LinkState.PENDING:  # perhaps only since the library was asked
        return CardReading(card, CardState.PENDING_APPROVAL)
    if card.gone_at is not None:
        return CardReading(card, CardState.NOT_A_PATRON)
    refused = _refused(card)
    if refused is not None:
        return CardReading(card, refused)
    if plan.settled is not None:
        return CardReading(card, plan.settled)
    trusted = pin is not PinVerdict.UNKNOWN and not (answer is not None and lies(answer))
    parts: dict[Want, Part] = {}
    for want in Want:
        if want in plan.due and want is not Want.PATRON and may_see(card, want, now):
            part = _part(plan, want, answer if trusted else None, trusted, now)
            if part is not None:
                parts[want] = part
    if parts:
        worst = max(parts.values(), key=lambda part: _WORSE.index(part.state))
        ages = [part.as_of for part in parts.values() if part.as_of is not None]
        return CardReading(card, worst.state, min(ages, default=None), parts)
    return _only_record(plan, card, answer if trusted else None, trusted, now)


def _part(plan: Plan, want: Want, answer: CardAnswer | None, trusted: bool, now: datetime) -> Part | None:
    """One part: what was just told, what is kept and fresh, the last good answer, or that there is none.

    ``None`` for a sum that the library told nothing of.
    """
    if answer is not None and want in plan.want:
        told = _sum(answer) if want is Want.OWED else answer.lists.get(want)
        if isinstance(told, tuple):
            return Part(CardState.FRESH, now, told)
        if want is Want.OWED and told is None:
            return None
    kept = _kept(plan, want)
    if kept is None:
        return Part(CardState.UNAVAILABLE)
    fresh = trusted and want not in plan.want
    return Part(CardState.FRESH if fresh else CardState.STALE, kept.as_of, kept.records)


def _sum(answer: CardAnswer) -> tuple[Money, ...] | LibraryError | NotAPatron | None:
    """What is owed: of the list of fees where that was asked, else as the record tells it."""
    if Want.FEES in answer.lists:
        fees = answer.lists[Want.FEES]
        if isinstance(fees, tuple):
            return totals([fee.outstanding for fee in fees if isinstance(fee, Fee)])
        return fees
    if isinstance(answer.patron, PatronRecord):
        return None if answer.patron.owed is None else (answer.patron.owed,)
    return answer.patron


def _kept(plan: Plan, want: Want) -> Kept | None:
    kept = plan.kept.get(want)
    fees = plan.kept.get(Want.FEES) if want is Want.OWED else None
    if fees is not None and (kept is None or fees.as_of > kept.as_of):
        return Kept(fees.as_of, totals([fee.outstanding for fee in fees.records]))
    return kept


def _only_record(
    plan: Plan, card: AccountCard, answer: CardAnswer | None, trusted: bool, now: datetime
) -> CardReading:
    """Where only the patron's record, or nothing at all, was to be read."""
    told = isinstance(answer.patron, PatronRecord) if answer is not None else False
    if not trusted or (Want.PATRON in plan.want and not told):
        known_at = card.read_at if trusted else _known_at(card)
        if known_at is not None and now - known_at <= STALE_FOR:
            return CardReading(card, CardState.STALE, known_at)
        return CardReading(card, CardState.UNAVAILABLE)
    return CardReading(card, CardState.FRESH, card.read_at)


def _known_at(card: AccountCard) -> datetime | None:
    """When the library told of the card while this link's PIN stood. The card's row is no witness of that: it is
    read for others, too, who may know a new PIN (rules 2.4)."""
    if card.pin is None or card.read_at is None:
        return card.read_at
    return min(card.read_at, card.pin.checked_at) if card.pin.checked_at is not None else None


def lies(answer: CardAnswer) -> bool:
    """Whether any part of the answer was about somebody else: then none of it is shown."""
    return any(isinstance(part, WrongPatron) for part in answer.parts)


def is_gone(answer: CardAnswer) -> bool:
    """Whether the library says that it has no such patron."""
    return any(isinstance(part, NotAPatron) for part in answer.parts)


def _refused(card: AccountCard) -> CardState | None:
    if card.pin is None:
        return None
    if card.pin.state is CredentialState.PIN_CHANGED:
        return CardState.PIN_CHANGED
    if card.pin.state is CredentialState.NO_PIN_HERE and not card.proved:
        return CardState.PIN_NEEDED
    return None
