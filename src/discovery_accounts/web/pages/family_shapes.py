"""What the template of the page of all cards is given; see ``shapes``."""

from dataclasses import dataclass, field
from datetime import date

from discovery_accounts.domain.money import Money
from discovery_accounts.web.pages.list_shapes import HoldView
from discovery_accounts.web.pages.shapes import CardView, LoanView


@dataclass(frozen=True, slots=True)
class Pickup:
    """What is ready at one place; ``place`` is ``None`` where the library did not tell, ``until`` is the first
    day by which something of it must be fetched."""

    place: str | None
    library_title: str
    holds: tuple[HoldView, ...]
    until: date | None

    @property
    def count(self) -> int:
        return len(self.holds)


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed on one card, in each currency; never below zero."""

    card: CardView
    owed: tuple[Money, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attention:
    """Across all cards that are shown: loans overdue and due soon, the first of them; what is ready where; what
    is owed; cards that are not as they should be. ``overdue_total`` and ``soon_total`` count those not listed too."""

    overdue: tuple[LoanView, ...]
    overdue_total: int
    soon: tuple[LoanView, ...]
    soon_total: int
    pickups: tuple[Pickup, ...]
    debts: tuple[Debt, ...]
    troubled: tuple[CardView, ...]

    @property
    def is_urgent(self) -> bool:
        """Whether there is a loan to renew or bring back soon."""
        return bool(self.overdue or self.soon)

    @property
    def is_calm(self) -> bool:
        return not (self.is_urgent or self.pickups or self.debts or self.troubled)


@dataclass(frozen=True, slots=True)
class CardOverview:
    """One card. ``loans`` and ``holds`` are how many there are, ``owed`` the sums, each ``None`` when it is not
    known or may not be seen; ``unseen`` are codes of what may not be, with words in ``words``. ``barcode`` is the
    address where the card itself is shown."""

    card: CardView
    paused: bool
    loans: int | None
    overdue: int
    first: tuple[LoanView, ...]
    holds: int | None
    ready: tuple[HoldView, ...]
    owed: tuple[Money, ...] | None = field(repr=False)
    unseen: tuple[str, ...]
    may_renew: bool
    barcode: str | None
