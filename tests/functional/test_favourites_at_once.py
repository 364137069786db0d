"""Two programs of one person at the same moment: no record twice, nothing lost."""

import uuid
from collections import Counter

from discovery_accounts.domain.actor import Actor
from discovery_accounts.models import FavouriteItem, FavouriteList
from discovery_accounts.services.favourites.acts import Acts
from discovery_accounts.services.favourites.items import Items
from discovery_accounts.services.favourites.shapes import Act, ItemChange, Undone, Wish
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Problem
from tests.factories.favourites import actor_of, make_account, make_list, new_item
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.factories.together import run_all, together


def live(house: House, *lists: uuid.UUID) -> list[str]:
    return sorted(
        row.record_id for one in lists for row in rows(house, FavouriteItem, list_id=one, removed_at=None)
    )


def person(house: House) -> Actor:
    return actor_of(house, make_account(house))


def test_a_record_added_by_several_at_once_is_there_once(portal: Portal) -> None:
    house, ada = portal.house, person(portal.house)
    list_id = make_list(house, ada.account_id)
    added = together(6, lambda number: Items(house).add(ada, list_id, new_item(1, f"note {number}")))
    assert sum(one.is_new for one in added) == 1
    assert len({one.item.id for one in added}) == 1
    assert live(house, list_id) == ["r1"]


def test_the_first_list_is_made_once(portal: Portal) -> None:
    house, ada = portal.house, person(portal.house)
    together(6, lambda number: Items(house).add(ada, None, new_item(number), "Favourites"))
    assert count(house, FavouriteList) == 1
    assert len(live(house, rows(house, FavouriteList)[0].id)) == 6


def test_two_moves_at_once_lose_nothing_and_double_nothing(portal: Portal) -> None:
    house, ada = portal.house, person(portal.house)
    one, two, three = (make_list(house, ada.account_id, items) for items in (20, 5, 0))
    acts: list[Act] = run_all(
        [
            lambda: Acts(house).move(ada, one, None, two),
            lambda: Acts(house).move(ada, one, None, three),
            lambda: Acts(house).move(ada, two, None, three),
            lambda: Acts(house).copy(ada, two, None, one),
        ]
    )
    names = Counter(live(house, one, two, three))
    assert set(names) == {f"r{number}" for number in range(20)}
    for list_id in (one, two, three):
        here = live(house, list_id)
        assert len(here) == len(set(here))
        places = [row.position for row in rows(house, FavouriteItem, list_id=list_id)]
        assert len(places) == len(set(places))
    assert len({act.id for act in acts}) == 4


def test_an_act_is_undone_once_however_many_ask(portal: Portal) -> None:
    house, ada = portal.house, person(portal.house)
    one, two = make_list(house, ada.account_id, 9), make_list(house, ada.account_id)
    act = Acts(house).move(ada, one, None, two)

    def undo(_number: int) -> Undone | None:
        try:
            return Acts(house).undo(ada, act.id)
        except Problem:
            return None

    undone = together(4, undo)
    assert [one.items for one in undone if one] == [9]
    assert (len(live(house, one)), live(house, two)) == (9, [])


def test_items_put_to_one_place_at_once_all_have_places_of_their_own(portal: Portal) -> None:
    house, ada = portal.house, person(portal.house)
    list_id = make_list(house, ada.account_id, 8)
    shown = Items(house).page(ada, list_id, Wish()).items
    together(
        6, lambda number: Items(house).change(ada, list_id, shown[number + 2].id, ItemChange(position=1500))
    )
    places = [row.position for row in rows(house, FavouriteItem, list_id=list_id)]
    assert len(set(places)) == 8


def test_strangers_do_not_wait_for_each_other(portal: Portal) -> None:
    """Each account has a lock of its own; nobody's favourites stand in the way of another's."""
    house = portal.house
    people = [person(house) for _ in range(4)]
    lists = [make_list(house, one.account_id, 50) for one in people]
    others = [make_list(house, one.account_id) for one in people]
    together(4, lambda number: Acts(house).move(people[number], lists[number], None, others[number]))
    assert [len(live(house, one)) for one in others] == [50] * 4
