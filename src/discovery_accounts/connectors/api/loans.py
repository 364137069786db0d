"""Loans of today, and renewing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.api.patrons import NotAPatron


@dataclass(frozen=True, slots=True)
class Loan:
    """One item on loan.

    ``loan_id`` is the library's own id of the loan, unique within the library. Dates are aware
    and carry the library's zone. ``renewable`` is ``None`` when the list does not tell; then
    :class:`AsksRenewability` may. ``not_renewable_because`` is a code of
    :data:`discovery_accounts.domain.renewal.REASONS`.
    """

    loan_id: str
    title: str | None
    due_at: datetime
    author: str | None = None
    barcode: str | None = None
    record_id: str | None = None
    checked_out_at: datetime | None = None
    renewals: int | None = None
    renewable: bool | None = None
    not_renewable_because: str | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """The loan was renewed; the new due date."""

    loan_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class NotRenewed:
    """The library said no; ``because`` is a code of ``domain.renewal.REASONS``."""

    loan_id: str
    because: str


@dataclass(frozen=True, slots=True)
class NoSuchLoan:
    """The patron has no such loan: returned meanwhile, or somebody else's."""

    loan_id: str


@dataclass(frozen=True, slots=True)
class RenewalUnknown:
    """The library did not answer in time or failed; the loan may or may not be renewed."""

    loan_id: str


Renewal = Renewed | NotRenewed | NoSuchLoan | RenewalUnknown


@runtime_checkable
class ListsLoans(Protocol):
    """``Capability.LIST_LOANS``: all of them, whatever the library's page size."""

    async def list_loans(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron: ...


@runtime_checkable
class AsksRenewability(Protocol):
    """``Capability.ASK_RENEWABILITY``: one loan, with ``renewable`` true or false."""

    async def read_loan(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan: ...


@runtime_checkable
class RenewsLoans(Protocol):
    """``Capability.RENEW_LOANS``."""

    async def renew_loans(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """Renew the given loans, or all when ``None``; one result each, never all or nothing.

        A loan that is not this patron's is ``NoSuchLoan`` and no renewal of it is sent. Raises
        ``LibraryError`` only when nothing could be tried at all.
        """
        ...
