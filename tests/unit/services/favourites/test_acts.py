"""Acts on many items at once, undoing them, and what becomes of them in time."""

import uuid

import pytest
from tests.factories.clock import MovableClock
from tests.factories.favourites import actor_of, make_account, make_list, new_item
from tests.factories.rows import count
from tests.fixtures.databases import ON_SQLITE

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import Order
from discovery_accounts.models import FavouriteAct, FavouriteItem, FavouriteList, FavouriteTag
from discovery_accounts.services.favourites.acts import Acts
from discovery_accounts.services.favourites.items import Items
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.shapes import ActKind, ItemChange, ItemRow, Undone, Wish
from discovery_accounts.services.favourites.undoing import purge_favourites
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.purging import Purged


def items(house: House, ada: Actor, list_id: uuid.UUID) -> tuple[ItemRow, ...]:
    return Items(house).page(ada, list_id, Wish(Order.MANUAL, count=500)).items


def names(house: House, ada: Actor, list_id: uuid.UUID) -> str:
    return " ".join(item.record_id for item in items(house, ada, list_id))


def test_what_is_removed_comes_back_where_it_was(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 5, noted=True)
    before = items(house, ada, list_id)
    act = Acts(house).remove(ada, list_id, [before[1].id, before[3].id, before[3].id, uuid.uuid4()])
    assert (act.kind, act.items, act.already, act.missing) == (ActKind.REMOVE, 2, 0, 1)
    assert names(house, ada, list_id) == "r0 r2 r4"
    assert Acts(house).undo(ada, act.id) == Undone(ActKind.REMOVE, 2, 0)
    assert items(house, ada, list_id) == before
    with pytest.raises(Problem):
        Acts(house).undo(ada, act.id)


def test_what_was_added_again_meanwhile_is_not_there_twice(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 3)
    act = Acts(house).remove(ada, list_id, None)
    assert act.items == 3
    again = Items(house).add(ada, list_id, new_item(1, "again"))
    assert again.is_new
    assert Acts(house).undo(ada, act.id) == Undone(ActKind.REMOVE, 2, 1)
    assert names(house, ada, list_id) == "r0 r2 r1"
    assert items(house, ada, list_id)[2].note == "again"


def test_all_are_moved_in_their_order_and_moved_back(house: House, ada: Actor) -> None:
    one, two = make_list(house, ada.account_id, 6, noted=True), make_list(house, ada.account_id)
    Items(house).add_many(ada, two, [new_item(90), new_item(2, "there before")])
    before = items(house, ada, one)
    act = Acts(house).move(ada, one, None, two)
    assert (act.items, act.already, act.missing) == (5, 1, 0)
    assert names(house, ada, one) == "r2"
    assert names(house, ada, two) == "r90 r2 r0 r1 r3 r4 r5"
    assert items(house, ada, two)[1].note == "there before"
    assert Acts(house).undo(ada, act.id) == Undone(ActKind.MOVE, 5, 0)
    assert items(house, ada, one) == before
    assert names(house, ada, two) == "r90 r2"


def test_copies_have_note_and_tags_and_are_things_of_their_own(house: House, ada: Actor) -> None:
    one, two = make_list(house, ada.account_id, 3, noted=True), make_list(house, ada.account_id)
    Items(house).add(ada, two, new_item(1, "there before"))
    act = Acts(house).copy(ada, one, None, two)
    assert (act.kind, act.items, act.already) == (ActKind.COPY, 2, 1)
    old, new = items(house, ada, one), items(house, ada, two)
    assert [item.record_id for item in new] == ["r1", "r0", "r2"]
    assert (new[1].note, new[1].tags, new[1].title) == (old[0].note, old[0].tags, old[0].title)
    assert {item.id for item in old}.isdisjoint(item.id for item in new)
    Items(house).change(ada, two, new[1].id, ItemChange(note="changed"))
    assert items(house, ada, one) == old
    assert Acts(house).undo(ada, act.id) == Undone(ActKind.COPY, 2, 0)
    assert names(house, ada, two) == "r1"
    assert items(house, ada, one) == old


@ON_SQLITE
def test_many_ids_take_few_statements(house: House, ada: Actor) -> None:
    from tests.factories.rows import statements

    one, two = make_list(house, ada.account_id, 2000), make_list(house, ada.account_id)
    chosen = [item.id for item in items(house, ada, one)] * 2
    sent = statements(house, lambda: Acts(house).move(ada, one, chosen, two))
    assert sum(sent.values()) < 20
    whole = statements(house, lambda: Acts(house).copy(ada, two, None, one))
    assert sum(whole.values()) < 20
    assert Items(house).page(ada, one, Wish()).list.items == 2000


