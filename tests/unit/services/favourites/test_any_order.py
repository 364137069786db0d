"""Whatever is done to favourites in whatever order, nothing is lost or there twice, and every place is one's own."""

import uuid
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.favourites import actor_of, make_account, make_list, new_item
from tests.factories.rows import rows
from tests.fixtures.databases import ON_SQLITE

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.favourites import Order
from discovery_accounts.models import FavouriteItem
from discovery_accounts.services.favourites.acts import Acts
from discovery_accounts.services.favourites.items import Items
from discovery_accounts.services.favourites.shapes import Act, ItemChange, ItemRow, Step, Wish
from discovery_accounts.services.house import House

Lists = tuple[uuid.UUID, uuid.UUID]
NUMBERS = st.integers(0, 6)
ACTS = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 1), NUMBERS),
    st.tuples(st.just("remove"), st.integers(0, 1), st.sets(NUMBERS, max_size=4)),
    st.tuples(st.just("move"), st.integers(0, 1), st.sets(NUMBERS, max_size=4)),
    st.tuples(st.just("copy"), st.integers(0, 1), st.sets(NUMBERS, max_size=4)),
    st.tuples(st.just("put"), st.integers(0, 1), st.tuples(NUMBERS, NUMBERS)),
    st.tuples(st.just("step"), st.integers(0, 1), st.tuples(NUMBERS, st.sampled_from(Step))),
    st.tuples(st.just("undo"), st.integers(0, 1), NUMBERS),
)


class Model:
    """What a person would expect: two lists of record names in order, and what was taken out of them."""

    def __init__(self, house: House, ada: Actor, lists: Lists) -> None:
        self.house, self.ada, self.lists = house, ada, lists
        self.acts: list[Act] = []

    def shown(self, which: int) -> tuple[ItemRow, ...]:
        return Items(self.house).page(self.ada, self.lists[which], Wish(Order.MANUAL)).items

    def everywhere(self) -> set[str]:
        return {item.record_id for which in (0, 1) for item in self.shown(which)}

    def do(self, what: str, which: int, how: Any) -> None:
        before, there = self.everywhere(), [item.record_id for item in self.shown(which)]
        getattr(self, what)(which, how)
        after = self.everywhere()
        if what in {"move", "copy", "put", "step"}:
            assert after == before
        if what in {"put", "step"}:
            assert sorted(there) == sorted(item.record_id for item in self.shown(which))
        if what == "add":
            assert after == before | {f"r{how}"}
        self.check()

    def check(self) -> None:
        """Every place is one's own, of removed items, too; no record is in a list twice."""
        for list_id in self.lists:
            found = rows(self.house, FavouriteItem, list_id=list_id)
            assert len({row.position for row in found}) == len(found)
            live = [(row.source, row.record_id) for row in found if row.removed_at is None]
            assert len(set(live)) == len(live)

    def add(self, which: int, number: int) -> None:
        Items(self.house).add(self.ada, self.lists[which], new_item(number))

    def _chosen(self, which: int, numbers: set[int]) -> list[uuid.UUID] | None:
        """``None``, all, where no number is chosen."""
        if not numbers:
            return None
        chosen = [item.id for item in self.shown(which) if int(item.record_id[1:]) in numbers]
        return chosen or None

    def remove(self, which: int, numbers: set[int]) -> None:
        chosen = self._chosen(which, numbers)
        self.acts.append(Acts(self.house).remove(self.ada, self.lists[which], chosen))

    def move(self, which: int, numbers: set[int]) -> None:
        chosen, to = self._chosen(which, numbers), self.lists[1 - which]
        self.acts.append(Acts(self.house).move(self.ada, self.lists[which], chosen, to))

    def copy(self, which: int, numbers: set[int]) -> None:
        chosen, to = self._chosen(which, numbers), self.lists[1 - which]
        self.acts.append(Acts(self.house).copy(self.ada, self.lists[which], chosen, to))

    def put(self, which: int, how: tuple[int, int]) -> None:
        shown = self.shown(which)
        if shown:
            item, rival = shown[how[0] % len(shown)], shown[how[1] % len(shown)]
            change = ItemChange(position=rival.position)
            Items(self.house).change(self.ada, self.lists[which], item.id, change)

    def step(self, which: int, how: tuple[int, Step]) -> None:
        shown = self.shown(which)
        if shown:
            Items(self.house).step(self.ada, self.lists[which], shown[how[0] % len(shown)].id, how[1])

    def undo(self, _which: int, number: int) -> None:
        if self.acts:
            act = self.acts.pop(number % len(self.acts))
            undone = Acts(self.house).undo(self.ada, act.id)
            assert undone.items + undone.left == act.items


@ON_SQLITE
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(ACTS, max_size=14))
def test_whatever_is_done_nothing_is_lost(house: House, acts: list[tuple[str, int, Any]]) -> None:
    ada = actor_of(house, make_account(house))
    model = Model(house, ada, (make_list(house, ada.account_id, 3), make_list(house, ada.account_id)))
    for what, which, how in acts:
        model.do(what, which, how)


@ON_SQLITE
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["remove", "move", "copy"]), st.sets(NUMBERS, max_size=4), st.integers(0, 4))
def test_an_act_undone_at_once_leaves_everything_as_it_was(
    house: House, what: str, numbers: set[int], shared: int
) -> None:
    ada = actor_of(house, make_account(house))
    lists = (make_list(house, ada.account_id, 7, noted=True), make_list(house, ada.account_id, shared))
    model = Model(house, ada, lists)
    before = [model.shown(which) for which in (0, 1)]
    model.do(what, 0, numbers)
    model.do("undo", 0, 0)
    assert [model.shown(which) for which in (0, 1)] == before
