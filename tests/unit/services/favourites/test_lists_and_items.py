"""Lists and their items as the services keep them."""

import uuid

import pytest
from sqlalchemy import event
from tests.factories.favourites import make_account, make_list, new_item, record
from tests.fixtures.databases import ON_SQLITE

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import Order
from discovery_accounts.services.favourites.items import Items
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.public import PublicLists
from discovery_accounts.services.favourites.rows import stream
from discovery_accounts.services.favourites.shapes import Change, ItemChange, NewItem, Step, Wish
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Problem


def titles(house: House, ada: Actor, list_id: uuid.UUID, wish: Wish) -> list[str]:
    """The whole list, read part by part."""
    found: list[str] = []
    while True:
        page = Items(house).page(ada, list_id, wish)
        found += [item.title for item in page.items]
        if page.next is None:
            return found
        wish = Wish(wish.order, wish.descending, wish.tag, page.next, wish.count)


def ids(house: House, ada: Actor, list_id: uuid.UUID) -> list[str]:
    return [item.record_id for item in Items(house).page(ada, list_id, Wish(Order.MANUAL)).items]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("descending", [False, True])
def test_a_list_read_in_parts_is_whole_and_in_order(
    house: House, ada: Actor, order: Order, descending: bool
) -> None:
    list_id = make_list(house, ada.account_id, 40)
    whole = Items(house).page(ada, list_id, Wish(order, descending, count=500))
    assert whole.next is None
    keys = {
        Order.MANUAL: lambda item: item.position,
        Order.TITLE: lambda item: item.title,
        Order.AUTHOR: lambda item: item.author or "",
        Order.YEAR: lambda item: item.year or 0,
        Order.ADDED: lambda item: item.added_at,
    }
    told = [keys[order](item) for item in whole.items]
    assert told == sorted(told, reverse=descending)
    parts = titles(house, ada, list_id, Wish(order, descending, count=7))
    assert parts == [item.title for item in whole.items]
    assert len(parts) == 40


@ON_SQLITE
def test_a_part_goes_on_after_an_item_that_was_taken_away_meanwhile(house: House, ada: Actor) -> None:
    from discovery_accounts.services.favourites.acts import Acts

    first, other = make_list(house, ada.account_id, 6), make_list(house, ada.account_id)
    page = Items(house).page(ada, first, Wish(count=3))
    assert page.next is not None
    Acts(house).move(ada, first, [page.next], other)
    rest = Items(house).page(ada, first, Wish(count=3, after=page.next))
    assert [item.record_id for item in rest.items] == ["r3", "r4", "r5"]


def test_a_tag_chooses_however_it_is_written(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 20, noted=True)
    page = Items(house).page(ada, list_id, Wish(Order.MANUAL, tag="SHELF  3", count=1))
    assert [item.record_id for item in page.items] == ["r3"]
    assert page.items[0].tags == ("all", "shelf 3")
    rest = Items(house).page(ada, list_id, Wish(Order.MANUAL, tag="shelf 3", after=page.next))
    assert [item.record_id for item in rest.items] == ["r12"]
    counts = {one.tag: one.items for one in Items(house).tags(ada, list_id)}
    assert counts["all"] == 20
    assert counts["shelf 0"] == 3


@ON_SQLITE
def test_a_page_is_two_statements_whatever_is_in_it(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 60, noted=True)
    sent: list[str] = []
    listener = lambda _c, _u, statement, *_: sent.append(statement)  # noqa: E731 - what SQLAlchemy calls
    event.listen(house.database.engine, "before_cursor_execute", listener)
    page = Items(house).page(ada, list_id, Wish(Order.TITLE))
    Favourites(house).lists(ada)
    event.remove(house.database.engine, "before_cursor_execute", listener)
    assert len(page.items) == 50
    assert [one.split()[0] for one in sent] == ["BEGIN", "SELECT", "SELECT", "BEGIN", "SELECT"]


def test_lists_are_told_by_name_with_how_many_items_they_have(house: House, ada: Actor) -> None:
    make_list(house, ada.account_id, 3, name="Äiti lukee")
    make_list(house, ada.account_id, name="Zoo")
    stranger = make_account(house)
    make_list(house, stranger, 2)
    assert [(one.name, one.items) for one in Favourites(house).lists(ada)] == [("Zoo", 0), ("Äiti lukee", 3)]


