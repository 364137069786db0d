"""A connector without a library behind it: it answers, waits or fails as it is told."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from discovery_accounts.connectors.api import (
    Capability,
    Change,
    Connector,
    Fee,
    Hold,
    Loan,
    NoSuchLoan,
    NotAPatron,
    PatronDetails,
    PatronRecord,
    PatronRef,
    Rejected,
    Removal,
    Removed,
    Renewal,
    Renewed,
    Verification,
    Verified,
)
from discovery_accounts.connectors.registry import Libraries
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import Standing

DUE = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)


class StandIn:
    """One patron ``57`` with card ``A1``, PIN ``1234`` and one loan.

    ``waits`` (seconds) and ``fails`` are by the name of a method; ``asked`` lists what was asked, with
    the card number where one was used.
    """

    capabilities: frozenset[Capability] = frozenset(list(Capability)[:9]) | {
        Capability.LIST_HOLDS,
        Capability.LIST_FEES,
    }
    absent: Mapping[Capability, str] = dict.fromkeys(
        frozenset(Capability) - capabilities, "the stand-in has none"
    )
    checks_pin_by_number = True
    tells_owed = False

    def __init__(
        self,
        *,
        card_number: str | None = "A1",
        waits: Mapping[str, float] | None = None,
        fails: Mapping[str, Exception] | None = None,
        patron: PatronRecord | NotAPatron | None = None,
        loans: tuple[Loan, ...] | NotAPatron | None = None,
    ) -> None:
        self.card_number = card_number
        self.waits = dict(waits or {})
        self.fails = dict(fails or {})
        self.patron = patron or PatronRecord("57", card_number, Standing.GOOD)
        self.loans = loans if loans is not None else (Loan("L1", "Kalevala", DUE),)
        self.found = 1
        self.asked: list[str] = []
        self.cancelled: list[str] = []
        self.closed = False

    async def _serve(self, method: str, detail: str = "") -> None:
        self.asked.append(f"{method} {detail}".strip())
        try:
            await asyncio.sleep(self.waits.get(method, 0))
        except asyncio.CancelledError:
            self.cancelled.append(method)
            raise
        if method in self.fails:
            raise self.fails[method]

    async def verify_patron(self, card_number: str, pin: str) -> Verification:
        await self._serve("verify_patron", card_number)
        return self._verdict(card_number, pin)

    async def check_pin(self, patron: PatronRef, pin: str) -> Verification:
        await self._serve("check_pin", patron.card_number)
        return self._verdict(patron.card_number, pin)

    def _verdict(self, card_number: str, pin: str) -> Verification:
        accepted = pin == "1234" and card_number == self.card_number
        return Verified("57", card_number) if accepted else Rejected()

    async def read_patron(self, patron_id: str) -> PatronRecord | NotAPatron:
        await self._serve("read_patron")
        return self.patron

    async def list_loans(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        await self._serve("list_loans")
        return self.loans

    async def list_holds(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        await self._serve("list_holds")
        return (Hold("H1", "Kalevala", HoldState.WAITING),)

    async def list_fees(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron:
        await self._serve("list_fees")
        return (Fee("F1", FeeKind.OVERDUE, Money(240, "EUR"), Money(140, "EUR")),)

    async def read_loan(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        await self._serve("read_loan", loan_id)
        return Loan(loan_id, "Kalevala", DUE, renewable=True) if loan_id == "L1" else NoSuchLoan(loan_id)

    async def renew_loans(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        await self._serve("renew_loans")
        return tuple(Renewed(loan_id, DUE) for loan_id in (loan_ids or ["L1"]) if loan_id != "untold")

    match_fields = ("userid",)

    async def find_patrons(self, field: str, value: str) -> tuple[PatronRecord, ...]:
        await self._serve("find_patrons", field)
        return () if isinstance(self.patron, NotAPatron) else (self.patron,) * self.found

    async def find_by_email(self, email: str) -> tuple[PatronRecord, ...]:
        await self._serve("find_by_email")
        return () if isinstance(self.patron, NotAPatron) else (self.patron,) * self.found

    async def make_patron(self, details: PatronDetails, once: str) -> PatronRecord:
        await self._serve("make_patron", once)
        return PatronRecord("58", None, Standing.GOOD)

    async def change_patron(self, patron_id: str, changes: PatronDetails) -> Change:
        await self._serve("change_patron")
        return self.patron

    async def remove_patron(self, patron_id: str) -> Removal:
        await self._serve("remove_patron")
        return Removed()

    async def close(self) -> None:
        self.closed = True
        await self._serve("close")


class Reader(StandIn):
    """A connector that can't check PINs nor renew."""

    capabilities = frozenset({Capability.READ_PATRON, Capability.LIST_LOANS})
    absent: Mapping[Capability, str] = dict.fromkeys(frozenset(Capability) - capabilities, "only at the desk")


def libraries(**connectors: Connector) -> Libraries:
    return Libraries(connectors)
