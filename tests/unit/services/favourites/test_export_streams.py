"""A file is written while it is sent: nothing waits in between, and what breaks off does not look whole."""

import json

import pytest
from sqlalchemy import event, text
from tests.factories.favourites import actor_of, make_account, make_list
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

from discovery_accounts.services.favourites.export import Exports, Wish
from discovery_accounts.services.favourites.export_rows import CHUNK, items_of
from discovery_accounts.services.house import House

ITEMS = 2 * CHUNK + 1


@pytest.fixture
def house(portal: Portal) -> House:
    return portal.house


def test_every_item_comes_once_whatever_the_chunk(house: House) -> None:
    list_id = make_list(house, make_account(house), 40)
    for chunk in (1, 7, 40, 41):
        assert [item.record_id for item in items_of(house, list_id, chunk)] == [f"r{n}" for n in range(40)]


def test_no_connection_is_kept_between_two_parts(house: House) -> None:
    ada = make_account(house)
    make_list(house, ada, ITEMS)
    begun = []
    event.listen(house.database.engine, "begin", lambda _connection: begun.append(1))
    parts = Exports(house).start(actor_of(house, ada), Wish("json")).parts
    sizes = []
    for part in parts:
        sizes.append(len(part))
        assert house.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert len(begun) == 4  # the lists, and three chunks of items
    assert max(sizes) < 80_000


@ON_SQLITE
@pytest.mark.parametrize("format_", ["json", "csv", "ris", "bibtex"])
def test_what_goes_wrong_midway_is_raised_and_nothing_looks_whole(house: House, format_: str) -> None:
    ada = make_account(house)
    make_list(house, ada, ITEMS)
    parts = Exports(house).start(actor_of(house, ada), Wish(format_)).parts
    given = [next(parts)]
    with house.database.writing() as session:
        session.execute(text("DROP TABLE favourite_tag"))
    with pytest.raises(Exception, match="favourite_tag"):
        given.extend(parts)
    if format_ == "json":
        with pytest.raises(json.JSONDecodeError):
            json.loads(b"".join(given))


@ON_SQLITE
def test_lists_come_in_the_order_in_which_they_were_made(house: House) -> None:
    ada = make_account(house)
    names = ["Zebras", "Aardvarks", "Mosses"]
    for name in names:
        make_list(house, ada, 1, name=name)
    told = json.loads(b"".join(Exports(house).start(actor_of(house, ada), Wish("json")).parts))
    assert ([one["name"] for one in told["lists"]], told["complete"]) == (names, True)
