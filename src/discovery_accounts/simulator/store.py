"""Everything that can happen to the patrons and loans of a simulated library after it was made."""

from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta

from discovery_accounts.simulator.loans import LOAN_DAYS, due_after
from discovery_accounts.simulator.readings import locked
from discovery_accounts.simulator.records import MAX_RENEWALS, Loan, Patron
from discovery_accounts.simulator.registrations import Registrations
from discovery_accounts.simulator.registrations import UnknownPatronError as UnknownPatronError
from discovery_accounts.simulator.schema import LOAN_COLUMNS


class Store(Registrations):
    """The records of one library with every way to change them.

    All methods that take a `patron_id` raise `UnknownPatronError` when there is none.
    """

    @locked
    def change_pin(self, patron_id: str, new_pin: str) -> None:
        """Gives the patron another PIN."""
        self._set(patron_id, "pin", new_pin)

    @locked
    def renew_card(self, patron_id: str) -> str:
        """A new card number, which is returned. In Alma the old one stays on the record, inactive."""
        old = self._known(patron_id).card_number
        while True:
            spare = self._chance.randrange(1_000_000)
            new = f"21279{spare:06d}" if self.kind == "koha" else f"HK9{spare:06d}"
            if self.by_card(new) is None and self.by_identifier(new) is None:
                break
        if self.kind == "alma" and self._known(patron_id).has_card:
            self._insert(
                "identifiers", "patron_id, id_type, value, active", [(patron_id, "BARCODE", old, False)]
            )
        self._set(patron_id, "card_number", new)
        return new

    @locked
    def block(self, patron_id: str, blocked: bool = True) -> None:
        """Restricts the patron, as for long overdue material; `blocked=False` lifts it."""
        self._set(patron_id, "restricted", blocked)

    @locked
    def expire(self, patron_id: str) -> None:
        """Ends the patron's membership as of thirty days ago."""
        self.end_in(patron_id, -30)

    @locked
    def end_in(self, patron_id: str, days: int) -> None:
        """The patron's membership ends in so many days."""
        self._set(patron_id, "expires_on", (datetime.now(UTC).date() + timedelta(days=days)).isoformat())

    @locked
    def set_birth_date(self, patron_id: str, day: str) -> None:
        """Corrects the patron's date of birth (`2011-12-24`); an empty one is none, and nothing is refused."""
        self._set(patron_id, "birth_date", day)

    @locked
    def add_loans(self, patron_id: str, count: int) -> None:
        """Lends that many more works, due in one to four weeks."""
        self._known(patron_id)
        now = datetime.now(UTC)
        lent = [
            self._maker.lend(patron_id, self._chance, now, self._chance.randint(1, LOAN_DAYS - 1))
            for _ in range(count)
        ]
        self._db.execute("BEGIN")
        self._insert("loans", LOAN_COLUMNS, [astuple(loan) for loan in lent])
        self._db.execute("COMMIT")
        self._changed(patron_id)

    @locked
    def add_past_loans(self, patron_id: str, count: int) -> None:
        """That many more works were lent and came back, the last one yesterday, the others a day before each."""
        self._known(patron_id)
        now = datetime.now(UTC)
        lent = [self._maker.lend(patron_id, self._chance, now, -day) for day in range(1, count + 1)]
        back = [replace(loan, returned_at=loan.due_at - 3600) for loan in lent]
        self._db.execute("BEGIN")
        self._insert("loans", LOAN_COLUMNS, [astuple(loan) for loan in back])
        self._db.execute("COMMIT")
        self._changed(patron_id)

    @locked
    def set_loan_count(self, patron_id: str, count: int) -> None:
        """Lends or takes back, newest first, until the patron has exactly that many current loans."""
        self._known(patron_id)
        surplus = self.loans(patron_id)[count:]
        self._db.executemany("DELETE FROM loans WHERE loan_id = ?", [(loan.loan_id,) for loan in surplus])
        self.add_loans(patron_id, count - len(self.loans(patron_id)))

    @locked
    def count_pin(self, patron_id: str, right: bool) -> None:
        """Keeps the number of wrong PINs in a row; a right one sets it to nothing."""
        self._db.execute(
            "UPDATE patrons SET wrong_pins = CASE WHEN ? THEN 0 ELSE wrong_pins + 1 END WHERE patron_id = ?",
            (right, patron_id),
        )

    @locked
    def renew(self, loan: Loan) -> Loan:
        """The loan with a new due date and one renewal more. Whether it may be renewed is asked before."""
        now = datetime.now(UTC)
        due = due_after(self.kind, now, LOAN_DAYS)
        self._db.execute(
            "UPDATE loans SET due_at = ?, renewals = renewals + 1, renewed_at = ? WHERE loan_id = ?",
            (due, int(now.timestamp()), loan.loan_id),
        )
        self._changed(loan.patron_id)
        return self.loan(loan.loan_id) or loan


def hindrance(patron: Patron, loan: Loan) -> str | None:
    """Why a loan can't be renewed, in Koha's words (`on_reserve`, `too_many`, `restriction`), or `None`."""
    if loan.reserved:
        return "on_reserve"
    if loan.renewals >= MAX_RENEWALS:
        return "too_many"
    return "restriction" if patron.restricted else None
