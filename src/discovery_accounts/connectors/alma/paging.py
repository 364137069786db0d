"""A whole list from its parts: the first tells how many there are, the others come together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from discovery_accounts.connectors.alma.parallel import together
from discovery_accounts.connectors.alma.records import LoanRow
from discovery_accounts.connectors.api import UnexpectedAnswer

LIMIT = 100  # the most Alma gives at a time
# More than any patron has; beyond it the answer is a mistake, and reading it would be many calls.
MOST_LOANS = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the list, and the length of the whole list when it was made."""

    rows: tuple[LoanRow, ...]
    total: int


Fetch = Callable[[int], Awaitable[Part]]
"""Gives the part that begins at that offset."""


async def read_all(fetch: Fetch) -> tuple[LoanRow, ...]:
    """Every loan once, the next due first. A list that changed while it was read is read once more.

    Raises ``UnexpectedAnswer`` rather than give a list that lacks a loan.
    """
    for _ in range(2):
        parts = await _parts(fetch)
        rows = {row.loan.loan_id: row for part in parts for row in part.rows}
        if {part.total for part in parts} == {parts[0].total} and len(rows) >= parts[0].total:
            return tuple(sorted(rows.values(), key=lambda row: (row.loan.due_at, row.loan.loan_id)))
    raise UnexpectedAnswer("the list of loans is shorter than announced")


async def _parts(fetch: Fetch) -> list[Part]:
    first = await fetch(0)
    step = len(first.rows)
    if first.total <= step or step == 0:
        return [first]
    if first.total > MOST_LOANS:
        raise UnexpectedAnswer(f"a list of more than {MOST_LOANS} loans")
    return [first, *await together([partial(fetch, offset) for offset in range(step, first.total, step)])]
