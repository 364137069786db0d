"""A whole list of loans from its parts: the first tells how many there are, the others come together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from discovery_accounts.connectors.api import Incomplete, Loan, UnexpectedAnswer
from discovery_accounts.connectors.parallel import together

# More than any patron has; beyond it the answer is a mistake, and reading it would be many calls.
MOST_LOANS = 10_000


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan as a library tells it: beside the loan, whose it is and whether it is still out.

    ``owner`` is the library's own id of a person, ``None`` where the row names nobody.
    """

    loan: Loan
    owner: str | None = field(repr=False)
    still_out: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the list, and the length of the whole list when it was made."""

    rows: tuple[LoanRow, ...]
    total: int


Fetch = Callable[[int, int], Awaitable[Part]]
"""Gives the part that begins at that offset, a multiple of the size, which is the second number."""


async def read_all(fetch: Fetch, size: int) -> tuple[LoanRow, ...]:
    """Every loan once, the next due first; ``size`` is the most the library gives at a time.

    A list that changed while it was read is read once more, whole. Raises ``UnexpectedAnswer``
    rather than give a list that lacks a loan.
    """
    for _ in range(2):
        parts = await _parts(fetch, size)
        rows = {row.loan.loan_id: row for part in parts for row in part.rows}
        if {part.total for part in parts} == {parts[0].total} and len(rows) >= parts[0].total:
            return tuple(sorted(rows.values(), key=lambda row: (row.loan.due_at, row.loan.loan_id)))
    raise Incomplete("the list of loans is shorter than announced")


async def _parts(fetch: Fetch, size: int) -> list[Part]:
    first = await fetch(0, size)
    step = len(first.rows)  # smaller than asked for where the library has a limit of its own
    if first.total <= step or step == 0:
        return [first]
    if first.total > MOST_LOANS:
        raise UnexpectedAnswer(f"a list of more than {MOST_LOANS} loans")
    return [
        first,
        *await together([partial(fetch, offset, step) for offset in range(step, first.total, step)]),
    ]
