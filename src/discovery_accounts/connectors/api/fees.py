"""Fees that are open, fees that were paid, and payments."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.api.patrons import NotAPatron
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.money import Money


@dataclass(frozen=True, slots=True)
class Fee:
    """One line: what was charged and what of it is still open, in the library's currency.

    ``title`` is of the work it is about, ``description`` the library's own words. An amount below zero
    is a credit. ``disputed`` fees are looked at by staff.
    """

    fee_id: str
    kind: FeeKind
    amount: Money = field(repr=False)
    outstanding: Money = field(repr=False)
    charged_on: date | None = None
    title: str | None = None
    description: str | None = field(default=None, repr=False)
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in. ``method`` in the library's own words."""

    payment_id: str
    amount: Money = field(repr=False)
    paid_on: date | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentHistory:
    """Fees with nothing open any more, and payments, newest first; ``None`` where the library has no list."""

    paid: tuple[Fee, ...] | None = field(default=None, repr=False)
    payments: tuple[Payment, ...] | None = field(default=None, repr=False)


@runtime_checkable
class ListsFees(Protocol):
    """``Capability.LIST_FEES``: everything that is open, credits too, with titles and without a call for each."""

    async def list_fees(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron: ...


@runtime_checkable
class ListsPayments(Protocol):
    """``Capability.LIST_PAYMENTS``."""

    async def list_payments(self, patron_id: str) -> PaymentHistory | NotAPatron: ...
