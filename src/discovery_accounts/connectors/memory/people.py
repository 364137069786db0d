"""A patron of the pretend library, with everything the library keeps of them."""

from dataclasses import dataclass, field
from datetime import date

from discovery_accounts.connectors.api import (
    Fee,
    HistoryKeeping,
    Hold,
    LibraryNotice,
    Loan,
    MessageSetting,
    PastLoan,
    PatronRecord,
    Payment,
    Relative,
    Suggestion,
)
from discovery_accounts.connectors.people import birth_date, standing_of
from discovery_accounts.domain.messages import MessageKind
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import Block


@dataclass(slots=True, repr=False)
class Person:
    """One patron. ``kind`` tells how the record started (``good``, ``child``, …); later changes do not
    alter it. ``expires_on`` is the last day of the membership."""

    kind: str
    patron_id: str
    card_number: str
    pin: str | None
    given_names: str | None
    family_name: str
    expires_on: date
    email: str | None = None
    phone: str | None = None
    user_name: str | None = None
    shared_id: str | None = None
    identity_code: str | None = None
    birth_date: date | None = None
    mark: str | None = None
    blocks: tuple[Block, ...] = ()
    contact: dict[str, str | bool | None] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    fees: dict[str, Fee] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    history: list[PastLoan] = field(default_factory=list)
    keeping: HistoryKeeping = HistoryKeeping.KEPT
    messages: dict[MessageKind, MessageSetting] = field(default_factory=dict)
    notices: list[LibraryNotice] = field(default_factory=list)
    suggestions: dict[str, Suggestion] = field(default_factory=dict)
    guarantors: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Person({self.kind!r}, {self.patron_id!r})"

    def owed(self, currency: str) -> Money:
        """The sum of what is open."""
        return sum((fee.outstanding for fee in self.fees.values()), start=Money(0, currency))

    def record(self, today: date, currency: str) -> PatronRecord:
        """What the portal is told of the patron."""
        standing, blocks = standing_of(self.blocks, self.expires_on < today)
        return PatronRecord(
            patron_id=self.patron_id,
            card_number=self.card_number,
            standing=standing,
            blocks=blocks,
            expires_on=self.expires_on,
            email=self.email,
            given_names=self.given_names,
            family_name=self.family_name,
            phone=self.phone,
            owed=self.owed(currency),
            born_on=birth_date(self.birth_date, today),
        )

    def has(self, record_id: str) -> bool:
        """Whether the person holds or has borrowed that work."""
        borrowed = any(loan.record_id == record_id for loan in self.loans.values())
        return borrowed or any(hold.record_id == record_id for hold in self.holds.values())

    def relative(self, relation: str) -> Relative:
        """The patron as somebody else's relative."""
        return Relative(self.patron_id, self.given_names, self.family_name, relation)
