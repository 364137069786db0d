"""Reading and changing the records of the desk."""

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from discovery_accounts.simulator.desk.records import (
    Branch,
    Fee,
    Hold,
    Notice,
    Payment,
    Relation,
    Suggestion,
)
from discovery_accounts.simulator.desk.starting import starting_records
from discovery_accounts.simulator.desk.tables import TABLE
from discovery_accounts.simulator.readings import locked
from discovery_accounts.simulator.store import Store

BRANCHES = (
    Branch("MAIN", "Main Library"),
    Branch("EAST", "Eastern Library"),
    Branch("KIDS", "Children’s Library", children_only=True),
    Branch("STACKS", "Closed stacks", pickup=False),
)
#: The most holds a patron may have at a time.
MOST_HOLDS = 8
#: Above this many minor units owed, no hold is placed.
MOST_OWED = 2000
#: Works that nobody may hold: reference only.
NOT_FOR_LOAN = frozenset({310, 325})
#: Works for grown-ups.
FOR_ADULTS = frozenset({317, 324})
SHELF_DAYS = 7

_KINDS: dict[type, str] = {
    Hold: "hold",
    Fee: "fee",
    Payment: "payment",
    Notice: "notice",
    Suggestion: "suggestion",
    Relation: "relation",
}
_NUMBER = {"hold": "hold_id", "fee": "fee_id", "payment": "payment_id", "notice": "notice_id",
           "suggestion": "suggestion_id"}  # fmt: skip
R = TypeVar("R", Hold, Fee, Payment, Notice, Suggestion, Relation)


