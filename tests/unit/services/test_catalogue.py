"""What counts as new, what is kept of it, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from tests.factories.portal import Portal

from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.models import CatalogueRecord
from discovery_accounts.services.catalogue import (
    CONTENT_LASTS,
    TakenIn,
    mark_gone,
    purge,
    record_titles,
    take_in,
)
from discovery_accounts.services.house import House

MUUMI = NewRecord("1", "lumme", "Taikatalvi", ("Jansson, Tove",), year=1957, format="book")


@pytest.fixture
def house(portal: Portal) -> House:
    return portal.house


def rows(house: House) -> dict[str, CatalogueRecord]:
    with house.database.reading() as session:
        return {row.record_id: row for row in session.scalars(select(CatalogueRecord))}


def test_a_record_is_new_once_however_often_it_is_shown(house: House) -> None:
    now = house.now()
    assert take_in(house, [MUUMI], now) == TakenIn(new=1)
    assert take_in(house, [MUUMI, MUUMI], now + timedelta(days=1)) == TakenIn(known=1)
    row = rows(house)["1"]
    assert (row.new_at, row.seen_at, row.content) == (now, now, MUUMI.to_json())


def test_a_corrected_record_says_the_new_thing_and_is_not_new_again(house: House) -> None:
    now = house.now()
    take_in(house, [MUUMI], now)
    assert take_in(house, [replace(MUUMI, title="Trollvinter")], now + timedelta(days=1)) == TakenIn(known=1)
    row = rows(house)["1"]
    assert row.new_at == now
    with house.database.reading() as session:
        assert record_titles(session, [row.id])[row.id].title == "Trollvinter"


def test_of_what_is_given_twice_at_once_the_last_counts(house: House) -> None:
    assert take_in(house, [MUUMI, replace(MUUMI, title="Trollvinter")], house.now()) == TakenIn(new=1)
    assert "Trollvinter" in (rows(house)["1"].content or "")


def test_the_same_number_in_two_sources_is_two_records(house: House) -> None:
    assert take_in(house, [MUUMI, replace(MUUMI, source="helka")], house.now()) == TakenIn(new=2)


def test_what_was_there_at_first_is_known_as_old_and_keeps_nothing(house: House) -> None:
    assert take_in(house, [MUUMI], house.now(), baseline=True, new_days=30) == TakenIn(old=1)
    row = rows(house)["1"]
    assert (row.new_at, row.content) == (None, None)
    assert take_in(house, [MUUMI], house.now()) == TakenIn(known=1)
    assert rows(house)["1"].content is None


@pytest.mark.parametrize("baseline", [True, False])
@pytest.mark.parametrize(("days", "taken"), [(30, TakenIn(new=1)), (31, TakenIn(old=1))])
def test_a_record_that_says_when_it_was_first_indexed_is_believed(
    house: House, baseline: bool, days: int, taken: TakenIn
) -> None:
    now = house.now()
    indexed = replace(MUUMI, first_indexed=now - timedelta(days=days))
    assert take_in(house, [indexed], now, baseline=baseline, new_days=30) == taken


def test_what_the_catalogue_took_away_is_shown_no_more_and_says_nothing(house: House) -> None:
    now = house.now()
    take_in(house, [MUUMI], now)
    assert mark_gone(house, "lumme", ["1", "never-seen"], now) == 1
    assert mark_gone(house, "lumme", ["1"], now + timedelta(days=1)) == 0
    row = rows(house)["1"]
    assert (row.gone_at, row.content) == (now, None)
    with house.database.reading() as session:
        assert record_titles(session, [row.id]) == {}


def test_ids_that_no_database_takes_are_of_no_record_and_hold_nothing_up(house: House) -> None:
    take_in(house, [MUUMI], house.now())
    assert mark_gone(house, "lumme", ["a\0b", "\ud800", "", "x" * 300, "1"], house.now()) == 1


def test_what_came_back_is_shown_again_but_is_not_new_again(house: House) -> None:
    now = house.now()
    take_in(house, [MUUMI], now)
    mark_gone(house, "lumme", ["1"], now)
    assert take_in(house, [MUUMI], now + timedelta(days=1)) == TakenIn(known=1)
    row = rows(house)["1"]
    assert (row.gone_at, row.new_at, row.content) == (None, now, MUUMI.to_json())


def test_what_came_back_after_its_time_says_nothing(house: House) -> None:
    now = house.now()
    take_in(house, [MUUMI], now)
    mark_gone(house, "lumme", ["1"], now)
    take_in(house, [MUUMI], now + CONTENT_LASTS + timedelta(days=1))
    assert rows(house)["1"].content is None


def test_what_a_record_said_is_erased_after_its_time_and_that_it_was_seen_is_not(house: House) -> None:
    now = house.now()
    take_in(house, [MUUMI, replace(MUUMI, record_id="2")], now)
    assert purge(house, now + CONTENT_LASTS, 10).done == 0
    later = now + CONTENT_LASTS + timedelta(seconds=1)
    would = purge(house, later, 1, dry_run=True)
    assert (would.done, would.left) == (1, 1)
    assert purge(house, later, 1) == would
    assert sorted(row.content is None for row in rows(house).values()) == [False, True]
    purge(house, later, 1)
    assert take_in(house, [MUUMI], later) == TakenIn(known=1)


def test_thousands_at_once_are_taken_in_and_named(house: House) -> None:
    many = [replace(MUUMI, record_id=str(number)) for number in range(2100)]
    assert take_in(house, many, house.now()) == TakenIn(new=2100)
    assert take_in(house, many, house.now()) == TakenIn(known=2100)
    with house.database.reading() as session:
        ids = session.scalars(select(CatalogueRecord.id)).all()
        assert len(record_titles(session, ids)) == 2100
        assert session.scalar(select(func.count()).select_from(CatalogueRecord)) == 2100
