"""Alerts by the API: made, changed, paused and ended; what they found; what is wrong, and where."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, Alert, AlertNews, AlertQuery, AlertSlot
from discovery_accounts.services.alerts.shapes import MOST_ALERTS
from discovery_accounts.services.catalogue import take_in
from tests.factories.alerts import finds, made, record, set_all
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE


def test_an_alert_is_made_told_changed_and_ended(portal: Portal) -> None:
    client = portal.signed_in_client()
    body = {"query": "Jansson", "filters": {"format": ["book"]}, "frequency": "weekly", "weekday": 4}
    one = client.call("POST", "/alerts", body, status=201).json
    assert (one["name"], one["by_email"], one["by_feed"], one["feed"]) == ("Jansson", True, False, None)
    assert (one["language"], one["frequency"], one["weekday"]) == ("fi", "weekly", 4)
    assert client.call("GET", "/alerts", status=200).json == {"alerts": [one]}
    path = f"/alerts/{one['id']}"
    changed = client.call("PATCH", path, {"name": "Tove", "frequency": "instant", "by_feed": True}).json
    assert (changed["name"], changed["frequency"], changed["weekday"]) == ("Tove", "instant", None)
    assert changed["query"] == "Jansson", "what is not named stays"
    assert changed["filters"] == {"format": ["book"]}
    assert changed["feed"].startswith("http")
    assert client.call("GET", path, status=200).json == changed
    client.call("DELETE", path, status=204)
    assert client.call("GET", path).status_int == 404
    assert count(portal.house, Alert) == 0


def test_alerts_that_ask_the_same_share_their_query_and_their_times(portal: Portal) -> None:
    one, other = portal.signed_in_client("lumme"), portal.signed_in_client("helka")
    made(one, "tove JANSSON")
    made(other, "jansson tove", language="fi")
    assert count(portal.house, Alert) == 2
    assert count(portal.house, AlertQuery) == 1
    assert count(portal.house, AlertSlot) == 1


@ON_SQLITE
def test_a_name_and_where_it_tells_are_chosen_where_nothing_is_said(portal: Portal) -> None:
    client = portal.signed_in_client()
    long = client.call("POST", "/alerts", {"query": "muumi OR " * 12 + "peikko"}, status=201).json
    assert len(long["name"]) <= 80
    assert long["name"].endswith("…")
    filters = {"query": "", "filters": {"format": ["dvd", "book"], "audience": []}}
    assert client.call("POST", "/alerts", filters, status=201).json["name"] == "dvd, book"
    set_all(portal, Account, email=None)
    without = client.call("POST", "/alerts", {"query": "muumi"}, status=201).json
    assert (without["by_email"], without["by_feed"]) == (False, True)
    refused = client.call("POST", "/alerts", {"query": "muumi", "by_email": True}, status=422).json
    assert refused["errors"] == [{"field": "by_email", "code": "no_email"}]


@ON_SQLITE
@pytest.mark.parametrize(
    ("query", "reason", "at"),
    [
        ('winter "moomin', "unbalanced_quotes", 7),
        ("(cats OR dogs", "unbalanced_parentheses", 0),
        ("* ", "star_too_early", 0),
        ("cats NOT", "nothing_after", 5),
        ("-cats", "only_not", 0),
        ("", "nothing_left", 0),
        ("x" * 10_000, "too_long", 2000),
    ],
)
def test_what_is_wrong_with_a_query_is_told_with_its_place(
    portal: Portal, query: str, reason: str, at: int
) -> None:
    client = portal.signed_in_client()
    for path in ("/alerts", "/alerts/preview"):
        problem = client.call("POST", path, {"query": query}, status=422).json
        assert (problem["code"], problem["field"]) == ("invalid_value", "query")
        assert (problem["reason"], problem["at"]) == (reason, at)
        assert problem["errors"] == [{"field": "query", "code": reason}]
    assert count(portal.house, Alert) == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"filters": {"colour": ["red"]}}, "filters.colour"),
        ({"filters": {"format": "book"}}, "filters.format"),
        ({"filters": {"format": ["x" * 101]}}, "filters.format"),
        ({"frequency": "hourly"}, "frequency"),
        ({"weekday": 7}, "weekday"),
        ({"language": "la"}, "language"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"paused_until": "2001-01-01T00:00:00Z"}, "paused_until"),
        ({"paused_until": "tomorrow"}, "paused_until"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(portal: Portal, body: dict[str, Any], field: str) -> None:
    refused = portal.signed_in_client().call("POST", "/alerts", {"query": "muumi", **body})
    assert refused.status_int in {400, 422}
    assert [one["field"].startswith(field) for one in refused.json["errors"]] == [True]


@ON_SQLITE
def test_nobody_has_more_than_so_many(portal: Portal) -> None:
    client = portal.signed_in_client()
    made(client)
    [alert] = rows(portal.house, Alert)
    values = {name: value for name, value in vars(alert).items() if not name.startswith("_")}
    with portal.house.database.writing() as session:
        for _ in range(MOST_ALERTS - 1):
            session.add(Alert(**{**values, "id": uuid.uuid4(), "stop_hash": None}))
    problem = client.call("POST", "/alerts", {"query": "muumi"}, status=422).json
    assert problem["errors"] == [{"field": "query", "code": "too_many_alerts"}]


def test_all_that_was_found_is_told_page_by_page_the_newest_run_first(portal: Portal) -> None:
    client = portal.signed_in_client()
    alert = made(client)
    finds(portal, alert, [record(number) for number in range(120)])
    portal.clock.advance(days=1)
    client = portal.signed_in_client()
    finds(portal, alert, [record(200, "Sommarboken")])
    path, told, place = f"/alerts/{alert}/matches", [], ""
    for _ in range(3):
        page = client.call("GET", path + (f"?after={place}" if place else ""), status=200).json
        told += page["matches"]
        place = page["next"]
    assert place is None
    assert [one["record_id"] for one in told] == ["200", *map(str, range(120))]
    assert told[0]["title"] == "Sommarboken"
    shown = client.call("GET", f"/alerts/{alert}").json
    assert shown["found"] == 121
    assert shown["found_at"] == told[0]["matched_at"]
    assert client.call("GET", f"{path}?after=nonsense").status_int == 422


@ON_SQLITE
def test_looking_at_what_was_found_is_noted(portal: Portal) -> None:
    client = portal.signed_in_client()
    alert = made(client)
    set_all(portal, Alert, opened_at=portal.clock() - timedelta(days=400), asked_at=portal.clock())
    client.call("GET", f"/alerts/{alert}", status=200)
    assert rows(portal.house, Alert)[0].asked_at is not None
    client.call("GET", f"/alerts/{alert}/matches", status=200)
    [row] = rows(portal.house, Alert)
    assert row.opened_at > portal.clock() - timedelta(minutes=1)
    assert row.asked_at is None


def test_asking_for_something_else_begins_anew(portal: Portal) -> None:
    client = portal.signed_in_client()
    alert = made(client)
    finds(portal, alert, [record(1)])
    portal.clock.advance(minutes=5)
    path = f"/alerts/{alert}"
    assert client.call("PATCH", path, {"query": "JANSSON", "name": "x"}, status=200).json["found"] == 1
    minutes_ago = portal.clock() - timedelta(minutes=4)
    assert rows(portal.house, Alert)[0].since < minutes_ago, "written otherwise, it asks the same"
    assert client.call("PATCH", path, {"query": "pratchett"}, status=200).json["found"] == 0
    assert rows(portal.house, Alert)[0].since > minutes_ago


@ON_SQLITE
def test_mails_that_begin_later_tell_of_what_is_found_from_then_on(portal: Portal) -> None:
    client = portal.signed_in_client()
    alert = made(client, by_email=False, by_feed=True)
    finds(portal, alert, [record(1)])
    client.call("PATCH", f"/alerts/{alert}", {"by_email": True}, status=200)
    assert rows(portal.house, AlertNews)[0].told_at is not None


@ON_SQLITE
def test_a_pause_lasts_until_its_day_or_until_it_is_taken_back(portal: Portal) -> None:
    client = portal.signed_in_client()
    path = f"/alerts/{made(client)}"
    until = "2099-01-01T00:00:00Z"
    assert client.call("PATCH", path, {"paused_until": until}).status_int == 422, "a slip of the keyboard"
    soon = (portal.clock() + timedelta(minutes=10)).isoformat(timespec="seconds")
    paused = client.call("PATCH", path, {"paused_until": soon}, status=200).json
    assert (paused["paused"], paused["paused_until"]) == (True, soon.replace("+00:00", "Z"))
    assert client.call("PATCH", path, {"name": "still"}).json["paused"] is True
    portal.clock.advance(minutes=11)
    over = client.call("GET", path).json
    assert (over["paused"], over["paused_until"]) == (False, None)
    assert client.call("PATCH", path, {"paused": True}).json["paused"] is True
    portal.clock.advance(minutes=30)
    assert client.call("GET", path).json["paused"] is True
    assert client.call("PATCH", path, {"paused": False}).json["paused"] is False


@ON_SQLITE
def test_somebody_elses_alert_is_none(portal: Portal) -> None:
    alert = made(portal.signed_in_client("lumme"))
    thief = portal.signed_in_client("helka")
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "mine"}),
        ("DELETE", "", None),
        ("GET", "/matches", None),
    ):
        assert thief.call(method, f"/alerts/{alert}{path}", body).json["code"] == "not_found"
    assert thief.call("GET", "/alerts/nothing").status_int == 404
    assert rows(portal.house, Alert)[0].name == "jansson"


def test_what_the_matching_finds_is_what_the_preview_promised(portal: Portal) -> None:
    client = portal.signed_in_client()
    query = {"query": "jansson NOT sommarboken", "filters": {"format": ["BOOK"]}, "language": "sv"}
    alert = made(client, **query)
    portal.clock.advance(seconds=5)
    told = [record(1), record(2, "Sommarboken"), record(3, format="dvd"), record(4, "Höstboken")]
    take_in(portal.house, told, portal.clock())
    portal.clock.advance(seconds=5)
    preview = client.call("POST", "/alerts/preview", query, status=200).json
    assert preview == {"count": 2, "at_least": False, "days": 30, "newest": ["Höstboken", "Trollvinter"]}
    run_job(portal.house, "match-alerts")
    matches = client.call("GET", f"/alerts/{alert}/matches", status=200).json["matches"]
    assert {one["title"] for one in matches} == set(preview["newest"])
