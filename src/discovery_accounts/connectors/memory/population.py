"""The people of a pretend library: the same ones every time, their days counted from today."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count, cycle
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import (
    Fee,
    Hold,
    LibraryNotice,
    Loan,
    MessageSetting,
    PastLoan,
    Payment,
    Suggestion,
)
from discovery_accounts.connectors.memory.catalogue import CHILDREN, PICKUPS, WORKS, Work
from discovery_accounts.connectors.memory.people import Person
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.messages import Channel, MessageKind
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.renewal import NotRenewable
from discovery_accounts.domain.standing import Block, BlockCode
from discovery_accounts.domain.suggestions import SuggestionState

LOAN_DAYS = 28
MOST_RENEWALS = 5
_STORIES = (
    ("good", "1234", "Aino", 6),
    ("child", "2345", "Eero", 4),
    ("no_loans", "3456", "Helmi", 0),
    ("many_loans", "4567", "Onni", 230),
    ("blocked", "5678", "Liisa", 3),
    ("expired", "6789", "Matti", 2),
)
_GOOD_DUE = (-3, 2, 9, 12, 20, 27)
_EMAIL, _SMS = Channel.EMAIL, Channel.SMS


class Population:
    """Makes the first people and what they have. ``numbers`` goes on where it ended."""

    def __init__(self, now: datetime, zone: ZoneInfo, currency: str) -> None:
        self.numbers = count(1001)
        self._now = now.astimezone(zone)
        self._zone = zone
        self._currency = currency
        self._works = cycle(work for work in WORKS.values() if not work.reference)

    def people(self) -> dict[str, Person]:
        """Everybody by their permanent id. The first answers for the second, a child."""
        found = {person.patron_id: person for person in self._people()}
        good, child, _, _, blocked, _ = found.values()
        child.guarantors.append(good.patron_id)
        self._desk_of_good(good)
        self._hold(child, HoldState.READY, pickup=2, ready_until=self._day(2))
        self._fee(child, FeeKind.OVERDUE, 60)
        self._fee(blocked, FeeKind.LOST, 2450)
        self._fee(blocked, FeeKind.MANUAL, -150)
        return found

    def loan(self, due_in: int) -> Loan:
        """A loan of the next work, due at the end of that day."""
        work, number = next(self._works), next(self.numbers)
        return Loan(
            loan_id=f"l{number}",
            title=work.title,
            due_at=due_after(self._now, due_in),
            author=work.author,
            barcode=f"B{number}",
            record_id=work.record_id,
            checked_out_at=self._now - timedelta(days=LOAN_DAYS - due_in),
            renewals=0,
            renewable=True,
        )

    def _people(self) -> Iterator[Person]:
        for number, (kind, pin, name, loans) in enumerate(_STORIES, 1):
            person = Person(
                kind=kind,
                patron_id=f"p{100 + number}",
                card_number=f"ML{10000 + number}",
                pin=pin,
                given_names=name,
                family_name="Olavi",
                expires_on=self._day(-45 if kind == "expired" else 700),
                email=f"reader{number}@memory.example",
                phone=f"+35840000{1000 + number}",
                user_name=f"reader{number}",
                birth_date=self._day(-365 * (10 if kind == "child" else 30)),
                contact={"street": f"Library Street {number}", "postal_code": "00100", "city": "Helsinki"},
                messages={setting.kind: setting for setting in _SETTINGS},
            )
            if kind == "blocked":
                person.blocks = (Block(BlockCode.RESTRICTED, "Long overdue material"),)
            due = _GOOD_DUE if kind == "good" else [1 + 5 * n % LOAN_DAYS for n in range(loans)]
            person.loans = {loan.loan_id: loan for loan in map(self.loan, due)}
            yield person

    def _desk_of_good(self, good: Person) -> None:
        ids = list(good.loans)
        self._hinder(good, ids[2], NotRenewable.ON_HOLD_FOR_ANOTHER)
        self._hinder(good, ids[3], NotRenewable.TOO_MANY_RENEWALS, renewals=MOST_RENEWALS)
        self._hold(good, HoldState.READY, ready_until=self._day(4))
        self._hold(good, HoldState.WAITING, pickup=1, position=3, wanted_until=self._day(120))
        self._hold(good, HoldState.IN_TRANSIT)
        self._hold(good, HoldState.SUSPENDED, position=1, suspended_until=self._day(30))
        self._fee(good, FeeKind.OVERDUE, 240)
        self._fee(good, FeeKind.HOLD, 100, paid=True)
        good.payments.append(Payment("y301", Money(100, self._currency), self._day(-45), "card"))
        for ago in (90, 60, 30):
            past, back = self.loan(-ago), self._now - timedelta(days=ago)
            good.history.insert(0, PastLoan(past.loan_id, past.title, past.author, past.record_id,
                                            past.checked_out_at, back))  # fmt: skip
        good.notices = [
            LibraryNotice("n402", self._now - timedelta(days=1), "Due soon", "Two loans are due.", _SMS, False),
            LibraryNotice("n401", self._now - timedelta(days=2), "Your hold is ready", "At Main Library.",
                          _EMAIL, True),
        ]  # fmt: skip
        good.suggestions = {
            "s501": Suggestion("s501", "Norrtullsligan", SuggestionState.ORDERED, "Wägner, Elin", self._day(-40)),
            "s502": Suggestion("s502", "A very dear facsimile", SuggestionState.REJECTED, None,
                               self._day(-90), "Too dear for us."),
        }  # fmt: skip

    def _hinder(self, person: Person, loan_id: str, because: NotRenewable, renewals: int = 0) -> None:
        loan = person.loans[loan_id]
        person.loans[loan_id] = replace(
            loan, renewals=renewals, renewable=False, not_renewable_because=because
        )

    def _hold(
        self,
        person: Person,
        state: HoldState,
        *,
        pickup: int = 0,
        position: int | None = None,
        ready_until: date | None = None,
        wanted_until: date | None = None,
        suspended_until: date | None = None,
    ) -> None:
        held = new_hold(self._next_work(person), f"h{next(self.numbers)}", self._day(-9))
        person.holds[held.hold_id] = replace(
            held,
            state=state,
            pickup=PICKUPS[pickup],
            position=position,
            ready_until=ready_until,
            wanted_until=wanted_until,
            suspended_until=suspended_until,
        )

    def _next_work(self, person: Person) -> Work:
        fit = (work for work in WORKS.values() if not (work.reference or work.adults))
        return next(work for work in fit if not person.has(work.record_id))

    def _fee(self, person: Person, kind: FeeKind, amount: int, paid: bool = False) -> None:
        fee = Fee(
            f"f{next(self.numbers)}",
            kind,
            Money(amount, self._currency),
            Money(0 if paid else amount, self._currency),
            self._day(-3),
            next(iter(WORKS.values())).title if kind is not FeeKind.MANUAL else None,
        )
        person.fees[fee.fee_id] = fee

    def _day(self, days: int) -> date:
        return self._now.date() + timedelta(days=days)


def due_after(now: datetime, days: int) -> datetime:
    """The end of the day that is so many days from now, where ``now`` is in the library's zone."""
    return datetime.combine(now.date() + timedelta(days=days), time(23, 59), now.tzinfo)


def new_hold(work: Work, hold_id: str, day: date) -> Hold:
    """A hold that waits."""
    return Hold(
        hold_id, work.title, HoldState.WAITING, work.author, work.record_id, placed_on=day, position=1
    )


def pickups_of(person: Person) -> tuple[str, ...]:
    """The ids of the places where the person may fetch holds."""
    child = person.kind == "child"
    return tuple(place.location_id for place in PICKUPS if child or place.location_id != CHILDREN)


_BOTH = frozenset({_EMAIL, _SMS})
_SETTINGS = (
    MessageSetting(MessageKind.HOLD_READY, frozenset({_EMAIL}), _BOTH),
    MessageSetting(MessageKind.DUE, frozenset({_EMAIL}), _BOTH, digest=False),
    MessageSetting(
        MessageKind.ADVANCE_NOTICE, frozenset(), _BOTH, digest=True, days_ahead=3, most_days_ahead=30
    ),
    MessageSetting(MessageKind.OVERDUE, frozenset({Channel.PRINT}), frozenset()),
)