def test_the_same_record_again_is_the_one_there(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id)
    first = Items(house).add(ada, list_id, new_item(1, "mine", ["a"]))
    again = Items(house).add(ada, list_id, new_item(1, "other", title="Another"))
    other_source = Items(house).add(ada, list_id, new_item(1, source="helka"))
    assert (first.is_new, again.is_new, other_source.is_new) == (True, False, True)
    assert again.item == first.item
    assert again.item.note == "mine"


def test_many_are_added_at_once_each_once(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 3)
    done = Items(house).add_many(ada, list_id, [new_item(number % 8) for number in range(1, 12)])
    assert (done.new, done.already) == (5, 6)
    assert ids(house, ada, list_id) == [f"r{number}" for number in range(8)]


def test_the_first_list_comes_to_be_with_what_is_put_there(house: House, ada: Actor) -> None:
    with pytest.raises(Problem):
        Items(house).page(ada, None, Wish())
    first = Items(house).add(ada, None, new_item(1), "My favourites")
    second = Items(house).add(ada, None, new_item(2), "My favourites")
    assert first.list_id == second.list_id
    [only] = Favourites(house).lists(ada)
    assert (only.name, only.items, only.public) == ("My favourites", 2, False)
    assert Items(house).page(ada, None, Wish()).list == only


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (new_item(1, title=" \x00"), "title"),
        (new_item(1, source=""), "source"),
        (new_item(1, record_id="x" * 256), "record_id"),
        (new_item(1, record_id="a\nb"), "record_id"),
        (new_item(1, record_id="a\u202eb"), "record_id"),
        (new_item(1, year=123456), "year"),
        (new_item(1, format="x" * 65), "format"),
        (new_item(1, cover_url="javascript:x"), "cover_url"),
        (new_item(1, "x" * 10_001), "note"),
        (new_item(1, "", ["a\x00"]), "tags"),
    ],
)
@ON_SQLITE
def test_what_cannot_be_kept_is_refused_and_nothing_is_added(
    house: House, ada: Actor, item: NewItem, field: str
) -> None:
    list_id = make_list(house, ada.account_id)
    with pytest.raises(BadShape) as refused:
        Items(house).add_many(ada, list_id, [new_item(2), item])
    assert refused.value.field == field
    assert ids(house, ada, list_id) == []


def test_an_item_goes_where_it_is_put(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 4)
    items = Items(house)
    a, b, c, d = items.page(ada, list_id, Wish(Order.MANUAL)).items
    items.change(ada, list_id, d.id, ItemChange(position=b.position))
    assert ids(house, ada, list_id) == ["r0", "r3", "r1", "r2"]
    items.change(ada, list_id, a.id, ItemChange(position=10**9))
    assert ids(house, ada, list_id) == ["r3", "r1", "r2", "r0"]
    items.change(ada, list_id, c.id, ItemChange(position=0))
    assert ids(house, ada, list_id) == ["r2", "r3", "r1", "r0"]


def test_there_is_always_room_between_two(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 3)
    items = Items(house)
    for _ in range(30):  # more often than a step can be halved
        first, second, third = items.page(ada, list_id, Wish(Order.MANUAL)).items
        items.change(ada, list_id, third.id, ItemChange(position=second.position))
        now = items.page(ada, list_id, Wish(Order.MANUAL)).items
        assert [item.id for item in now] == [first.id, third.id, second.id]
        assert len({item.position for item in now}) == 3


def test_an_item_is_stepped_up_and_down_and_to_the_ends(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 4)
    by_record = {
        item.record_id: item.id for item in Items(house).page(ada, list_id, Wish(Order.MANUAL)).items
    }
    for name, step, after in (
        ("r0", Step.UP, "r0 r1 r2 r3"),
        ("r3", Step.DOWN, "r0 r1 r2 r3"),
        ("r2", Step.UP, "r0 r2 r1 r3"),
        ("r2", Step.DOWN, "r0 r1 r2 r3"),
        ("r2", Step.DOWN, "r0 r1 r3 r2"),
        ("r3", Step.FIRST, "r3 r0 r1 r2"),
        ("r0", Step.LAST, "r3 r1 r2 r0"),
    ):
        Items(house).step(ada, list_id, by_record[name], step)
        assert " ".join(ids(house, ada, list_id)) == after


