"""From what is published about groups, no number under the threshold can be computed: by no sum and no difference."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_accounts.domain.small_groups import (
    UNKNOWN,
    Cells,
    Published,
    common_rows,
    merged,
    merged_together,
)

COLUMNS = ("0", "1-3", "4-11")
NAMES = ("a", "b", "c")
counts = st.lists(st.integers(0, 25), min_size=9, max_size=9)
Vector = tuple[int, ...]


def reduced(vectors: Sequence[Vector]) -> list[tuple[int, list[Fraction]]]:
    """The vectors in echelon form: each with the place of its first number."""
    found: list[tuple[int, list[Fraction]]] = []
    for vector in vectors:
        rest = remainder(found, vector)
        place = next((place for place, value in enumerate(rest) if value), None)
        if place is not None:
            found.append((place, [value / rest[place] for value in rest]))
    return found


def remainder(basis: Sequence[tuple[int, list[Fraction]]], vector: Vector) -> list[Fraction]:
    """What is left of a vector once all that the basis can say is taken away."""
    rest = [Fraction(value) for value in vector]
    for place, line in basis:
        if rest[place]:
            rest = [value - rest[place] * other for value, other in zip(rest, line, strict=True)]
    return rest


def indicators(table: Published, keys: Sequence[tuple[str, ...]], column_at: int = 1) -> Iterator[Vector]:
    """Every number of the published table as what it sums up: cells, sums of rows and of columns, everything."""
    for rows in (*((row,) for row in table.rows), table.rows):
        for columns in (*((column,) for column in table.columns), table.columns):
            some, bands = set(chain(*rows)), set(chain(*columns))
            yield tuple(int(key[0] in some and key[column_at] in bands) for key in keys)


@settings(max_examples=60, deadline=None)
@given(counts, st.integers(1, 12))
def test_no_group_of_cells_under_the_threshold_can_be_computed(numbers: list[int], threshold: int) -> None:
    keys = list(product(NAMES, COLUMNS))
    cells = dict(zip(keys, numbers, strict=True))
    totals = {name: sum(cells[name, column] for column in COLUMNS) for name in NAMES}
    table = merged(cells, common_rows(totals, threshold), COLUMNS, threshold)
    if table is None:
        assert sum(numbers) < threshold
        return
    basis = reduced(list(indicators(table, keys)))
    for size in range(1, len(keys) + 1):
        for some in combinations(keys, size):
            if sum(cells[key] for key in some) < threshold:
                assert any(remainder(basis, tuple(int(key in some) for key in keys))), some


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=27, max_size=27), st.integers(2, 12))
def test_two_tables_about_the_same_people_tell_no_more_together(numbers: list[int], threshold: int) -> None:
    keys = list(product(NAMES, COLUMNS, COLUMNS))
    people = dict(zip(keys, numbers, strict=True))
    rows = common_rows(
        {name: sum(people[key] for key in keys if key[0] == name) for name in NAMES}, threshold
    )
    vectors: list[Vector] = []
    for at in (1, 2):
        cells = {
            (name, band): sum(people[key] for key in keys if key[0] == name and key[at] == band)
            for name, band in product(NAMES, COLUMNS)
        }
        table = merged(cells, rows, COLUMNS, threshold)
        vectors += indicators(table, keys, at) if table is not None else ()
    basis = reduced(vectors)
    for name, at, band in product(NAMES, (None, 1, 2), COLUMNS):
        some = [key for key in keys if key[0] == name and (at is None or key[at] == band)]
        if sum(people[key] for key in some) < threshold:
            assert any(remainder(basis, tuple(int(key in some) for key in keys))), (name, at, band)


LACKING = (*COLUMNS, UNKNOWN)
PEOPLE = list(product(NAMES, COLUMNS, LACKING))


def some_lack(numbers: Sequence[int]) -> tuple[dict[tuple[str, str, str], int], tuple[Cells, Cells]]:
    """People by row and two bands, of which the second may be known of nobody; and the two tables of those known."""
    people = dict(zip(PEOPLE, numbers, strict=True))
    tables = [
        {
            (name, band): sum(people[key] for key in PEOPLE if key[0] == name and key[at] == band)
            for name, band in product(NAMES, COLUMNS)
        }
        for at in (1, 2)
    ]
    return people, (tables[0], tables[1])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=36, max_size=36), st.integers(2, 12))
def test_tables_about_the_same_people_of_whom_one_lacks_some_tell_no_more_together(
    numbers: list[int], threshold: int
) -> None:
    people, tables = some_lack(numbers)
    published = merged_together([(cells, COLUMNS) for cells in tables], threshold)
    vectors = [
        vector
        for at, table in zip((1, 2), published, strict=True)
        if table is not None
        for vector in indicators(table, PEOPLE, at)
    ]
    basis = reduced(vectors)
    groups = [names for size in (1, 2) for names in combinations(NAMES, size)]
    for names, at, band in product(groups, (None, 1, 2), LACKING):
        some = [key for key in PEOPLE if key[0] in names and (at is None or key[at] == band)]
        if some and sum(people[key] for key in some) < threshold:
            assert any(remainder(basis, tuple(int(key in some) for key in PEOPLE))), (names, at, band)


def test_who_is_missing_in_one_table_is_not_the_difference_of_two() -> None:
    loans = {("a", "0"): 13, ("b", "0"): 5, ("c", "0"): 12}
    ages = {("a", "0"): 11, ("b", "0"): 5, ("c", "0"): 12}
    one, other = merged_together([(loans, ("0",)), (ages, ("0",))], 10)
    assert one is not None
    assert other is not None
    assert one.rows == other.rows == (("a",), ("b", "c"))
    assert other.columns == (("0", UNKNOWN),)
    assert one.cells == other.cells == ((13,), (17,))


def test_a_row_of_which_a_table_has_nobody_is_not_in_it() -> None:
    loans = {("a", "0"): 13, ("b", "0"): 30}
    one, other = merged_together([(loans, ("0",)), ({("b", "0"): 30}, ("0",))], 10)
    assert one is not None
    assert other is not None
    assert (one.rows, other.rows) == ((("a",), ("b",)), (("b",),))


@settings(max_examples=100, deadline=None)
@given(counts, st.integers(1, 30))
def test_everybody_is_counted_once(numbers: list[int], threshold: int) -> None:
    cells = dict(zip(product(NAMES, COLUMNS), numbers, strict=True))
    totals = {name: sum(cells[name, column] for column in COLUMNS) for name in NAMES}
    table = merged(cells, common_rows(totals, threshold), COLUMNS, threshold)
    if table is not None:
        assert sum(table.row_sums) == sum(table.column_sums) == sum(numbers)
        assert sorted(chain(*table.rows)) == list(NAMES)
        assert tuple(chain(*table.columns)) == COLUMNS
        assert min(chain(*table.cells)) >= threshold


def test_large_groups_stay_as_they_are() -> None:
    cells = dict.fromkeys(product(NAMES, COLUMNS), 10)
    table = merged(cells, common_rows(dict.fromkeys(NAMES, 30), 10), COLUMNS, 10)
    assert table is not None
    assert table.rows == tuple((name,) for name in NAMES)
    assert table.columns == tuple((column,) for column in COLUMNS)


@pytest.mark.parametrize(
    ("totals", "groups"),
    [
        ({"a": 9, "b": 30, "c": 40}, (("c",), ("a", "b"))),
        ({"a": 9, "b": 3, "c": 40}, (("c",), ("a", "b"))),
        ({"a": 10, "b": 11}, (("a",), ("b",))),
        ({"a": 4, "b": 5}, ()),
        ({}, ()),
    ],
)
def test_small_rows_are_put_together_and_never_left_alone(
    totals: dict[str, int], groups: tuple[tuple[str, ...], ...]
) -> None:
    assert common_rows(totals, 10) == groups


def test_a_small_library_does_not_take_the_bands_of_all_others() -> None:
    cells = {(name, column): 500 for name in ("a", "b") for column in COLUMNS} | {("c", "0"): 12}
    totals = {"a": 1500, "b": 1500, "c": 12}
    table = merged(cells, common_rows(totals, 10), COLUMNS, 10)
    assert table is not None
    assert len(table.columns) == len(COLUMNS)
    assert len(table.rows) == 2