@ON_SQLITE
def test_only_what_an_act_touched_last_goes_back(house: House, ada: Actor) -> None:
    one, two = make_list(house, ada.account_id, 3), make_list(house, ada.account_id)
    moved = Acts(house).move(ada, one, None, two)
    gone = Acts(house).remove(ada, two, [items(house, ada, two)[0].id])
    assert Acts(house).undo(ada, moved.id) == Undone(ActKind.MOVE, 2, 1)
    assert (names(house, ada, one), names(house, ada, two)) == ("r1 r2", "")
    assert Acts(house).undo(ada, gone.id) == Undone(ActKind.REMOVE, 1, 0)
    assert names(house, ada, two) == "r0"


@ON_SQLITE
def test_nothing_goes_back_to_a_list_that_is_gone(house: House, ada: Actor) -> None:
    one, two = make_list(house, ada.account_id, 2), make_list(house, ada.account_id)
    moved = Acts(house).move(ada, one, None, two)
    Favourites(house).remove(ada, one)
    assert Acts(house).undo(ada, moved.id) == Undone(ActKind.MOVE, 0, 2)
    assert names(house, ada, two) == "r0 r1"


def test_a_removed_list_comes_back_whole_and_at_its_address(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 4, public=True, noted=True)
    before = items(house, ada, list_id)
    address = Favourites(house).show(ada, list_id).public_id
    act = Favourites(house).remove(ada, list_id)
    assert (act.kind, act.items) == (ActKind.REMOVE_LIST, 4)
    assert Favourites(house).lists(ada) == ()
    assert [one.id for one in Acts(house).recent(ada)] == [act.id]
    assert Acts(house).undo(ada, act.id) == Undone(ActKind.REMOVE_LIST, 4, 0)
    assert items(house, ada, list_id) == before
    assert Favourites(house).show(ada, list_id).public_id == address


@ON_SQLITE
def test_an_empty_list_comes_back_too(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id)
    assert Acts(house).undo(ada, Favourites(house).remove(ada, list_id).id).items == 0
    assert Favourites(house).show(ada, list_id).items == 0


@ON_SQLITE
def test_after_seven_days_nothing_is_undone_and_what_was_removed_is_gone(
    house: House, ada: Actor, clock: MovableClock
) -> None:
    one, two = (
        make_list(house, ada.account_id, 3, noted=True),
        make_list(house, ada.account_id, 2, noted=True),
    )
    three = make_list(house, ada.account_id)
    act = Acts(house).remove(ada, one, [items(house, ada, one)[0].id])
    Acts(house).move(ada, one, None, three)
    Favourites(house).remove(ada, two)
    clock.advance(days=6, minutes=1439)
    assert purge_favourites(house, house.now(), 100) == Purged(0, 0)
    clock.advance(minutes=2)
    with pytest.raises(Problem):
        Acts(house).undo(ada, act.id)
    assert Acts(house).recent(ada) == ()
    assert purge_favourites(house, house.now(), 100, dry_run=True) == Purged(5, 0)
    assert purge_favourites(house, house.now(), 2) == Purged(4, 1)
    assert purge_favourites(house, house.now(), 2) == Purged(1, 0)
    assert names(house, ada, three) == "r1 r2"
    kept = (count(house, FavouriteList), count(house, FavouriteItem), count(house, FavouriteTag))
    assert (*kept, count(house, FavouriteAct)) == (2, 2, 4, 0)


@ON_SQLITE
def test_acts_about_others_things_or_nothing_are_refused_and_leave_no_trace(house: House, ada: Actor) -> None:
    own, stranger = make_list(house, ada.account_id, 1), make_account(house)
    theirs = make_list(house, stranger, 2)
    bob = actor_of(house, stranger)
    foreign = [item.id for item in items(house, bob, theirs)]
    their_act = Acts(house).copy(bob, theirs, None, make_list(house, stranger))
    acts = Acts(house)
    before = count(house, FavouriteAct)
    for act in (
        lambda: acts.remove(ada, theirs, None),
        lambda: acts.remove(ada, own, foreign),
        lambda: acts.move(ada, own, None, theirs),
        lambda: acts.move(ada, theirs, None, own),
        lambda: acts.copy(ada, own, foreign, make_list(house, ada.account_id)),
        lambda: acts.copy(ada, theirs, None, own),
        lambda: acts.undo(ada, their_act.id),
        lambda: acts.undo(ada, uuid.uuid4()),
    ):
        with pytest.raises(Problem) as refused:
            act()
        assert refused.value.code.value == "not_found"
    with pytest.raises(BadShape):
        acts.copy(ada, own, None, own)
    assert count(house, FavouriteAct) == before
    assert names(house, ada, own) == "r0"
    assert names(house, bob, theirs) == "r0 r1"