def test_note_and_tags_are_changed_each_by_itself(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 1, noted=True)
    [item] = Items(house).page(ada, list_id, Wish()).items
    noted = Items(house).change(ada, list_id, item.id, ItemChange(note="two\nlines"))
    assert (noted.note, noted.tags, noted.position) == ("two\nlines", item.tags, item.position)
    tagged = Items(house).change(ada, list_id, item.id, ItemChange(tags=("Ö", "a")))
    assert (tagged.note, tagged.tags) == ("two\nlines", ("a", "Ö"))
    assert Items(house).change(ada, list_id, item.id, ItemChange(tags=())).tags == ()


@ON_SQLITE
def test_an_address_is_made_once_and_answers_only_while_the_list_is_public(house: House, ada: Actor) -> None:
    favourites, public = Favourites(house), PublicLists(house)
    made = favourites.make(ada, "Book club")
    assert made.public_id is None
    shown = favourites.change(ada, made.id, Change(public=True))
    assert shown.public_id is not None
    assert len(shown.public_id) == 26
    Items(house).add(ada, made.id, new_item(1))
    assert [item.title for item in public.page(shown.public_id, Wish()).items] == [record(1).title]
    favourites.change(ada, made.id, Change(public=False))
    with pytest.raises(Problem):
        public.page(shown.public_id, Wish())
    again = favourites.change(ada, made.id, Change(public=True))
    assert again.public_id == shown.public_id
    favourites.remove(ada, made.id)
    with pytest.raises(Problem), public.whole(shown.public_id):
        pass


@ON_SQLITE
def test_a_list_keeps_its_own_order_until_another_is_asked_for(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 9)
    Favourites(house).change(ada, list_id, Change(ordering="-year"))
    page = Items(house).page(ada, list_id, Wish())
    assert (page.order, page.descending) == (Order.YEAR, True)
    assert [item.year for item in page.items] == [1958, 1956, 1955, 1954, 1953, 1952, 1951, None, None]


def test_a_whole_list_is_streamed_in_its_order_by_hand(house: House, ada: Actor) -> None:
    list_id = make_list(house, ada.account_id, 25, noted=True)
    with house.database.reading() as session:
        found = list(stream(session, list_id, chunk=10))
    assert [item.record_id for item in found] == [f"r{number}" for number in range(25)]
    assert found[24].tags == ("all", "shelf 6")


@ON_SQLITE
@pytest.mark.parametrize("count", [0, 501, -1])
def test_a_part_is_neither_empty_nor_endless(house: House, ada: Actor, count: int) -> None:
    list_id = make_list(house, ada.account_id, 1)
    with pytest.raises(BadShape):
        Items(house).page(ada, list_id, Wish(count=count))


@ON_SQLITE
def test_nobodys_list_and_anothers_are_not_found_by_any_act(house: House, ada: Actor) -> None:
    theirs = make_list(house, make_account(house), 2)
    own = make_list(house, ada.account_id, 1)
    with house.database.reading() as session:
        foreign = next(stream(session, theirs))
    items, favourites = Items(house), Favourites(house)
    for act in (
        lambda: items.page(ada, theirs, Wish()),
        lambda: items.page(ada, own, Wish(after=foreign.id)),
        lambda: items.add(ada, theirs, new_item(7)),
        lambda: items.add_many(ada, theirs, [new_item(7)]),
        lambda: items.show(ada, own, foreign.id),
        lambda: items.change(ada, own, foreign.id, ItemChange(note="x")),
        lambda: items.step(ada, own, foreign.id, Step.UP),
        lambda: items.tags(ada, theirs),
        lambda: favourites.show(ada, theirs),
        lambda: favourites.change(ada, theirs, Change(name="x")),
        lambda: favourites.remove(ada, theirs),
    ):
        with pytest.raises(Problem) as refused:
            act()
        assert refused.value.code.value == "not_found"
