"""A whole list of loans, as any list is read from its parts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from discovery_accounts.connectors.api import Loan
from discovery_accounts.connectors.listing import Page, read_every


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan as a library tells it: beside the loan, whose it is and whether it is still out.

    ``owner`` is the library's own id of a person, ``None`` where the row names nobody.
    """

    loan: Loan
    owner: str | None = field(repr=False)
    still_out: bool


@dataclass(frozen=True, slots=True)
class Part(Page[LoanRow]):
    """A part of the list of loans."""


Fetch = Callable[[int, int], Awaitable[Part]]
"""Gives the part that begins at that offset, a multiple of the size, which is the second number."""


async def read_all(fetch: Fetch, size: int) -> tuple[LoanRow, ...]:
    """Every loan once, the next due first; ``size`` is the most the library gives at a time.

    Raises ``UnexpectedAnswer`` rather than give a list that lacks a loan.
    """
    rows = await read_every(fetch, size, lambda row: row.loan.loan_id, "loans")
    return tuple(sorted(rows, key=lambda row: (row.loan.due_at, row.loan.loan_id)))
