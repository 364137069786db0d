"""New records meet all alerts: each alert hears of a record once, whoever matches and however often it is cut off."""

import json
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import text

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import (
    Alert,
    AlertNews,
    AlertQuery,
    CatalogueRecord,
    MatchBucket,
    MatchRun,
    QueryMatch,
)
from discovery_accounts.services.alerts import matching, queries
from discovery_accounts.services.alerts.matching import Matching, MatchReport
from discovery_accounts.services.alerts.normal_form import BUCKETS
from discovery_accounts.services.alerts.queries import MATCHES_LAST, purge_queries
from discovery_accounts.services.catalogue import take_in
from tests.factories.alerts_made import alerts, records
from tests.factories.portal import Portal
from tests.factories.rows import count, rows, write
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

MANY = [f"word{number}" for number in range(60)]
"""Queries enough that nearly all buckets have one."""


def new(portal: Portal, *titles: str) -> None:
    take_in(portal.house, records(*titles), portal.house.now())


def match(portal: Portal, **more: object) -> MatchReport:
    return Matching(portal.house).run(portal.house.now(), 1000, **more)  # type: ignore[arg-type]


def news(portal: Portal, alert: uuid.UUID) -> list[str]:
    """Titles of what an alert was told of, in the order of the runs."""
    titles = {row.id: row.record_id for row in rows(portal.house, CatalogueRecord)}
    found = {row.id: json.loads(row.records) for row in rows(portal.house, QueryMatch)}
    told = sorted(row.match_id for row in rows(portal.house, AlertNews, alert_id=alert))
    return [titles[one] for match_id in told for one in found[match_id]]


def test_each_alert_hears_of_what_it_asked_for_and_once(portal: Portal) -> None:
    moomin, shared, none = alerts(portal, "moomin*", "Moomin*", "-moomin jazz")
    new(portal, "Moominvalley in November", "Moomin jazz", "Rock")
    assert match(portal) == MatchReport(records=3, alerts=3, distinct=2, matches=4, left=0)
    assert news(portal, moomin) == news(portal, shared) == ["Moomin jazz", "Moominvalley in November"]
    assert news(portal, none) == []
    assert count(portal.house, QueryMatch) == 1
    [run] = rows(portal.house, MatchRun)
    assert run.records == 3
    assert run.finished_at is not None
    new(portal, "Moomin jazz", "Moominpappa at sea")
    assert match(portal) == MatchReport(records=1, alerts=3, distinct=2, matches=2, left=0)
    assert news(portal, moomin)[2:] == ["Moominpappa at sea"]
    assert match(portal).matches == 0
    assert count(portal.house, AlertNews) == 4


def test_of_what_came_before_an_alert_nothing_is_told(portal: Portal) -> None:
    new(portal, "jazz")
    before = portal.house.now()
    [late] = alerts(portal, "jazz")
    assert Matching(portal.house).run(before, 1000).matches == 0
    assert match(portal).matches == 0
    assert news(portal, late) == []


