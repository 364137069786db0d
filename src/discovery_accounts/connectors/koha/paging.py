"""A whole list from its pages: the first tells how many there are, the others come together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from math import ceil

from discovery_accounts.connectors.api import Loan, UnexpectedAnswer
from discovery_accounts.connectors.koha.parallel import together

PAGE_SIZE = 200
# More than any patron has; beyond it the answer is a mistake, and reading it would be many calls.
MOST_LOANS = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and the length of the whole list when it was made."""

    loans: tuple[Loan, ...]
    total: int


Fetch = Callable[[int, int], Awaitable[Page]]
"""Gives the page of that number (from 1) and size."""


async def read_all(fetch: Fetch) -> tuple[Loan, ...]:
    """Every loan once. A list that changed while it was read is read once more, whole.

    Raises ``UnexpectedAnswer`` rather than give a list that lacks a loan.
    """
    for _ in range(2):
        pages = await _pages(fetch)
        loans = {loan.loan_id: loan for page in pages for loan in page.loans}
        if {page.total for page in pages} == {pages[0].total} and len(loans) >= pages[0].total:
            return tuple(sorted(loans.values(), key=lambda loan: (loan.due_at, loan.loan_id)))
    raise UnexpectedAnswer("the list of loans is shorter than announced")


async def _pages(fetch: Fetch) -> list[Page]:
    first = await fetch(1, PAGE_SIZE)
    size = len(first.loans)  # smaller than asked for where the library has a limit of its own
    if first.total <= size or size == 0:
        return [first]
    if first.total > MOST_LOANS:
        raise UnexpectedAnswer(f"a list of more than {MOST_LOANS} loans")
    numbers = range(2, ceil(first.total / size) + 1)
    return [first, *await together([partial(fetch, number, size) for number in numbers])]
