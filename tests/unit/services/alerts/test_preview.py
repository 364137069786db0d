"""Trying a query on the records of the last days: as many as there are, in a moment."""

from datetime import timedelta

import pytest
from tests.factories.alerts import record
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

from discovery_accounts.services.alerts import normal_form, preview
from discovery_accounts.services.alerts.preview import RecentRecords
from discovery_accounts.services.alerts.question import question_of
from discovery_accounts.services.alerts.shapes import Preview
from discovery_accounts.services.catalogue import mark_gone, take_in

pytestmark = ON_SQLITE


def looked(portal: Portal, recent: RecentRecords, query: str = "jansson") -> Preview:
    compiled = normal_form.compile(question_of(query, {}, "en"))
    return recent.preview(portal.house.database, compiled, portal.clock())


def test_it_counts_what_is_new_and_still_there_the_newest_first(portal: Portal) -> None:
    take_in(portal.house, [record(100, "Too old")], portal.clock() - timedelta(days=31))
    take_in(portal.house, [record(number, f"Title {number}") for number in range(20)], portal.clock())
    mark_gone(portal.house, "lumme", ["5"], portal.clock())
    found = looked(portal, RecentRecords())
    assert (found.count, found.days, found.at_least, len(found.newest)) == (19, 30, False, 10)
    later = portal.clock() + timedelta(seconds=1)
    take_in(portal.house, [record(99, "Newest")], later)
    portal.clock.advance(minutes=1)
    assert looked(portal, RecentRecords()).newest[0] == "Newest"


def test_records_are_indexed_once_in_half_an_hour(portal: Portal) -> None:
    recent = RecentRecords()
    assert looked(portal, recent).count == 0
    take_in(portal.house, [record(1)], portal.clock())
    assert looked(portal, recent).count == 0, "as they were a moment ago"
    portal.clock.advance(minutes=31)
    assert looked(portal, recent).count == 1


def test_what_is_not_reached_is_said_and_the_next_look_goes_on(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "_CHUNK", 4)
    take_in(portal.house, [record(number) for number in range(10)], portal.clock())
    portal.clock.advance(seconds=1)
    recent = RecentRecords()
    monkeypatch.setattr(preview, "_BUILDS_FOR", 0.0)
    first = looked(portal, recent)
    assert (first.count, first.at_least) == (0, True), "there was no time at all"
    monkeypatch.setattr(preview, "_BUILDS_FOR", 10.0)
    whole = looked(portal, recent)
    assert (whole.count, whole.at_least) == (10, False)
    monkeypatch.setattr(preview, "MOST_RECORDS", 8)
    most = looked(portal, RecentRecords())
    assert (most.count, most.at_least) == (8, True)


def test_values_to_choose_from_are_the_most_frequent_ones(portal: Portal) -> None:
    records = [
        record(1),
        record(2),
        record(3, format="dvd", languages=("fin", "swe")),
        record(4, format=None),
    ]
    take_in(portal.house, records, portal.clock())
    portal.clock.advance(seconds=1)
    found = RecentRecords().values(portal.house.database, portal.clock(), 1)
    assert found["format"] == ("book",)
    assert found["languages"] in {("fin",), ("swe",)}
    assert found["audience"] == ()
