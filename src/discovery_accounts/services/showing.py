"""What a reading comes to for one card: its state, how old it is, and the loans that may be shown."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto

from discovery_accounts.connectors.api import Loan, NotAPatron, PatronRecord, WrongPatron
from discovery_accounts.connectors.gateway import CardAnswer, Want
from discovery_accounts.domain.cards import CardState, CredentialState
from discovery_accounts.domain.pin_check import STALE_FOR
from discovery_accounts.domain.standing import Block, Standing
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.plans import Plan


class PinVerdict(Enum):
    """Whether the stored PIN still stands, as far as this reading could learn."""

    STANDS = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class CardReading:
    """A card and what may be shown of it. ``as_of`` is when the library told what is shown.

    ``loans`` is ``None`` when they were not wanted, may not be seen, or are not known.
    """

    card: AccountCard
    state: CardState
    as_of: datetime | None = None
    loans: tuple[Loan, ...] | None = field(default=None, repr=False)

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
        return self.state in {CardState.FRESH, CardState.STALE}


def show(
    plan: Plan, card: AccountCard, answer: CardAnswer | None, pin: PinVerdict, now: datetime
) -> CardReading:
    """The outcome for one card. ``card`` is its row as it is after the reading."""
    if card.gone_at is not None and plan.settled is not CardState.PENDING_APPROVAL:
        return CardReading(card, CardState.NOT_A_PATRON)
    refused = _refused(card)
    if refused is not None:
        return CardReading(card, refused)
    if plan.settled is not None:
        return CardReading(card, plan.settled)
    if pin is PinVerdict.UNKNOWN or (answer is not None and lies(answer)):
        return _last_good(plan, card, now)
    if Want.LOANS in plan.want:
        loans = answer.loans if answer is not None else None
        if isinstance(loans, tuple):
            return CardReading(card, CardState.FRESH, now, loans)
        return _last_good(plan, card, now)
    if plan.kept is not None:
        return CardReading(card, CardState.FRESH, plan.kept.as_of, plan.kept.loans)
    if Want.PATRON in plan.want and not (answer and isinstance(answer.patron, PatronRecord)):
        return _last_good(plan, card, now)
    return CardReading(card, CardState.FRESH, card.read_at)


def lies(answer: CardAnswer) -> bool:
    """Whether any part of the answer was about somebody else: then none of it is shown."""
    return any(isinstance(part, WrongPatron) for part in (answer.pin, answer.patron, answer.loans))


def is_gone(answer: CardAnswer) -> bool:
    """Whether the library says that it has no such patron."""
    return isinstance(answer.patron, NotAPatron) or isinstance(answer.loans, NotAPatron)


def _refused(card: AccountCard) -> CardState | None:
    if card.pin is None:
        return None
    if card.pin.state is CredentialState.PIN_CHANGED:
        return CardState.PIN_CHANGED
    if card.pin.state is CredentialState.NO_PIN_HERE and not card.proved:
        return CardState.PIN_NEEDED
    return None


def _last_good(plan: Plan, card: AccountCard, now: datetime) -> CardReading:
    """The last good answer, dated, for at most a day; or that there is none."""
    if plan.kept is not None:
        return CardReading(card, CardState.STALE, plan.kept.as_of, plan.kept.loans)
    if Want.LOANS not in plan.want and card.read_at is not None and now - card.read_at <= STALE_FOR:
        return CardReading(card, CardState.STALE, card.read_at)
    return CardReading(card, CardState.UNAVAILABLE)
