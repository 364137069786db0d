"""The pretend library itself: its people, its day, and what happens to them outside the portal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import (
    Fee,
    HistoryKeeping,
    Hold,
    LibraryNotice,
    PastLoan,
    Payment,
)
from discovery_accounts.connectors.memory.catalogue import PICKUPS, WORKS
from discovery_accounts.connectors.memory.gate import Gate
from discovery_accounts.connectors.memory.population import Population, new_hold
from discovery_accounts.connectors.memory.settings import MemorySettings
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.messages import Channel
from discovery_accounts.domain.money import Money


def _now() -> datetime:
    return datetime.now(UTC)


class MemoryLibrary:
    """One pretend library. It lives as long as whoever opened it; ``people`` are by their permanent id.

    The methods are what happens at the desk, for tests and for trying things out; those that take a
    ``patron_id`` raise ``KeyError`` for nobody's.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        currency: str = "EUR",
        settings: MemorySettings | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.zone = zone
        self.currency = currency
        self.settings = settings or MemorySettings()
        self.gate = Gate(self.settings.delay)
        self._clock = now
        self._population = Population(now(), zone, currency)
        self.people = self._population.people()

    def now(self) -> datetime:
        """The time in the library's own zone."""
        return self._clock().astimezone(self.zone)

    def today(self) -> date:
        """The library's day."""
        return self.now().date()

    def number(self, prefix: str) -> str:
        """An id that nothing else has."""
        return f"{prefix}{next(self._population.numbers)}"

    def change_pin(self, patron_id: str, pin: str) -> None:
        """The person gets another PIN."""
        self.people[patron_id].pin = pin

    def renew_card(self, patron_id: str) -> str:
        """The person gets a card with another number, which is returned; the old one ends."""
        self.people[patron_id].card_number = number = self.number("ML9")
        return number

    def lend(self, patron_id: str, count: int = 1) -> None:
        """Lends so many more works."""
        for _ in range(count):
            loan = self._population.loan(14)
            self.people[patron_id].loans[loan.loan_id] = loan

    def give_back(self, patron_id: str, count: int = 1) -> None:
        """So many loans come back, and into the history of those who keep one."""
        person = self.people[patron_id]
        for loan_id in list(person.loans)[:count]:
            loan = person.loans.pop(loan_id)
            past = PastLoan(
                loan_id, loan.title, loan.author, loan.record_id, loan.checked_out_at, returned_at=self.now()
            )
            if person.keeping is not HistoryKeeping.NOT_KEPT:
                person.history.insert(0, past)

    def place_hold(self, patron_id: str, *, ready: bool = False) -> Hold:
        """A hold on a work that the person has not got; ``ready`` to be fetched for a week."""
        person = self.people[patron_id]
        work = next(WORKS[record_id] for record_id in WORKS if not person.has(record_id))
        hold = replace(new_hold(work, self.number("h"), self.today()), pickup=PICKUPS[0])
        if ready:
            until = self.today() + timedelta(days=7)
            hold = replace(hold, state=HoldState.READY, position=None, ready_until=until)
        person.holds[hold.hold_id] = hold
        return hold

    def charge(self, patron_id: str, amount_minor: int) -> None:
        """The person owes that much more."""
        amount = Money(amount_minor, self.currency)
        fee = Fee(self.number("f"), FeeKind.MANUAL, amount, amount, self.today(), None, "Charged at the desk")
        self.people[patron_id].fees[fee.fee_id] = fee

    def pay(self, patron_id: str) -> None:
        """The person pays everything."""
        person = self.people[patron_id]
        payment = Payment(self.number("y"), person.owed(self.currency), self.today(), "cash")
        person.payments.insert(0, payment)
        none = Money(0, self.currency)
        person.fees = {fee_id: replace(fee, outstanding=none) for fee_id, fee in person.fees.items()}

    def send_notice(self, patron_id: str, subject: str, text: str = "") -> None:
        """The library writes to the person."""
        notice = LibraryNotice(self.number("n"), self.now(), subject, text, Channel.EMAIL, True)
        self.people[patron_id].notices.insert(0, notice)

    def set_birth_date(self, patron_id: str, day: date | None) -> None:
        """The person's date of birth is corrected, or taken out."""
        self.people[patron_id].birth_date = day

    def end_in(self, patron_id: str, days: int) -> None:
        """The membership ends in so many days."""
        self.people[patron_id].expires_on = self.today() + timedelta(days=days)