def test_an_alert_made_while_a_run_is_cut_off_waits_for_the_next(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts(portal, *MANY)
    new(portal, " ".join(MANY))
    cut_off(portal, monkeypatch, after=10)
    portal.clock.advance(minutes=1)
    [late] = alerts(portal, MANY[0])
    match(portal)
    assert news(portal, late) == []


def cut_off(portal: Portal, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """A matching that is ended after so many buckets, each written by itself."""

    class Killed(Exception):
        pass

    def progress(done: int, _of: int) -> None:
        if done == after:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(matching, "_ENOUGH", 0)
        with pytest.raises(Killed):
            match(portal, progress=progress)
    assert count(portal.house, MatchBucket) == after


def test_a_matching_that_was_ended_goes_on_where_it_was(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = alerts(portal, *MANY)
    new(portal, " ".join(MANY))
    cut_off(portal, monkeypatch, after=10)
    before = count(portal.house, AlertNews)
    assert 0 < before < len(made)
    assert match(portal).matches == len(made) - before
    assert count(portal.house, AlertNews) == len(made)
    assert count(portal.house, MatchRun) == 1
    assert count(portal.house, MatchBucket) == BUCKETS


def test_several_at_once_tell_nothing_twice(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    made = alerts(portal, *MANY)
    monkeypatch.setattr(matching, "_ENOUGH", 0)
    for turn in range(2):
        new(portal, f"{turn} {' '.join(MANY)}")
        reports = together(4, lambda _: match(portal))
        assert sum(report.matches for report in reports) == len(made)
        assert count(portal.house, AlertNews) == (turn + 1) * len(made)
    assert all(row.finished_at for row in rows(portal.house, MatchRun))


def test_a_shard_does_its_part_and_the_last_ends_the_run(portal: Portal) -> None:
    made = alerts(portal, *MANY)
    new(portal, " ".join(MANY))
    first = match(portal, shard=(0, 2))
    assert {row.bucket % 2 for row in rows(portal.house, MatchBucket)} == {0}
    assert [row.finished_at for row in rows(portal.house, MatchRun)] == [None]
    assert match(portal, shard=(0, 2)).records == 0
    second = match(portal, shard=(1, 2))
    assert first.matches + second.matches == len(made)
    assert all(row.finished_at for row in rows(portal.house, MatchRun))


def test_a_record_that_went_before_the_matching_is_not_told_of(portal: Portal) -> None:
    [alert] = alerts(portal, "jazz")
    new(portal, "jazz", "jazz again")
    write(
        portal.house, "UPDATE catalogue_record SET gone_at = new_at, content = NULL WHERE record_id = 'jazz'"
    )
    match(portal)
    assert news(portal, alert) == ["jazz again"]


def test_a_query_that_no_alert_has_is_removed_and_others_stay(portal: Portal) -> None:
    alerts(portal, "jazz", "blues")
    write(portal.house, "DELETE FROM alert WHERE name = 'blues'")
    assert purge_queries(portal.house, 10, dry_run=True).done == 1
    assert purge_queries(portal.house, 10).done == 1
    assert count(portal.house, AlertQuery) == count(portal.house, Alert) == 1
    assert purge_queries(portal.house, 10).done == 0


def test_a_query_is_never_removed_under_an_alert_that_takes_it(portal: Portal) -> None:
    def race(number: int) -> None:
        if number % 2:
            purge_queries(portal.house, 100)
        else:
            alerts(portal, "jazz", "blues")

    together(8, race)
    assert count(portal.house, Alert) == 8
    assert count(portal.house, AlertQuery) == 2


def test_a_query_that_goes_while_it_is_tried_leaves_nothing_behind(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts(portal, "jazz", "blues")
    new(portal, "jazz and blues")
    write_found = matching._write_rows

    def gone_meanwhile(*given: object) -> int:
        connection = given[0]
        connection.exec_driver_sql("DELETE FROM alert WHERE name = 'blues'")  # type: ignore[attr-defined]
        orphans = "DELETE FROM alert_query WHERE id NOT IN (SELECT query_id FROM alert)"
        connection.exec_driver_sql(orphans)  # type: ignore[attr-defined]
        return write_found(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(matching, "_write_rows", gone_meanwhile)
    assert match(portal).matches == 1
    assert count(portal.house, QueryMatch) == count(portal.house, AlertNews) == 1


@ON_SQLITE
def test_bulk_writing_leaves_a_connection_as_it_was_and_no_key_without_its_row(portal: Portal) -> None:
    alerts(portal, *MANY)
    new(portal, " ".join(MANY))
    match(portal)
    with portal.house.database.writing_in_bulk() as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 0
    with portal.house.database.reading() as session:
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA cache_size")) == -2000


@ON_SQLITE
def test_a_bulk_writing_that_fails_leaves_nothing_and_its_connection_checks_keys_again(
    portal: Portal,
) -> None:
    database = portal.house.database

    def cut_short() -> None:
        with database.writing_in_bulk() as session:
            session.add(MatchRun(started_at=portal.house.now(), records=0))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        cut_short()
    assert count(portal.house, MatchRun) == 0
    with database.reading() as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_two_queries_whose_hashes_begin_alike_stay_apart(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "id_of", lambda _hash: 7)
    jazz, blues, again = alerts(portal, "jazz", "blues", "jazz")
    new(portal, "jazz", "blues")
    match(portal)
    assert sorted(row.id for row in rows(portal.house, AlertQuery)) == [7, 8]
    assert (news(portal, jazz), news(portal, blues), news(portal, again)) == (["jazz"], ["blues"], ["jazz"])


def test_what_was_found_goes_after_ninety_days(portal: Portal) -> None:
    alerts(portal, "jazz")
    new(portal, "jazz")
    match(portal)
    run_job(portal.house, "purge-sessions")
    assert count(portal.house, AlertNews) == 1
    later = portal.house.now() + MATCHES_LAST + timedelta(seconds=1)
    assert run_job(portal.house, "purge-sessions", now=later).done.did["matches"] == 1
    assert count(portal.house, AlertNews) == 0


@ON_SQLITE
def test_the_job_takes_as_many_records_as_it_may(portal: Portal) -> None:
    [alert] = alerts(portal, "jazz")
    new(portal, "jazz 1", "jazz 2", "jazz 3")
    report = run_job(portal.house, "match-alerts", limit=2)
    assert (dict(report.done.did), report.done.left) == ({"records": 2, "matches": 2}, 1)
    assert run_job(portal.house, "match-alerts", dry_run=True).done.did == {"records": 1}
    run_job(portal.house, "match-alerts", shard=(0, 1))
    assert news(portal, alert) == ["jazz 1", "jazz 2", "jazz 3"]