class Desk(Store):
    """The store with its desk. Methods that take a `patron_id` to add to raise `UnknownPatronError`."""

    def open_desk(self) -> None:
        """Makes the table and, once for a database, what is there at the start."""
        self._db.executescript(TABLE)
        if not self._number("SELECT count(*) FROM desk_filled"):
            self._db.execute("INSERT INTO desk_filled VALUES (1)")
            for record in starting_records(self.every_patron(), tuple(self.biblios.values())):
                self._keep(record)

    def _keep(self, record: Any) -> None:
        kind = _KINDS[type(record)]
        number = getattr(record, _NUMBER[kind]) if kind in _NUMBER else self.next_desk_number()
        self._db.execute(
            "REPLACE INTO desk VALUES (?, ?, ?, ?)",
            (kind, number, record.patron_id, json.dumps(asdict(record))),
        )
        self._changed(record.patron_id)

    @locked
    def next_desk_number(self) -> int:
        """A number that no record of the desk has had."""
        return max(self._number("SELECT coalesce(max(number), 0) FROM desk"), 900) + 1

    @locked
    def keep(self, record: Hold | Fee | Payment | Notice | Suggestion | Relation) -> None:
        """Adds the record, or replaces the one of the same number."""
        self._known(record.patron_id)
        self._keep(record)

    @locked
    def records(self, kind: type[R], patron_id: str | None = None) -> list[R]:
        """All records of that kind, of one patron or of everybody, oldest first."""
        rows = self._db.execute(
            "SELECT record FROM desk WHERE kind = ? AND (? IS NULL OR patron_id = ?) ORDER BY number",
            (_KINDS[kind], patron_id, patron_id),
        )
        return [kind(**json.loads(row[0])) for row in rows]

    @locked
    def record(self, kind: type[R], number: int) -> R | None:
        """The record of that number."""
        row = self._db.execute(
            "SELECT record FROM desk WHERE kind = ? AND number = ?", (_KINDS[kind], number)
        ).fetchone()
        return kind(**json.loads(row[0])) if row else None

    @locked
    def drop(self, kind: type[R], number: int) -> None:
        """Removes the record."""
        found = self.record(kind, number)
        self._db.execute("DELETE FROM desk WHERE kind = ? AND number = ?", (_KINDS[kind], number))
        if found is not None:
            self._changed(found.patron_id)

    # --- papers

    @locked
    def paper(self, patron_id: str, name: str) -> Any:
        """What a system keeps of the patron in a shape of its own (choices, what waits for staff), or `None`."""
        row = self._db.execute(
            "SELECT paper FROM desk_papers WHERE patron_id = ? AND name = ?", (patron_id, name)
        ).fetchone()
        return json.loads(row[0]) if row else None

    @locked
    def keep_paper(self, patron_id: str, name: str, paper: Any) -> None:
        """Replaces it; `None` throws it away."""
        self._known(patron_id)
        if paper is None:
            self._db.execute("DELETE FROM desk_papers WHERE patron_id = ? AND name = ?", (patron_id, name))
        else:
            self._db.execute(
                "REPLACE INTO desk_papers VALUES (?, ?, ?)", (patron_id, name, json.dumps(paper))
            )
        self._changed(patron_id)

    # --- holds

    def place_hold(self, patron_id: str, biblio_id: int, branch: str, /, **more: Any) -> Hold:
        """A new hold at the end of the queue. Whether it may be placed is asked of `hold_hindrance` before."""
        with self._lock:
            return self._place(patron_id, biblio_id, branch, more)

    def _place(self, patron_id: str, biblio_id: int, branch: str, more: dict[str, Any]) -> Hold:
        self._known(patron_id)
        queue = [hold for hold in self.records(Hold) if hold.biblio_id == biblio_id]
        hold = Hold(
            self.next_desk_number(),
            patron_id,
            biblio_id,
            branch,
            _today().isoformat(),
            position=len(queue) + 1,
        )
        hold = replace(hold, **more)
        self._keep(hold)
        return hold

    @locked
    def shelve(self, hold_id: int) -> Hold:
        """The hold is ready to be fetched, for `SHELF_DAYS`."""
        hold = self.record(Hold, hold_id)
        if hold is None:
            raise LookupError(f"no hold {hold_id}")
        until = (_today() + timedelta(days=SHELF_DAYS)).isoformat()
        ready = replace(hold, state="ready", position=0, ready_until=until, suspended=False)
        self._keep(ready)
        return ready

    def pickups(self, patron_id: str) -> list[Branch]:
        """Where this patron may fetch holds."""
        patron = self.patron(patron_id)
        child = patron is not None and patron.child
        return [branch for branch in BRANCHES if branch.pickup and (child or not branch.children_only)]

    def hold_hindrance(self, patron_id: str, biblio_id: int) -> str | None:
        """Why the patron may not hold that work, or `None`: `no_record`, `restricted`, `expired`, `debt`,
        `not_for_loan`, `already_held`, `already_on_loan`, `age`, `too_many`."""
        patron = self._known(patron_id)
        mine = self.records(Hold, patron_id)
        checks = (
            (biblio_id not in self.biblios, "no_record"),
            (patron.restricted, "restricted"),
            (patron.expires_on < _today().isoformat(), "expired"),
            (self.owed(patron_id) > MOST_OWED, "debt"),
            (biblio_id in NOT_FOR_LOAN, "not_for_loan"),
            (any(hold.biblio_id == biblio_id for hold in mine), "already_held"),
            (any(loan.biblio_id == biblio_id for loan in self.loans(patron_id)), "already_on_loan"),
            (patron.child and biblio_id in FOR_ADULTS, "age"),
            (len(mine) >= MOST_HOLDS, "too_many"),
        )
        return next((word for hindered, word in checks if hindered), None)

    # --- fees

    def owed(self, patron_id: str) -> int:
        """All that is open, in minor units, with what `set_fees` made the patron owe."""
        lines = sum(fee.outstanding for fee in self.records(Fee, patron_id))
        return lines + round(self.obligations(patron_id).fees * 100)

    def open_fees(self, patron_id: str) -> list[Fee]:
        """The open lines; what `set_fees` made the patron owe is the last one."""
        lines = [fee for fee in self.records(Fee, patron_id) if fee.outstanding]
        extra = round(self.obligations(patron_id).fees * 100)
        if extra:
            day = _today().isoformat()
            lines.append(Fee(1, patron_id, "manual", extra, extra, day, None, "Charged at the desk"))
        return lines

    # --- history

    @locked
    def delete_history(self, patron_id: str) -> int:
        """Removes the patron's returned loans; how many there were."""
        self._known(patron_id)
        gone = self._db.execute(
            "DELETE FROM loans WHERE patron_id = ? AND returned_at IS NOT NULL", (patron_id,)
        ).rowcount
        self._changed(patron_id)
        return gone

    # --- family

    def family(self, patron_id: str) -> tuple[list[Relation], list[Relation]]:
        """Who answers for the patron, and for whom the patron answers."""
        relations = self.records(Relation)
        return (
            [one for one in relations if one.patron_id == patron_id],
            [one for one in relations if one.guarantor_id == patron_id],
        )


def _today() -> date:
    return datetime.now(UTC).date()
