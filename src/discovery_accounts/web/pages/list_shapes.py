"""What the templates of holds, fees and past loans are given; see ``shapes``."""

from dataclasses import dataclass, field
from datetime import date, datetime

from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.money import Money
from discovery_accounts.web.pages.shapes import CardView


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold on a page. ``pickup`` is the place's name; the four ``may_…`` say which buttons it has."""

    id: str
    card: CardView
    title: str | None
    author: str | None
    state: HoldState
    position: int | None = None
    pickup: str | None = None
    placed_on: date | None = None
    ready_until: date | None = None
    wanted_until: date | None = None
    suspended_until: date | None = None
    may_cancel: bool = False
    may_change_pickup: bool = False
    may_suspend: bool = False
    may_resume: bool = False
    record: str | None = None
    """What a button that adds it to the favourites sends; ``None`` where the library tells of no record."""


@dataclass(frozen=True, slots=True)
class CardFilter:
    """Whose things a list shows: all ``cards`` of the account, and the ids of those ``chosen``; empty for all."""

    cards: tuple[CardView, ...]
    chosen: tuple[str, ...] = ()

    @property
    def one(self) -> CardView | None:
        """The only one chosen."""
        found = [card for card in self.cards if card.id in self.chosen]
        return found[0] if len(found) == 1 else None

    @property
    def query(self) -> dict[str, tuple[str, ...]]:
        """What keeps the choice in an address."""
        return {"card": self.chosen} if self.chosen else {}


@dataclass(frozen=True, slots=True)
class CardLimits:
    """What is not shown of a card, or can't be done with it here: codes with words in ``words``."""

    card: CardView
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardChoice:
    """A card that a hold may be placed with, and where that goes on; ``why_not`` is a code of a refusal."""

    card: CardView
    address: str
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class FeeView:
    """One line; ``open`` is what is still owed of ``amount``, below zero for a credit."""

    kind: FeeKind
    description: str | None = field(repr=False)
    title: str | None
    amount: Money = field(repr=False)
    open: Money = field(repr=False)
    charged_on: date | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class CardFees:
    """The fees of one card; ``owed`` are its sums, one for each currency, empty when nothing is owed."""

    card: CardView
    fees: tuple[FeeView, ...] = field(repr=False)
    owed: tuple[Money, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PaymentView:
    """Money that came in; ``method`` in the library's own words."""

    amount: Money = field(repr=False)
    paid_on: date | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True)
class PastLoanView:
    """A loan that was returned."""

    title: str | None
    author: str | None
    taken_at: datetime | None
    returned_at: datetime | None
    record: str | None = None
    """As with holds."""
    record_id: str | None = None
    """By which the library's catalogue knows it."""
