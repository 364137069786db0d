"""Reading what a simulated library knows, from SQLite; `store` adds the changes."""

from collections.abc import Callable
from dataclasses import astuple
from functools import update_wrapper
from random import Random
from threading import RLock
from typing import Concatenate, ParamSpec, TypeVar
from weakref import finalize

from discovery_accounts.simulator.loans import LoanMaker, number_of
from discovery_accounts.simulator.population import populate
from discovery_accounts.simulator.records import (
    Biblio,
    Identifier,
    LibraryKind,
    Loan,
    Patron,
    SimulatedPatron,
)
from discovery_accounts.simulator.schema import LOAN_COLUMNS, PATRON_COLUMNS, connect, loan_from, patron_from

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Readings")


def locked(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Lets one thread at a time into the database."""

    def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            return method(self, *args, **kwargs)

    update_wrapper(run, method)
    return run


class Readings:
    """One library's patrons, loans and catalogue. `path` is a file, or `:memory:`.

    A file that already has patrons is taken as it is; an empty one is filled with the population of
    that kind and seed. `version` grows with every change of what can be read about a patron.
    """

    def __init__(self, kind: LibraryKind, seed: int = 1, patrons: int = 40, path: str = ":memory:") -> None:
        self.kind = kind
        self._lock = RLock()
        self._db = connect(path)
        finalize(self, self._db.close)
        self._chance = Random(f"{kind}-{seed}-later")
        self._versions: dict[str, int] = {}
        if not self._number("SELECT count(*) FROM patrons"):
            self._fill(seed, patrons)
        rows = self._db.execute("SELECT biblio_id, title, subtitle, author, year, language FROM biblios")
        self.biblios: dict[int, Biblio] = {row[0]: Biblio(*row) for row in rows}
        last = number_of(kind, self._number("SELECT coalesce(max(loan_id), 0) FROM loans"))
        self._maker = LoanMaker(kind, tuple(self.biblios.values()), first_number=max(last, 0) + 1)

    def _fill(self, seed: int, patrons: int) -> None:
        population = populate(self.kind, seed, patrons)
        self._db.execute("BEGIN")
        self._insert("patrons", PATRON_COLUMNS, [astuple(p) for p in population.patrons])
        self._insert(
            "biblios",
            "biblio_id, title, subtitle, author, year, language",
            [astuple(b) for b in population.biblios],
        )
        self._insert(
            "identifiers", "patron_id, id_type, value, active", [astuple(i) for i in population.identifiers]
        )
        self._insert("loans", LOAN_COLUMNS, [astuple(loan) for loan in population.loans])
        self._insert(
            "attributes", "attribute_id, patron_id, type, value", [astuple(a) for a in population.attributes]
        )
        self._db.execute("COMMIT")

    def _insert(self, table: str, columns: str, rows: list[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * (columns.count(",") + 1))
        self._db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)

    def _number(self, sql: str, *values: object) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])

    def _patron(self, condition: str, *values: object) -> Patron | None:
        row = self._db.execute(f"SELECT {PATRON_COLUMNS} FROM patrons WHERE {condition}", values).fetchone()
        return patron_from(row) if row else None

    def version(self, patron_id: str) -> int:
        """A number that changes whenever anything about the patron does."""
        return self._versions.get(patron_id, 0)

    def _changed(self, patron_id: str) -> None:
        self._versions[patron_id] = self.version(patron_id) + 1

    # --- reading

    @locked
    def patron(self, patron_id: str) -> Patron | None:
        """The patron with that permanent id."""
        return self._patron("patron_id = ?", patron_id)

    @locked
    def by_primary_id(self, patron_id: str) -> Patron | None:
        """As `patron`, whatever letters are capitals."""
        return self._patron("patron_id = ? COLLATE NOCASE", patron_id)

    @locked
    def by_card(self, card_number: str) -> Patron | None:
        """The patron whose card number is exactly that."""
        return self._patron("card_number = ?", card_number)

    @locked
    def by_userid(self, userid: str) -> Patron | None:
        """The patron with that user name."""
        return self._patron("userid = ?", userid)

    @locked
    def by_identifier(self, value: str, id_type: str | None = None) -> Patron | None:
        """The patron with that further identifier, active or not; of one type, or of any."""
        return self._patron(
            "patron_id = (SELECT patron_id FROM identifiers WHERE value = ? "
            "AND (? IS NULL OR id_type = ?) ORDER BY active DESC LIMIT 1)",
            value,
            id_type,
            id_type,
        )

    @locked
    def every_patron(self) -> list[Patron]:
        """All patrons, in the order of the population."""
        rows = self._db.execute(f"SELECT {PATRON_COLUMNS} FROM patrons ORDER BY position")
        return [patron_from(row) for row in rows]

    @locked
    def patron_count(self) -> int:
        """How many patrons there are."""
        return self._number("SELECT count(*) FROM patrons")

    @locked
    def somebody_else(self, patron_id: str) -> Patron | None:
        """The first other patron who has loans: whose data the `other_patron` fault shows."""
        return self._patron(
            "patron_id <> ? AND EXISTS (SELECT 1 FROM loans WHERE loans.patron_id = "
            "patrons.patron_id AND returned_at IS NULL) ORDER BY position LIMIT 1",
            patron_id,
        )

    @locked
    def identifiers(self, patron_id: str) -> list[Identifier]:
        """The patron's further identifiers, oldest first."""
        rows = self._db.execute(
            "SELECT patron_id, id_type, value, active FROM identifiers WHERE patron_id = ? ORDER BY rowid",
            (patron_id,),
        )
        return [Identifier(row[0], row[1], row[2], bool(row[3])) for row in rows]

    @locked
    def loans(self, patron_id: str, returned: bool = False) -> list[Loan]:
        """The patron's current loans, or the returned ones, by loan number."""
        rows = self._db.execute(
            f"SELECT {LOAN_COLUMNS} FROM loans WHERE patron_id = ? "
            "AND (returned_at IS NOT NULL) = ? ORDER BY loan_id",
            (patron_id, returned),
        )
        return [loan_from(row) for row in rows]

    @locked
    def loan(self, loan_id: int) -> Loan | None:
        """The loan with that number, current or returned."""
        row = self._db.execute(f"SELECT {LOAN_COLUMNS} FROM loans WHERE loan_id = ?", (loan_id,)).fetchone()
        return loan_from(row) if row else None

    @locked
    def simulated_patrons(self) -> tuple[SimulatedPatron, ...]:
        """Everybody with card number, PIN and number of current loans."""
        counts = dict(
            self._db.execute(
                "SELECT patron_id, count(*) FROM loans WHERE returned_at IS NULL GROUP BY patron_id"
            ).fetchall()
        )
        return tuple(
            SimulatedPatron(
                p.patron_id,
                p.card_number if p.has_card else "",
                p.pin,
                p.given_name,
                p.family_name,
                p.email,
                p.birth_date,
                counts.get(p.patron_id, 0),
                p.kind,
            )
            for p in self.every_patron()
        )
