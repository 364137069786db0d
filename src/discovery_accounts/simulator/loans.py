"""Makes loans: the fixed stories of the named patrons and plain ones for everybody else."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from discovery_accounts.simulator.records import MAX_RENEWALS, Biblio, LibraryKind, Loan, Patron

#: A loan lasts this many days, and a renewal gives as many again from the day it is made.
LOAN_DAYS = 28
_ZONES: dict[str, str] = {"koha": "Europe/Helsinki", "alma": "Europe/Helsinki"}
#: Days until due of the first patron's loans: the first is overdue, the second nearly due,
#: the third is reserved by somebody else and the fourth can't be renewed any more.
_GOOD_DUE = (-3, 2, 9, 12, 20, 27)
_PAST_LOANS = 3


def zone(kind: LibraryKind) -> ZoneInfo:
    """The time zone a library of that kind keeps its closing times in."""
    return ZoneInfo(_ZONES[kind])


def due_after(kind: LibraryKind, now: datetime, days: int) -> int:
    """The last minute (23:59 local time) of the day that is `days` from now, in seconds since 1970."""
    local = zone(kind)
    day = now.astimezone(local).date() + timedelta(days=days)
    return int(datetime.combine(day, time(23, 59), local).timestamp())


def number_of(kind: LibraryKind, loan_id: int) -> int:
    """The running number behind a loan id."""
    return loan_id - 5000 if kind == "koha" else (loan_id - 10_000_000_000) // 10


class LoanMaker:
    """Gives out loan, item and barcode numbers and picks what is lent."""

    def __init__(self, kind: LibraryKind, biblios: Sequence[Biblio], first_number: int = 1) -> None:
        self._kind = kind
        self._biblios = biblios
        self._number = first_number - 1

    def starting_loans(self, patron: Patron, count: int, chance: Random, now: datetime) -> Iterable[Loan]:
        """What a patron has at the start; the `good` named patron also has returned loans."""
        if count == len(_GOOD_DUE) and patron.patron_id in ("101", "u1001"):
            return self._good_loans(patron, chance, now)
        return [
            self.lend(patron.patron_id, chance, now, chance.randint(1, LOAN_DAYS - 1)) for _ in range(count)
        ]

    def lend(self, patron_id: str, chance: Random, now: datetime, due_in_days: int) -> Loan:
        """One loan of a copy of any work, due at the end of the day that many days from now."""
        self._number += 1
        number = self._number
        taken = now.astimezone(UTC) - timedelta(days=LOAN_DAYS - due_in_days, hours=chance.randint(0, 5))
        koha = self._kind == "koha"
        return Loan(
            loan_id=5000 + number if koha else 10_000_000_000 + number * 10 + 1,
            patron_id=patron_id,
            item_id=7000 + number if koha else 23_000_000_000 + number * 10 + 1,
            barcode=f"31270{number:07d}" if koha else f"NB{200000 + number}",
            biblio_id=chance.choice(self._biblios).biblio_id,
            taken_at=int(taken.timestamp()),
            due_at=due_after(self._kind, now, due_in_days),
        )

    def _good_loans(self, patron: Patron, chance: Random, now: datetime) -> Iterable[Loan]:
        loans = [self.lend(patron.patron_id, chance, now, days) for days in _GOOD_DUE]
        loans[2] = replace(loans[2], reserved=True)
        loans[3] = replace(loans[3], renewals=MAX_RENEWALS, renewed_at=loans[3].taken_at + 3600)
        for days in range(1, _PAST_LOANS + 1):
            past = self.lend(patron.patron_id, chance, now, -30 * days)
            loans.append(replace(past, returned_at=past.due_at - 86_400))
        return loans
