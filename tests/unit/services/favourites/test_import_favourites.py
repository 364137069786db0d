"""Taking files in: whole, once, into the right lists, and what is broken is told."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.favourite_rows import AT, identifiers, info, row, rows
from tests.factories.favourites import actor_of, make_account
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.favourites.export import Exports
from discovery_accounts.services.favourites.export import Wish as ExportWish
from discovery_accounts.services.favourites.export_json import JsonWriter
from discovery_accounts.services.favourites.import_favourites import CHUNK, IMPORTS, Imported, Imports
from discovery_accounts.services.favourites.import_lists import MOST_LISTS, Wish
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.shapes import ItemRow
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem

TOLD_LISTS = st.lists(
    st.tuples(
        identifiers,
        st.booleans(),
        st.lists(rows, max_size=4, unique_by=lambda one: (one.source, one.record_id)),
    ),
    max_size=3,
)


@pytest.fixture
def house(portal: Portal) -> House:
    return portal.house


@pytest.fixture
def ada(house: House) -> Actor:
    return actor_of(house, make_account(house))


def file_of(*lists: tuple[str, bool, list[ItemRow]]) -> bytes:
    writer = JsonWriter(AT)
    parts = [writer.begin()]
    for name, public, items in lists:
        parts += [writer.open_list(info(name, public=public)), *map(writer.item, items), writer.close_list()]
    return "".join([*parts, writer.end()]).encode()


def take(house: House, actor: Actor, data: bytes, **wish: Any) -> Imported:
    return Imports(house).take(actor, data, Wish("Imported", **wish))


def told(house: House, actor: Actor) -> list[Any]:
    """All lists of an account, without what is the portal's own: positions and when a list was made."""
    file = json.loads(b"".join(Exports(house).start(actor, ExportWish("json")).parts))
    for one in file["lists"]:
        del one["created_at"]
        for item in one["items"]:
            del item["position"]
    lists: list[Any] = file["lists"]
    return lists


@ON_SQLITE
def test_nobody_has_files_read_without_end(house: House, ada: Actor) -> None:
    for _ in range(IMPORTS.count):
        take(house, ada, file_of(), check_only=True)
    with pytest.raises(Problem) as refused:
        take(house, ada, file_of(), check_only=True)
    assert refused.value.code is Code.TOO_MANY_ATTEMPTS
    take(house, actor_of(house, make_account(house)), file_of())


@ON_SQLITE
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(TOLD_LISTS)
def test_what_one_account_gives_another_has_the_same(house: House, lists: Any) -> None:
    one, other = (actor_of(house, make_account(house)) for _ in range(2))
    first = take(house, one, file_of(*lists))
    assert (first.added, first.broken_total) == (sum(len(items) for _, _, items in lists), 0)
    file = b"".join(Exports(house).start(one, ExportWish("json")).parts)
    take(house, other, file)
    assert told(house, other) == told(house, one)
    assert take(house, other, file).added == 0
    assert told(house, other) == told(house, one)


def test_chunks_are_transactions_and_a_file_may_be_taken_in_from_where_it_broke_off(
    house: House, ada: Actor
) -> None:
    items = [row(record_id=f"r{number}", title=f"Title {number}") for number in range(2 * CHUNK + 1)]
    assert take(house, ada, file_of(("Long", False, items[: CHUNK + 5]))).added == CHUNK + 5
    done = take(house, ada, file_of(("Long", False, [*items, *items[:3]])))
    assert (done.added, done.already) == (CHUNK - 4, CHUNK + 8)
    [long] = told(house, ada)
    assert [one["record_id"] for one in long["items"]] == [item.record_id for item in items]


@ON_SQLITE
def test_lists_of_one_name_stay_two_lists(house: House, ada: Actor) -> None:
    file = file_of(("Mine", False, [row(record_id="a")]), ("Mine", True, [row(record_id="b")]))
    take(house, ada, file)
    assert take(house, ada, file).added == 0
    held = [
        (one["name"], one["public"], [item["record_id"] for item in one["items"]]) for one in told(house, ada)
    ]
    assert held == [("Mine", False, ["a"]), ("Mine", True, ["b"])]


