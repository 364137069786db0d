"""Small groups of people are merged, so that nobody can be counted out of a table (rules 9.5).

What is published is a table whose rows and columns are whole groups of the first ones. Every number that can be
computed from its cells and sums is a sum of its cells, and every cell is at least the threshold: so no smaller number
can be computed, by any subtraction. Tables about the same people must share their rows and count everybody:
``common_rows`` first, and ``merged_together`` where a table may lack some of the people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Group = tuple[str, ...]
Cells = Mapping[tuple[str, str], int]
UNKNOWN = "unknown"
"""The column of people whom another table about the same people counts, and this one does not."""


@dataclass(frozen=True, slots=True)
class Published:
    """``cells`` has a line for each of ``rows`` and a number for each of ``columns``; a group of more than one name
    is counted together."""

    rows: tuple[Group, ...]
    columns: tuple[Group, ...]
    cells: tuple[tuple[int, ...], ...] = field(repr=False)

    @property
    def row_sums(self) -> tuple[int, ...]:
        return tuple(map(sum, self.cells))

    @property
    def column_sums(self) -> tuple[int, ...]:
        return tuple(sum(line) for line in zip(*self.cells, strict=True))


def common_rows(totals: Mapping[str, int], threshold: int) -> tuple[Group, ...]:
    """Groups of rows of at least ``threshold`` each: the small ones together, with the next larger ones if need be.
    Empty where all together are fewer."""
    if sum(totals.values()) < max(1, threshold):
        return ()
    order = sorted(totals, key=lambda name: (totals[name], name))
    small = [name for name in order if totals[name] < threshold]
    rest = order[len(small) :]
    while small and sum(totals[name] for name in small) < threshold:
        small.append(rest.pop(0))
    groups = [(name,) for name in rest]
    return (*sorted(groups), *((tuple(sorted(small)),) if small else ()))


def merged_together(
    tables: Sequence[tuple[Cells, Sequence[str]]], threshold: int
) -> tuple[Published | None, ...]:
    """Tables about the same people, each given as cells and columns, that can be set against each other. Whom one of
    them lacks it counts as ``UNKNOWN``, after its last column: else who is missing would be the difference of two
    tables. Rows of which a table has nobody at all are left out of it."""
    totals = [_totals(cells) for cells, _ in tables]
    names = {name for one in totals for name in one}
    people = {name: max(one.get(name, 0) for one in totals) for name in names}
    rows = common_rows(people, threshold)
    found = []
    for (cells, columns), told in zip(tables, totals, strict=True):
        here = [row for row in rows if any(told.get(name) for name in row)]
        lacking = {(name, UNKNOWN): people[name] - told.get(name, 0) for row in here for name in row}
        if any(lacking.values()):
            found.append(merged({**cells, **lacking}, here, (*columns, UNKNOWN), threshold))
        else:
            found.append(merged(cells, here, columns, threshold))
    return tuple(found)


def _totals(cells: Cells) -> dict[str, int]:
    totals: dict[str, int] = {}
    for (name, _), number in cells.items():
        totals[name] = totals.get(name, 0) + number
    return totals


def merged(cells: Cells, rows: Sequence[Group], columns: Sequence[str], threshold: int) -> Published | None:
    """The table with the most cells that keeps the threshold: of all ways to put the smallest rows together, each with
    neighbouring columns merged as far as it needs. ``rows`` are those of ``common_rows``; the columns have an order.
    ``None`` where even all together are too few."""
    if not rows or not columns:
        return None
    order = sorted(rows, key=lambda group: (_count(cells, group, columns), group))
    best: Published | None = None
    for together in range(1, len(order) + 1):
        one = tuple(sorted(name for group in order[:together] for name in group))
        groups = [*sorted(order[together:]), one] if together > 1 else sorted(order)
        found = _with_columns(cells, groups, columns, max(1, threshold))
        if found is not None and (best is None or _size(found) > _size(best)):
            best = found
    return best


def _with_columns(
    cells: Cells, rows: Sequence[Group], columns: Sequence[str], threshold: int
) -> Published | None:
    """These rows with neighbouring columns merged until every cell is large enough."""
    groups: list[Group] = [(name,) for name in columns]
    counts = [[_count(cells, row, group) for row in rows] for group in groups]
    while any(min(column) < threshold for column in counts):
        if len(groups) == 1:
            return None
        place = min(range(len(groups)), key=lambda number: min(counts[number]))
        first = _neighbour(counts, place)
        groups[first : first + 2] = [groups[first] + groups[first + 1]]
        both = zip(counts[first], counts[first + 1], strict=True)
        counts[first : first + 2] = [[one + other for one, other in both]]
    return Published(tuple(rows), tuple(groups), tuple(zip(*counts, strict=True)))


def _neighbour(counts: Sequence[Sequence[int]], place: int) -> int:
    """The first of the two columns to merge: ``place`` and the smaller one beside it."""
    if place == 0:
        return 0
    if place == len(counts) - 1 or sum(counts[place - 1]) <= sum(counts[place + 1]):
        return place - 1
    return place


def _count(cells: Cells, row: Group, columns: Sequence[str]) -> int:
    return sum(cells.get((name, column), 0) for name in row for column in columns)


def _size(table: Published) -> int:
    return len(table.rows) * len(table.columns)
