"""A whole list from its parts, whatever is listed: the first tells how many there are, the others come together."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from discovery_accounts.connectors.api import Incomplete, UnexpectedAnswer
from discovery_accounts.connectors.parallel import together

Row = TypeVar("Row")

# More than any patron has; beyond it the answer is a mistake, and reading it would be many calls.
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A part of the list, and the length of the whole list when it was made."""

    rows: tuple[Row, ...]
    total: int


async def read_every(
    fetch: Callable[[int, int], Awaitable[Page[Row]]],
    size: int,
    key: Callable[[Row], Hashable],
    what: str,
) -> tuple[Row, ...]:
    """Every row once, in the order of the list. ``fetch`` gives the part that begins at an offset; ``size`` is
    the most the library gives at a time, ``key`` what tells rows apart, ``what`` is listed.

    A list that changed while it was read is read once more, whole. Raises ``UnexpectedAnswer`` rather than
    give a list that lacks a row.
    """
    for _ in range(2):
        pages = await _pages(fetch, size, what)
        rows = {key(row): row for page in pages for row in page.rows}
        if {page.total for page in pages} == {pages[0].total} and len(rows) >= pages[0].total:
            return tuple(rows.values())
    raise Incomplete(f"the list of {what} is shorter than announced")


async def _pages(fetch: Callable[[int, int], Awaitable[Page[Row]]], size: int, what: str) -> list[Page[Row]]:
    first = await fetch(0, size)
    step = len(first.rows)  # smaller than asked for where the library has a limit of its own
    if first.total <= step or step == 0:
        return [first]
    if first.total > MOST_ROWS:
        raise UnexpectedAnswer(f"a list of more than {MOST_ROWS} {what}")
    return [
        first,
        *await together([partial(fetch, offset, step) for offset in range(step, first.total, step)]),
    ]