@ON_SQLITE
def test_a_list_that_is_there_stays_as_it_is(house: House, ada: Actor) -> None:
    Favourites(house).make(ada, "Mine", "About it", public=False)
    done = take(house, ada, file_of(("Mine", True, [row()])))
    assert [(one.is_new, one.public, one.added) for one in done.lists] == [(False, False, 1)]
    assert [(one["description"], one["public"]) for one in told(house, ada)] == [("About it", False)]


@ON_SQLITE
def test_the_first_fifty_broken_lines_are_shown_and_all_are_counted(house: House, ada: Actor) -> None:
    item: dict[str, Any] = {"source": "s", "record_id": "x", "title": "y"}
    items = [item, *[{"note": "no title"}] * 70, {**item, "record_id": "z" * 300}]
    file = {"format": "discovery-accounts-favourites", "version": 1, "lists": [{"name": "A", "items": items}]}
    done = take(house, ada, json.dumps(file).encode())
    assert (done.added, done.broken_total, len(done.broken)) == (1, 71, 50)
    assert {one.reason for one in done.broken} == {"no_title"}
    assert done.broken[0].number == 2


@ON_SQLITE
def test_what_is_too_long_is_cut_and_told_rather_than_lost(house: House, ada: Actor) -> None:
    later = (house.now() + timedelta(days=1)).isoformat()
    item = {
        "title": "T",
        "note": "n" * 20_000,
        "tags": ["t" * 100, *[f"tag {number}" for number in range(80)]],
        "cover_url": "javascript:alert(1)",
        "format": "f" * 100,
        "added_at": later,
    }
    file = {"lists": [{"name": " \u202e ", "description": "d" * 9000, "items": [item]}]}
    file |= {"format": "discovery-accounts-favourites", "version": 1}
    done = take(house, ada, json.dumps(file).encode())
    assert (done.added, done.cut) == (1, 1)
    [one] = told(house, ada)
    assert (one["name"], len(one["description"])) == ("Imported", 5000)
    [kept] = one["items"]
    assert (len(kept["note"]), len(kept["tags"]), kept["cover_url"]) == (10_000, 50, None)
    assert kept["source"] == "imported"
    assert kept["added_at"] <= house.now().isoformat()


@ON_SQLITE
def test_references_without_an_id_are_known_by_what_they_are(house: House, ada: Actor) -> None:
    ris = b"TY  - BOOK\nTI  - One\nPY  - 1999\nER  - \nTY  - BOOK\nTI  - One\nPY  - 2000\nER  - \n"
    assert take(house, ada, ris).added == 2
    again = take(house, ada, ris)
    assert (again.added, again.already) == (0, 2)
    assert [one["name"] for one in told(house, ada)] == ["Imported"]


@ON_SQLITE
def test_a_check_changes_nothing_and_counts_the_same(house: House, ada: Actor) -> None:
    items = [row(record_id=str(number)) for number in range(3)]
    file = file_of(("Mine", False, [*items, items[0]]), ("Other", False, items))
    checked = take(house, ada, file, check_only=True)
    assert told(house, ada) == []
    done = take(house, ada, file)
    assert [(one.added, one.already) for one in checked.lists] == [
        (one.added, one.already) for one in done.lists
    ]
    assert [(one.added, one.already) for one in done.lists] == [(3, 1), (3, 0)]


@ON_SQLITE
def test_a_file_makes_a_thousand_lists_at_most(house: House, ada: Actor) -> None:
    lists = [{"name": str(number), "items": [{"title": "x"}]} for number in range(MOST_LISTS + 2)]
    file = {"format": "discovery-accounts-favourites", "version": 1, "lists": lists}
    done = take(house, ada, json.dumps(file).encode(), check_only=True)
    assert (len(done.lists), done.added, done.broken_total) == (MOST_LISTS, MOST_LISTS, 2)
    assert {one.reason for one in done.broken} == {"too_many_lists"}


@ON_SQLITE
def test_a_list_of_somebody_else_is_none(house: House, ada: Actor) -> None:
    bea = actor_of(house, make_account(house))
    theirs = Favourites(house).make(bea, "Theirs")
    for list_id in (theirs.id, uuid.uuid4()):
        with pytest.raises(Exception, match="not_found"):
            take(house, ada, b"TY  - BOOK\nTI  - One\nER  - \n", list_id=list_id)
    assert told(house, bea)[0]["items"] == []
